package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Finds search spaces by name, without a supernet. Space {@code N} is the file {@code N.yaml} in
 * one of the catalogue's folders; an earlier folder hides a later one. A file holds a family's name
 * and its definition, as {@link SpaceFamily#space} reads them.
 */
public final class SpaceCatalogue {
  private static final String SUFFIX = ".yaml";

  private final Storage storage;
  private final List<Path> folders;

  /**
   * Makes a catalogue.
   *
   * @param folders that hold spaces; one that does not exist holds none
   */
  public SpaceCatalogue(Storage storage, List<Path> folders) {
    this.storage = storage;
    this.folders = List.copyOf(folders);
  }

  /** The file of each space by name, sorted by name. */
  public Map<String, Path> spaces() {
    Map<String, Path> found = new TreeMap<>();
    for (Path folder : folders) {
      if (storage.exists(folder)) {
        for (String file : storage.list(folder)) {
          if (file.endsWith(SUFFIX) && !file.contains("/")) {
            found.putIfAbsent(
                file.substring(0, file.length() - SUFFIX.length()), new Path(folder, file));
          }
        }
      }
    }
    return found;
  }

  /**
   * Reads a space.
   *
   * @param nameOrPath a name, or the path of a file, which holds a slash
   * @throws IllegalArgumentException listing the names that exist if there is none of that name
   * @throws ArtefactException if the file cannot be read, or is not a space, saying where
   */
  public SearchSpace read(String nameOrPath) {
    Map<String, Path> known = nameOrPath.contains("/") ? Map.of() : spaces();
    if (!nameOrPath.contains("/") && !known.containsKey(nameOrPath)) {
      throw new IllegalArgumentException(
          "unknown space '%s'; there %s; the path of a space's file, with a slash, works too"
              .formatted(
                  nameOrPath,
                  known.isEmpty() ? "are none" : "is " + String.join(", ", known.keySet())));
    }
    Path file = known.getOrDefault(nameOrPath, new Path(nameOrPath));
    JsonNode tree = Json.readYaml(storage.read(file), JsonNode.class, file.toString());
    try {
      return SpaceFamily.space(tree);
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(file + ": " + e.getMessage(), e);
    }
  }
}
