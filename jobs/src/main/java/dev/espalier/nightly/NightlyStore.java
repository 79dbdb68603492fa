package dev.espalier.nightly;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nights are kept.
 *
 * <pre>
 * latest.json              which night is the latest; replaced by one rename
 * nights/NIGHT/night.json  its state with the digest of the rest of the file
 *              drift.json  what moved, for programs
 *              drift.md    the same for people
 *              run/        the search of the targets that changed, where there were some
 * profiles/DIGEST/         hardware profiles that a kept night's answers were found with
 * log/NIGHT.json           one for every night, also where nothing changed
 * work/                    a night that is not finished, and what its search has done so far
 * lock/                    while a night works
 * </pre>
 *
 * <p>A night is named by when it began, UTC, so that names sort by time. A target that a night
 * carried over has its front and selections in an earlier night's run, and a model lies where it
 * was made: {@code night.json} says in which.
 */
public final class NightlyStore {
  private static final Logger LOG = LoggerFactory.getLogger(NightlyStore.class);

  /** The folder of nights. */
  public static final String NIGHTS = "nights";

  /** The folder of a night's run. */
  public static final String RUN = "run";

  /** The record of a night. */
  public static final String STATE = "night.json";

  /** The pointer. */
  public static final String LATEST = "latest.json";

  static final String DRIFT_JSON = "drift.json";
  static final String DRIFT_TEXT = "drift.md";

  private static final String RUN_RECORD = "run.json";
  private static final String PROFILES = "profiles";
  private static final String LOG_FOLDER = "log";
  private static final String WORK = "work";
  private static final Pattern NIGHT = Pattern.compile("\\d{8}-\\d{6}");

  /** Logs that are kept, the newest. */
  private static final int LOGS = 1000;

  private final Storage storage;
  private final Path root;

  /** A store that may not exist yet; touches nothing. */
  public NightlyStore(Storage storage, Path root) {
    this.storage = storage;
    this.root = storage.qualified(root);
  }

  /** Where it is. */
  public Path root() {
    return root;
  }

  /** The folder of a night. */
  Path night(String name) {
    return new Path(new Path(root, NIGHTS), name);
  }

  /** Where a profile of a digest is kept. */
  Path profile(String digest) {
    return new Path(new Path(root, PROFILES), digest);
  }

  /** Where a night's search is published before its night is. */
  Path work() {
    return new Path(new Path(root, WORK), RUN);
  }

