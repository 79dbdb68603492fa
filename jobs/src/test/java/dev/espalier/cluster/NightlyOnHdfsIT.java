package dev.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.nightly.Fleet;
import dev.espalier.nightly.LockedException;
import dev.espalier.nightly.NightOutcome;
import dev.espalier.nightly.NightlyConfig;
import dev.espalier.nightly.NightlyConfigReader;
import dev.espalier.nightly.NightlyJob;
import dev.espalier.nightly.NightlyStore;
import dev.espalier.run.HostTimer;
import dev.espalier.run.Progress;
import dev.espalier.sql.SqlSession;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights whose store lies in HDFS. */
class NightlyOnHdfsIT {
  private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");

  @TempDir private Path folder;

  private final org.apache.hadoop.fs.Path store = Hdfs.shared().path("/nightly/fleet");

  private NightlyJob job(int night) {
    return new NightlyJob(
        new Home(folder.resolve("shipped"), folder.resolve("own")),
        new HostTimer(HostMachine.read(), TimingPlan.STANDARD),
        new TreeMap<>(),
        Progress.SILENT,
        Clock.fixed(FIRST.plus(Duration.ofDays(night)), ZoneOffset.UTC));
  }

  private void lock(Instant renewed) throws Exception {
    try (OutputStream out =
        Hdfs.shared()
            .fileSystem()
            .create(new org.apache.hadoop.fs.Path(store, "lock/holder.json"), true)) {
      out.write(
          """
          {"token": "t", "host": "elsewhere", "process": 1, "started": "", "user": "ops",
           "since": "%s", "renewed": "%s", "leaseSeconds": 900}
          """
              .formatted(renewed, renewed)
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void aNightIsPublishedSwitchedToLockedAndRolledBackThere() throws Exception {
    System.setProperty("spark.master", "local[2]");
    Fleet fleet = new Fleet(folder);
    fleet.add("alpha");
    fleet.add("beta");
    fleet.trainPredictor(1);
    Storage storage = SearchJob.storage();
    NightlyConfig config =
        NightlyConfigReader.read(
            storage,
            new org.apache.hadoop.fs.Path(
                Files.writeString(
                        folder.resolve("nightly.yaml"),
                        """
                        request:
                          predictor: %s
                          targets: [%s]
                          budgets: [{latency: %dus}]
                          engine: exact
                        store: %s
                        """
                            .formatted(
                                fleet.predictor(),
                                fleet.devices(),
                                fleet.micros("alpha", 0.5),
                                store))
                    .toUri()));

    NightlyJob.Night first = job(1).run(config);
    assertThat(first.log().outcome()).isEqualTo(NightOutcome.MODELS_CHANGED);
    assertThat(job(2).run(config).log().outcome()).isEqualTo(NightOutcome.NOTHING_CHANGED);

    fleet.measure("beta", operator -> true, 1.3);
    Instant third = FIRST.plus(Duration.ofDays(3));
    lock(third.minusSeconds(900));
    assertThatThrownBy(() -> job(3).run(config))
        .isInstanceOf(LockedException.class)
        .hasMessageContaining("process 1 of ops on elsewhere");
    lock(third.minusSeconds(901));
    NightlyJob.Night slower = job(3).run(config);
    assertThat(slower.log().notes()).anyMatch(n -> n.contains("was stale and is taken over"));
    assertThat(slower.log().searched()).containsExactly("beta");

    NightlyStore nights = new NightlyStore(storage, store);
    assertThat(nights.nights()).containsExactly(first.log().night(), slower.log().night());
    assertThat(nights.latest().orElseThrow().night()).isEqualTo(slower.log().night());
    assertThat(
            SqlSession.answer(
                    store.toString(),
                    "SELECT night, count(*) FROM espalier.deployments GROUP BY night ORDER BY night",
                    10)
                .rows())
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.get(1)).isEqualTo(2L));

    job(4).rollback(config, Optional.empty());
    assertThat(nights.latest().orElseThrow().night()).isEqualTo(first.log().night());
    assertThat(storage.exists(new org.apache.hadoop.fs.Path(store, "lock"))).isFalse();
    assertThat(storage.exists(new org.apache.hadoop.fs.Path(store, "work"))).isFalse();
    System.clearProperty("spark.master");
  }
}
