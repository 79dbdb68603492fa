package dev.espalier.profile;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.document.Suggestion;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds profiles by name: those that ship with the project and those of its users. A profile {@code
 * N} is the folder {@code N} in one of the catalogue's folders; an earlier folder hides a later
 * one. Folders are looked at anew in each call, so a profile measured meanwhile is found.
 */
public final class ProfileCatalogue {
  private static final Pattern PATH = Pattern.compile(".*[/:].*");

  private final Storage storage;
  private final List<Path> folders;

  /**
   * @param folders that hold profiles, the one that hides the others first; one that does not exist
   *     holds none
   */
  public ProfileCatalogue(Storage storage, List<Path> folders) {
    this.storage = storage;
    this.folders = List.copyOf(folders);
  }

  /** The folder of each profile by name, sorted by name. */
  public Map<String, Path> profiles() {
    Map<String, Path> found = new TreeMap<>();
    for (Path folder : folders) {
      for (Path child : children(folder)) {
        if (storage.exists(new Path(child, HardwareProfile.DESCRIPTION))) {
          found.putIfAbsent(child.getName(), child);
        }
      }
    }
    return found;
  }

  private List<Path> children(Path folder) {
    try {
      FileSystem fileSystem = storage.fileSystem(folder);
      return java.util.Arrays.stream(fileSystem.listStatus(folder))
          .filter(s -> s.isDirectory() && !s.getPath().getName().startsWith("."))
          .map(FileStatus::getPath)
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw ArtefactException.unreadable(folder, e);
    }
  }

  /**
   * Reads a profile.
   *
   * @param nameOrPath a name, or the path of a profile's folder, which holds a slash
   * @throws IllegalArgumentException listing the names that exist if there is none of that name
   * @throws InvalidDocumentException if a file of it is wrong
   */
  public HardwareProfile read(String nameOrPath) {
    if (PATH.matcher(nameOrPath).matches()) {
      return HardwareProfile.read(storage, new Path(nameOrPath));
    }
    Map<String, Path> profiles = profiles();
    Path folder = profiles.get(nameOrPath);
    if (folder == null) {
      throw new IllegalArgumentException(
          "unknown profile '%s'%s; profiles in %s: %s; measure one, or give the path of its folder"
              .formatted(
                  nameOrPath,
                  Suggestion.of(nameOrPath, profiles.keySet()),
                  String.join(", ", folders.stream().map(Path::toString).toList()),
                  profiles.isEmpty() ? "none" : String.join(", ", profiles.keySet())));
    }
    HardwareProfile profile = HardwareProfile.read(storage, folder);
    if (!profile.name().equals(nameOrPath)) {
      throw new InvalidDocumentException(
          new Path(folder, HardwareProfile.DESCRIPTION).toString(),
          List.of(
              "name: '%s' is not the name of its folder, %s: rename one of them"
                  .formatted(profile.name(), nameOrPath)));
    }
    return profile;
  }
}
