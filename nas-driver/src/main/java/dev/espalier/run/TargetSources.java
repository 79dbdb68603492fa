package dev.espalier.run;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Finds the targets that a request names, without reading a profile: names, folders, patterns and
 * tables, in the order in which the request has them, and those of a folder or pattern by path.
 */
final class TargetSources {
  private static final Pattern PATH = Pattern.compile(".*[/:].*");

  private final Storage storage;
  private final ProfileCatalogue catalogue;
  private final Map<String, Path> known;

  TargetSources(Storage storage, ProfileCatalogue catalogue) {
    this.storage = storage;
    this.catalogue = catalogue;
    this.known = catalogue.profiles();
  }

  /**
   * The targets of one entry of a request.
   *
   * @throws IllegalArgumentException if it names nothing that is there
   * @throws InvalidDocumentException if it is a table and cannot be used
   * @throws ArtefactException if a folder or table cannot be read
   */
  List<TargetSource> of(TargetRequest request) {
    if (request instanceof TargetRequest.Matching matching) {
      return matching(matching.pattern());
    }
    if (request instanceof TargetRequest.Table table) {
      return table(table.file());
    }
    String nameOrPath = ((TargetRequest.Named) request).nameOrPath();
    return PATH.matcher(nameOrPath).matches()
        ? folder(nameOrPath)
        : List.of(TargetSource.of(nameOrPath, named(nameOrPath)));
  }

  private Supplier<HardwareProfile> named(String name) {
    if (!known.containsKey(name)) {
      catalogue.read(name); // says what there is
    }
    return () -> catalogue.read(name);
  }

  private Supplier<HardwareProfile> at(Path folder) {
    return () -> HardwareProfile.read(storage, folder);
  }

  private boolean isProfile(Path folder) {
    return storage.exists(new Path(folder, HardwareProfile.DESCRIPTION));
  }

  /** A profile's folder, or one that holds profiles; what is neither fails when it is read. */
  private List<TargetSource> folder(String path) {
    Path folder = new Path(path);
    if (!isProfile(folder)) {
      List<TargetSource> held = profiles(children(folder));
      if (!held.isEmpty()) {
        return held;
      }
    }
    return List.of(TargetSource.of(path, at(folder)));
  }

  private List<TargetSource> matching(String pattern) {
    Path path = new Path(pattern);
    FileStatus[] found;
    try {
      found = storage.fileSystem(path).globStatus(path);
    } catch (IOException e) {
      throw ArtefactException.unreadable(path, e);
    }
    List<TargetSource> profiles = profiles(found == null ? new FileStatus[0] : found);
    if (profiles.isEmpty()) {
      throw new IllegalArgumentException(
          "targets: no folder that matches %s holds a %s: %s"
              .formatted(
                  pattern,
                  HardwareProfile.DESCRIPTION,
                  found == null || found.length == 0
                      ? "nothing matches; check the pattern"
                      : "%d files and folders match, %s the first; let it match profiles' folders"
                          .formatted(found.length, found[0].getPath())));
    }
    return profiles;
  }

  private FileStatus[] children(Path folder) {
    try {
      return storage.fileSystem(folder).listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    } catch (IOException e) {
      throw ArtefactException.unreadable(folder, e);
    }
  }

  private List<TargetSource> profiles(FileStatus[] found) {
    return Arrays.stream(found)
        .filter(FileStatus::isDirectory)
        .map(FileStatus::getPath)
        .filter(p -> !p.getName().startsWith(".") && isProfile(p))
        .sorted(Comparator.comparing(Path::toString))
        .map(p -> TargetSource.of(p.getName(), at(p)))
        .toList();
  }

  private List<TargetSource> table(String file) {
    Path path = new Path(file);
    List<TargetSource> targets = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (TargetTable.Row row : TargetTable.read(file, storage.read(path))) {
      try {
        targets.add(
            new TargetSource(
                row.name().orElse(row.profile()),
                row.name().map(HardwareProfile::requireName),
                profile(row.profile(), path),
                row.limits()));
      } catch (IllegalArgumentException e) {
        problems.add("line %d: %s".formatted(row.line(), e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(file, problems);
    }
    return targets;
  }

  private Supplier<HardwareProfile> profile(String nameOrPath, Path table) {
    if (!PATH.matcher(nameOrPath).matches()) {
      return named(nameOrPath);
    }
    Path parent = table.getParent();
    return at(parent == null ? new Path(nameOrPath) : new Path(parent, nameOrPath));
  }
}
