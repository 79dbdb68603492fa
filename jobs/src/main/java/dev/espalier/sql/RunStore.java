package dev.espalier.sql;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.nightly.Latest;
import dev.espalier.nightly.NightlyStore;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Where runs are: a store of nights, a folder that holds runs, or one run. */
final class RunStore {
  private static final String RUN_RECORD = "run.json";

  private final Storage storage;
  private final Path root;

  private RunStore(Storage storage, Path root) {
    this.storage = storage;
    this.root = root;
  }

  /**
   * A run, a night, or both.
   *
   * @param night its name; null for a run that no night made
   * @param run its folder below the store; null for a night that searched nothing
   * @param latest whether its night is the latest; false for a run that no night made
   * @param nightFolder of its night, as a path; null for a run that no night made
   * @param runFolder as a path; null for a night that searched nothing
   */
  record Entry(String night, String run, boolean latest, String nightFolder, String runFolder)
      implements Serializable {}

  /**
   * Opens a store; an empty one has empty tables.
   *
   * @throws ArtefactException if it does not exist
   */
  static RunStore open(Storage storage, Path path) {
    Path root = storage.qualified(path);
    if (!storage.exists(root)) {
      throw new ArtefactException(
          "store %s does not exist: name a store of nights, a folder that holds runs, or a run"
              .formatted(root));
    }
    return new RunStore(storage, root);
  }

  /** Where a store is. */
  Path root() {
    return root;
  }

  /** What is in it, by name. */
  List<Entry> entries() {
    if (storage.exists(new Path(root, NightlyStore.NIGHTS))) {
      return nights();
    }
    if (storage.exists(new Path(root, RUN_RECORD))) {
      return List.of(new Entry(null, root.getName(), false, null, root.toString()));
    }
    return children().stream()
        .filter(folder -> storage.exists(new Path(folder, RUN_RECORD)))
        .map(folder -> new Entry(null, folder.getName(), false, null, folder.toString()))
        .toList();
  }

  private List<Entry> nights() {
    NightlyStore store = new NightlyStore(storage, root);
    String latest = latest(store);
    List<Entry> entries = new ArrayList<>();
    for (String night : store.nights()) {
      String name = NightlyStore.NIGHTS + "/" + night + "/" + NightlyStore.RUN;
      Path run = new Path(root, name);
      boolean searched = storage.exists(new Path(run, RUN_RECORD));
      entries.add(
          new Entry(
              night,
              searched ? name : null,
              night.equals(latest),
              run.getParent().toString(),
              searched ? run.toString() : null));
    }
    return entries;
  }

  /** Empty where it cannot be told. */
  private static String latest(NightlyStore store) {
    try {
      return store.latest().map(Latest::night).orElse("");
    } catch (ArtefactException e) {
      return "";
    }
  }

  private List<Path> children() {
    try {
      return Arrays.stream(storage.fileSystem(root).listStatus(root))
          .filter(FileStatus::isDirectory)
          .map(FileStatus::getPath)
          .filter(p -> !p.getName().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw ArtefactException.unreadable(root, e);
    }
  }

  /** The file of a table in an entry; empty where it has none. */
  Optional<Path> file(EspalierTable table, Entry entry) {
    return switch (table) {
      case RUNS ->
          Optional.of(
              entry.runFolder() == null
                  ? new Path(entry.nightFolder(), NightlyStore.STATE)
                  : new Path(entry.runFolder(), RUN_RECORD));
      case FRONTS, SELECTIONS ->
          Optional.ofNullable(entry.runFolder()).map(run -> new Path(run, table.file()));
      case DEPLOYMENTS ->
          Optional.of(
              entry.nightFolder() == null
                  ? new Path(entry.runFolder(), table.file())
                  : new Path(entry.nightFolder(), NightlyStore.STATE));
    };
  }
}
