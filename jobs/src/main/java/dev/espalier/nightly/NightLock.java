package dev.espalier.nightly;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to change a store, held by one night at a time: a folder that is made by one rename,
 * which fails where it exists, with a file that says who holds it and until when.
 *
 * <p>The file is renewed while the night works. A lock is stale where its process ended on this
 * host, or where it was not renewed for its lease and its process is not known to live; then it is
 * taken over by one of those who try to. Clocks of hosts may differ by less than a lease.
 *
 * <p>Atomic on local file systems and HDFS. Object stores such as {@code s3a:} rename file by file,
 * and two nights that begin within a second could both begin there.
 */
final class NightLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NightLock.class);

  /** The folder. */
  static final String FOLDER = "lock";

  private static final String HOLDER = "holder.json";

  /** The folder that a lock is taken over under, beside it. */
  static final String CLAIM = "lock.claim";

  /** How often a lock is looked at that is given back while it is. */
  private static final int ATTEMPTS = 3;

  /** Renewals in a lease. */
  private static final int RENEWALS = 4;

  private final Storage storage;
  private final Path folder;
  private final Clock clock;
  private final Optional<String> takenOver;
  private final ScheduledExecutorService renewal;
  private Holder holder;

  /**
   * Who holds a lock.
   *
   * @param token distinct for every lock
   * @param host of the driver
   * @param process its id there
   * @param started when that process began, since ids are used again; empty where not known
   * @param user who runs it
   * @param since when it was taken
   * @param renewed when it was renewed last
   * @param leaseSeconds for how long after that it holds
   */
  record Holder(
      String token,
      String host,
      long process,
      String started,
      String user,
      String since,
      String renewed,
      long leaseSeconds) {
    private static Holder own(Instant now, Duration lease) {
      return new Holder(
          UUID.randomUUID().toString(),
          hostName(),
          ProcessHandle.current().pid(),
          started(ProcessHandle.current()),
          System.getProperty("user.name", "unknown"),
          now.toString(),
          now.toString(),
          lease.toSeconds());
    }

    private Holder renewedAt(Instant now) {
      return new Holder(token, host, process, started, user, since, now.toString(), leaseSeconds);
    }

    private String words() {
      return "process %d of %s on %s since %s".formatted(process, user, host, since);
    }

    /** Why it holds no more, if it does not. */
    private Optional<String> stale(Instant now) {
      if (host.equals(hostName())) {
        Optional<ProcessHandle> running =
            ProcessHandle.of(process)
                .filter(ProcessHandle::isAlive)
                .filter(p -> started.isEmpty() || started(p).equals(started));
        return running.isPresent()
            ? Optional.empty()
            : Optional.of("that process ended without giving it back");
      }
      Duration silent = Duration.between(Instant.parse(renewed), now);
      return silent.compareTo(Duration.ofSeconds(leaseSeconds)) > 0
          ? Optional.of(
              "it was renewed last %d s ago, and its lease is %d s"
                  .formatted(silent.toSeconds(), leaseSeconds))
          : Optional.empty();
    }

    private static String started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toString).orElse("");
    }
  }

  private NightLock(
      Storage storage,
      Path folder,
      Clock clock,
      Holder holder,
      Optional<String> takenOver,
      Duration lease) {
    this.storage = storage;
    this.folder = folder;
    this.clock = clock;
    this.holder = holder;
    this.takenOver = takenOver;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "nightly-lock");
              thread.setDaemon(true);
              return thread;
            });
    long period = Math.max(1, lease.toMillis() / RENEWALS);
    renewal.scheduleAtFixedRate(this::renew, period, period, TimeUnit.MILLISECONDS);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /**
   * Takes the lock of a store.
   *
   * @throws LockedException if another night holds it
   * @throws ArtefactException if the store cannot be written
   */
  static NightLock take(Storage storage, Path store, Clock clock, Duration lease) {
    Path folder = new Path(store, FOLDER);
    Holder own = Holder.own(clock.instant(), lease);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!storage.exists(folder) && publish(storage, folder, own)) {
        return new NightLock(storage, folder, clock, own, Optional.empty(), lease);
      }
      Optional<Holder> other = holder(storage, folder);
      if (!storage.exists(folder)) {
        continue; // it was given back meanwhile
      }
      Optional<String> stale =
          other.isEmpty()
              ? Optional.of("nobody can tell who held it")
              : other.get().stale(clock.instant());
      if (stale.isEmpty() || !takeOver(storage, folder, other, own, clock.instant())) {
        throw held(folder, holder(storage, folder));
      }
      String words =
          "the lock of %s was stale and is taken over: %s"
              .formatted(other.map(Holder::words).orElse("somebody"), stale.get());
      return new NightLock(storage, folder, clock, own, Optional.of(words), lease);
    }
    throw held(folder, holder(storage, folder));
  }

  /** Whether nobody was faster. */
  private static boolean publish(Storage storage, Path folder, Holder own) {
    for (int attempt = 1; ; attempt++) {
      try (Staging staging = Staging.open(storage, folder)) {
        staging.writeJson(HOLDER, own);
        staging.publish();
        return true;
      } catch (ArtefactException e) {
        if (storage.exists(folder)) {
          return false;
        }
        if (attempt == ATTEMPTS) {
          throw e; // not because of another, who may have been faster and gone by now
        }
      }
    }
  }

  /**
   * Puts one's own name into a stale lock, which is never absent meanwhile. Of several takers one
   * may, since a folder beside it can be made once; who comes when that is gone again finds that
   * the lock is another's.
   *
   * @param stale who held it, as it was read before
   */
  private static boolean takeOver(
      Storage storage, Path folder, Optional<Holder> stale, Holder own, Instant now) {
    Path claim = new Path(folder.getParent(), CLAIM);
    if (storage.exists(claim)
        && holder(storage, claim).filter(h -> h.stale(now).isEmpty()).isEmpty()) {
      delete(storage, claim); // its process ended in the middle of taking over
    }
    if (storage.exists(claim) || !publish(storage, claim, own)) {
      return false;
    }
    try {
      boolean unchanged =
          storage.exists(folder)
              && holder(storage, folder).map(Holder::token).equals(stale.map(Holder::token));
      if (unchanged) {
        storage.replace(new Path(folder, HOLDER), Json.write(own));
      }
      return unchanged;
    } finally {
      delete(storage, claim);
    }
  }

  private static void delete(Storage storage, Path path) {
    try {
      storage.fileSystem(path).delete(path, true);
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}; remove it by hand", path, e.getMessage());
    }
  }

  private static LockedException held(Path folder, Optional<Holder> holder) {
    return new LockedException(
        "another night holds the lock %s: %s; wait until it ends"
            .formatted(folder, holder.map(Holder::words).orElse("somebody")));
  }

  /** Who holds the lock of a store, in words; empty where nobody does. */
  static Optional<String> held(Storage storage, Path store) {
    Path folder = new Path(store, FOLDER);
    return storage.exists(folder)
        ? Optional.of(holder(storage, folder).map(Holder::words).orElse("somebody"))
        : Optional.empty();
  }

  /** Empty where it cannot be read. */
  private static Optional<Holder> holder(Storage storage, Path folder) {
    try {
      return Optional.of(storage.readJson(new Path(folder, HOLDER), Holder.class));
    } catch (ArtefactException e) {
      return Optional.empty();
    }
  }

  /** Whose stale lock this took over and why, where it did. */
  Optional<String> takenOver() {
    return takenOver;
  }

  private synchronized void renew() {
    try {
      if (isHeld()) {
        holder = holder.renewedAt(clock.instant());
        storage.replace(new Path(folder, HOLDER), Json.write(holder));
      }
    } catch (RuntimeException e) {
      LOG.warn("the lock {} could not be renewed: {}", folder, e.getMessage());
    }
  }

  private boolean isHeld() {
    return holder(storage, folder).filter(h -> h.token().equals(holder.token())).isPresent();
  }

  /**
   * Makes sure before something is changed for good that the lock is still this night's.
   *
   * @throws ArtefactException if another night took it over
   */
  synchronized void require() {
    if (!isHeld()) {
      throw new ArtefactException(
          "the lock %s was taken over by another night, since it was not renewed for %d s: nothing was changed; run again"
              .formatted(folder, holder.leaseSeconds()));
    }
  }

  /** Gives it back. */
  @Override
  public void close() {
    renewal.shutdownNow();
    synchronized (this) {
      try {
        if (isHeld()) {
          // At once, and not file by file.
          Path released = new Path(folder.getParent(), "." + FOLDER + "-" + holder.token());
          storage.fileSystem(folder).rename(folder, released);
          delete(storage, released);
        }
      } catch (IOException | ArtefactException e) {
        LOG.warn("the lock {} could not be removed: {}; remove it by hand", folder, e.getMessage());
      }
    }
  }
}
