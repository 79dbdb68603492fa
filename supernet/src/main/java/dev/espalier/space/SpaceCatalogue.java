package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Finds search spaces by name, without a supernet. Space {@code N} is the file {@code N.yaml} in
 * one of the catalogue's folders; an earlier folder hides a later one. A file holds a family's name
 * and its definition, as {@link SpaceFamily#space} reads them.
 */
public final class SpaceCatalogue {
  private static final String SUFFIX = ".yaml";
  private static final String RESOLUTIONS = "resolutions";

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
   * @param nameOrPath a name, or the path of a file, which holds a slash; {@code @R,R,...} behind
   *     it keeps these resolutions only
   * @throws IllegalArgumentException listing the names that exist if there is none of that name, or
   *     the resolutions if one is not among them
   * @throws ArtefactException if the file cannot be read, or is not a space, saying where
   */
  public SearchSpace read(String nameOrPath) {
    int at = nameOrPath.indexOf('@', nameOrPath.lastIndexOf('/') + 1);
    String plain = at < 0 ? nameOrPath : nameOrPath.substring(0, at);
    Path file = file(plain);
    JsonNode tree = Json.readYaml(storage.read(file), JsonNode.class, file.toString());
    SearchSpace space = space(file, tree);
    return at < 0 ? space : space(file, kept(tree, plain, nameOrPath.substring(at + 1)));
  }

  private static SearchSpace space(Path file, JsonNode tree) {
    try {
      return SpaceFamily.space(tree);
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(file + ": " + e.getMessage(), e);
    }
  }

  private Path file(String nameOrPath) {
    if (nameOrPath.contains("/")) {
      return new Path(nameOrPath);
    }
    Map<String, Path> known = spaces();
    if (!known.containsKey(nameOrPath)) {
      throw new IllegalArgumentException(
          "unknown space '%s'; there %s; the path of a space's file, with a slash, works too"
              .formatted(
                  nameOrPath,
                  known.isEmpty() ? "are none" : "is " + String.join(", ", known.keySet())));
    }
    return known.get(nameOrPath);
  }

  private static JsonNode kept(JsonNode tree, String space, String resolutions) {
    List<String> known = new ArrayList<>();
    tree.path(RESOLUTIONS).forEach(r -> known.add(r.asText()));
    if (known.isEmpty()) {
      throw new IllegalArgumentException(
          "space %s has no list of resolutions to keep some of: leave @%s away"
              .formatted(space, resolutions));
    }
    Set<String> wanted = new LinkedHashSet<>(List.of(resolutions.split(",", -1)));
    ObjectNode copy = tree.deepCopy();
    ArrayNode kept = copy.putArray(RESOLUTIONS);
    for (JsonNode resolution : tree.path(RESOLUTIONS)) {
      if (wanted.remove(resolution.asText())) {
        kept.add(resolution);
      }
    }
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "space %s has no resolution '%s'; it has %s"
              .formatted(space, wanted.iterator().next(), String.join(", ", known)));
    }
    return copy;
  }
}
