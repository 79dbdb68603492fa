package dev.espalier.run;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.document.Suggestion;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Finds supernets by name. Supernet {@code N} is the folder {@code N} in one of the catalogue's
 * folders; an earlier folder hides a later one.
 */
public final class SupernetCatalogue {
  private final Storage storage;
  private final List<Path> folders;

  /**
   * Makes a catalogue.
   *
   * @param folders that hold supernets; one that does not exist holds none
   */
  public SupernetCatalogue(Storage storage, List<Path> folders) {
    this.storage = storage;
    this.folders = List.copyOf(folders);
  }

  /** The folder of each supernet by name, sorted by name. */
  public Map<String, Path> supernets() {
    Map<String, Path> found = new TreeMap<>();
    for (Path folder : folders) {
      for (Path child : children(folder)) {
        if (storage.exists(new Path(child, SupernetFolder.DESCRIPTION))) {
          found.putIfAbsent(child.getName(), child);
        }
      }
    }
    return found;
  }

  private List<Path> children(Path folder) {
    if (!storage.exists(folder)) {
      return List.of();
    }
    try {
      return Arrays.stream(storage.fileSystem(folder).listStatus(folder))
          .filter(FileStatus::isDirectory)
          .map(FileStatus::getPath)
          .toList();
    } catch (IOException e) {
      throw ArtefactException.unreadable(folder, e);
    }
  }

  /**
   * Opens a supernet.
   *
   * @param nameOrPath a name, or the path of a supernet's folder, which holds a slash
   * @throws IllegalArgumentException listing the names that exist if there is none of that name
   * @throws ArtefactException if the folder is not a supernet
   */
  public SupernetFolder open(String nameOrPath) {
    if (nameOrPath.contains("/")) {
      return SupernetFolder.open(storage, new Path(nameOrPath));
    }
    Map<String, Path> known = supernets();
    Path folder = known.get(nameOrPath);
    if (folder == null) {
      throw new IllegalArgumentException(
          "unknown supernet '%s'%s; there %s; the path of a supernet's folder, with a slash, works too"
              .formatted(
                  nameOrPath,
                  Suggestion.of(nameOrPath, known.keySet()),
                  known.isEmpty() ? "are none" : "is " + String.join(", ", known.keySet())));
    }
    return SupernetFolder.open(storage, folder);
  }
}
