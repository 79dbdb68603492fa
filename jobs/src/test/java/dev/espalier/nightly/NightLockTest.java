package dev.espalier.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightLockTest {
  private static final Duration LEASE = Duration.ofMinutes(15);
  private static final Instant NOW = Instant.parse("2026-03-31T02:00:00Z");

  @TempDir private java.nio.file.Path folder;
  private final Storage storage = new Storage(new Configuration());

  private Path store() {
    return new Path(folder.resolve("store").toUri());
  }

  private NightLock take(Instant when) {
    return NightLock.take(storage, store(), Clock.fixed(when, ZoneOffset.UTC), LEASE);
  }

  private void holder(String host, long process, String started, Instant renewed)
      throws IOException {
    java.nio.file.Path file = folder.resolve("store/lock/holder.json");
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        Json.write(
            new NightLock.Holder(
                "token",
                host,
                process,
                started,
                "somebody",
                renewed.toString(),
                renewed.toString(),
                LEASE.toSeconds())));
  }

  @Test
  void oneHoldsItAndTheOtherIsToldWho() {
    try (NightLock held = take(NOW)) {
      assertThat(held.takenOver()).isEmpty();
      held.require();
      assertThatThrownBy(() -> take(NOW))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("another night holds the lock")
          .hasMessageContaining("process " + ProcessHandle.current().pid() + " of ")
          .hasMessageContaining("since 2026-03-31T02:00:00Z");
    }
    assertThat(folder.resolve("store/lock")).doesNotExist();
    take(NOW).close();
  }

  @Test
  void aLivingProcessHoldsItHoweverLongItWasSilent() {
    try (NightLock held = take(NOW)) {
      assertThatThrownBy(() -> take(NOW.plus(Duration.ofDays(3))))
          .isInstanceOf(LockedException.class);
      held.require();
    }
  }

  @Test
  void theLockOfADeadProcessIsTakenOverAndThatIsSaid() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    try (NightLock own = take(NOW)) {
      // Only a lock of this host is one whose process can be asked.
      String host =
          Json.read(
                  Files.readAllBytes(folder.resolve("store/lock/holder.json")),
                  NightLock.Holder.class,
                  "holder")
              .host();
      holder(host, ended.pid(), "", NOW);
      assertThatThrownBy(own::require)
          .isInstanceOf(ArtefactException.class)
          .hasMessageContaining("was taken over by another night");
    }
    try (NightLock held = take(NOW.plusSeconds(1))) {
      assertThat(held.takenOver().orElseThrow())
          .contains("was stale and is taken over")
          .contains("process " + ended.pid() + " of somebody")
          .contains("ended without giving it back");
      held.require();
    }
    assertThat(folder.resolve("store/lock")).doesNotExist();
  }

  @Test
  void aProcessIdThatIsUsedAgainIsAnotherProcess() throws IOException {
    try (NightLock own = take(NOW)) {
      own.require();
      NightLock.Holder holder =
          Json.read(
              Files.readAllBytes(folder.resolve("store/lock/holder.json")),
              NightLock.Holder.class,
              "holder");
      holder(holder.host(), holder.process(), "1999-01-01T00:00:00Z", NOW);
    }
    try (NightLock held = take(NOW)) {
      assertThat(held.takenOver()).isPresent();
    }
  }

  @Test
  void theLockOfAnotherHostHoldsForItsLease() throws IOException {
    holder("elsewhere", 1, "", NOW);
    assertThatThrownBy(() -> take(NOW.plus(LEASE)))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("process 1 of somebody on elsewhere");
    try (NightLock held = take(NOW.plus(LEASE).plusSeconds(1))) {
      assertThat(held.takenOver().orElseThrow())
          .contains("renewed last 901 s ago, and its lease is 900 s");
    }
  }

  @Test
  void aLockThatNobodyCanReadIsTakenOver() throws IOException {
    Files.createDirectories(folder.resolve("store/lock"));
    Files.writeString(folder.resolve("store/lock/holder.json"), "{");
    try (NightLock held = take(NOW)) {
      assertThat(held.takenOver().orElseThrow()).contains("nobody can tell who held it");
    }
  }

  @Test
  void ofManyWhoComeAtOnceOneGetsIt() throws Exception {
    for (int round = 0; round < 40; round++) {
      boolean stale = round % 2 == 1;
      if (stale) {
        holder("elsewhere", 1, "", NOW.minus(LEASE).minusSeconds(1));
      }
      int takers = 8;
      CyclicBarrier barrier = new CyclicBarrier(takers);
      ExecutorService threads = Executors.newFixedThreadPool(takers);
      List<Future<NightLock>> tries = new ArrayList<>();
      Callable<NightLock> taker =
          () -> {
            barrier.await();
            return take(NOW);
          };
      for (int i = 0; i < takers; i++) {
        tries.add(threads.submit(taker));
      }
      List<NightLock> taken = new ArrayList<>();
      for (Future<NightLock> each : tries) {
        try {
          taken.add(each.get());
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(LockedException.class);
        }
      }
      threads.shutdown();
      assertThat(taken).as("stale: %s", stale).hasSize(1);
      taken.get(0).require();
      taken.get(0).close();
    }
  }

  @Test
  void itIsRenewedWhileItIsHeld() throws Exception {
    try (NightLock held =
        NightLock.take(storage, store(), Clock.systemUTC(), Duration.ofMillis(200))) {
      java.nio.file.Path file = folder.resolve("store/lock/holder.json");
      NightLock.Holder before =
          Json.read(Files.readAllBytes(file), NightLock.Holder.class, "holder");
      Thread.sleep(400);
      NightLock.Holder after =
          Json.read(Files.readAllBytes(file), NightLock.Holder.class, "holder");
      assertThat(Instant.parse(after.renewed())).isAfter(Instant.parse(before.renewed()));
      assertThat(after.since()).isEqualTo(before.since());
      held.require();
    }
  }
}