  /**
   * Refuses a folder that holds something else.
   *
   * @throws IllegalArgumentException if it exists, is not empty and holds no nights
   */
  void requireOwn() {
    if (!storage.exists(root)) {
      return;
    }
    List<String> content = new ArrayList<>();
    for (FileStatus status : children(root)) {
      content.add(status.getPath().getName());
    }
    Set<String> own =
        Set.of(NIGHTS, LATEST, PROFILES, LOG_FOLDER, WORK, NightLock.FOLDER, NightLock.CLAIM);
    if (!content.isEmpty() && content.stream().noneMatch(own::contains)) {
      throw new IllegalArgumentException(
          "store %s is not empty (%s) and holds no nights: name a folder of nights, or one that does not exist"
              .formatted(root, content.get(0)));
    }
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

  private List<String> names(Path folder) {
    return Arrays.stream(children(folder)).map(s -> s.getPath().getName()).sorted().toList();
  }

  /** Names of the nights that are there, the oldest first. */
  public List<String> nights() {
    return names(new Path(root, NIGHTS)).stream().filter(n -> NIGHT.matcher(n).matches()).toList();
  }

  /**
   * Which night is the latest.
   *
   * @return empty where none was published yet
   * @throws ArtefactException if the pointer is damaged
   */
  public Optional<Latest> latest() {
    Path file = new Path(root, LATEST);
    return storage.exists(file)
        ? Optional.of(storage.readJson(file, Latest.class))
        : Optional.empty();
  }

  /** Makes a night the latest, at once. */
  void switchTo(Latest latest) {
    storage.replace(new Path(root, LATEST), Json.write(latest));
  }

  /**
   * A state with the digest of its JSON form.
   *
   * @param digest SHA-256
   * @param state of the night
   */
  private record Sealed(String digest, NightState state) {}

  /** The content of {@value #STATE}. */
  static byte[] sealed(NightState state) {
    return Json.write(new Sealed(Digest.of(Json.write(state)), state));
  }

  /**
   * The state that a night left.
   *
   * @throws ArtefactException if it is missing or damaged
   */
  public NightState state(String night) {
    Path file = new Path(night(night), STATE);
    Sealed sealed = storage.readJson(file, Sealed.class);
    String found = Digest.of(Json.write(sealed.state()));
    if (!found.equals(sealed.digest())) {
      throw ArtefactException.corrupt(
          file,
          "states digest '%s', but what it holds has %s: it was altered"
              .formatted(sealed.digest(), found),
          "the next night rebuilds it");
    }
    return sealed.state();
  }

  /** The digest of the record of a night's run; empty where it has none. */
  Optional<String> runDigest(String night) {
    Path record = new Path(new Path(night(night), RUN), RUN_RECORD);
    return storage.exists(record) ? Optional.of(Digest.of(storage, record)) : Optional.empty();
  }

  /** The nights whose runs a state needs and that are not as they were. */
  Set<String> damagedRuns(NightState state) {
    Set<String> damaged = new TreeSet<>();
    for (String night : state.needs()) {
      String expected = state.runs().getOrDefault(night, "");
      if (!runDigest(night).orElse("nothing").equals(expected)) {
        damaged.add(night);
      }
    }
    return damaged;
  }

  /** Writes the log of a night. */
  void log(NightLog log) {
    storage.replace(new Path(new Path(root, LOG_FOLDER), log.night() + ".json"), Json.write(log));
  }

  /** Logs that can be read, the oldest first. */
  public List<NightLog> logs() {
    List<NightLog> logs = new ArrayList<>();
    Path folder = new Path(root, LOG_FOLDER);
    for (String name : names(folder)) {
      if (name.endsWith(".json") && !name.startsWith(".")) {
        try {
          logs.add(storage.readJson(new Path(folder, name), NightLog.class));
        } catch (ArtefactException e) {
          LOG.warn("a log is passed over: {}", e.getMessage());
        }
      }
    }
    return logs;
  }

  /** The name of the last night that has a folder or a log; empty where there is none. */
  String last() {
    TreeSet<String> names = new TreeSet<>(nights());
    names(new Path(root, LOG_FOLDER)).stream()
        .map(n -> n.replace(".json", ""))
        .filter(n -> NIGHT.matcher(n).matches())
        .forEach(names::add);
    return names.isEmpty() ? "" : names.last();
  }

  /** Removes what a night that was killed left half made. */
  void tidy() {
    Path nights = new Path(root, NIGHTS);
    names(nights).stream().filter(n -> n.startsWith(".")).forEach(n -> delete(new Path(nights, n)));
    Path profiles = new Path(root, PROFILES);
    names(profiles).stream()
        .filter(n -> n.startsWith("."))
        .forEach(n -> delete(new Path(profiles, n)));
  }

  /** Removes a search that was published before its night was; what it has checkpointed stays. */
  void discardWork() {
    delete(work());
  }

  /** Removes a search's checkpoints too. */
  void finishWork() {
    delete(new Path(root, WORK));
  }

  /**
   * Removes old nights, profiles and logs.
   *
   * @param latest state of the latest night
   * @param keep how many of the newest nights stay in any case
   * @return what was removed
   */
  List<String> retain(NightState latest, int keep) {
    List<String> nights = nights();
    Set<String> kept =
        new TreeSet<>(nights.subList(Math.max(0, nights.size() - keep), nights.size()));
    kept.add(latest.night());
    Set<String> needed = new TreeSet<>();
    Set<String> profiles = new TreeSet<>();
    for (String night : kept) {
      NightState state;
      try {
        state = night.equals(latest.night()) ? latest : state(night);
      } catch (ArtefactException e) {
        LOG.info("{} cannot be read, so that what it needs is not known", night, e);
        continue;
      }
      needed.addAll(state.needs());
      profiles.addAll(state.profiles());
    }
    List<String> removed = new ArrayList<>();
    for (String night : nights) {
      if (!kept.contains(night) && !needed.contains(night)) {
        delete(night(night));
        removed.add(night);
      }
    }
    Path folder = new Path(root, PROFILES);
    names(folder).stream()
        .filter(digest -> !profiles.contains(digest))
        .forEach(digest -> delete(new Path(folder, digest)));
    Path logs = new Path(root, LOG_FOLDER);
    List<String> logNames = names(logs);
    logNames
        .subList(0, Math.max(0, logNames.size() - LOGS))
        .forEach(name -> delete(new Path(logs, name)));
    return removed;
  }

  private void delete(Path path) {
    try {
      storage.fileSystem(path).delete(path, true);
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}; remove it by hand", path, e.getMessage());
    }
  }
}
