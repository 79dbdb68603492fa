package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.cost.LatencyClaim;
import dev.espalier.cost.TestProfiles;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures a small space on this machine: operators, whole networks, and how they compare. */
class AdditivityIT {
  private static final SearchSpace SPACE = TestProfiles.space();

  @TempDir java.nio.file.Path folder;

  private static HostMeasurement.Builder measurement() {
    return HostMeasurement.of(SPACE)
        .name("host")
        .date(LocalDate.of(2026, 3, 31))
        .plan(new TimingPlan(10, 300, 7, 20, 0.02))
        .networks(30);
  }

  @Test
  void sumsOverMeasuredOperatorsRankMeasuredNetworks() {
    List<LatencyTable> checkpoints = new ArrayList<>();
    Set<String> progress = new LinkedHashSet<>();
    HostMeasurement.Result result =
        measurement()
            .checkpoint(checkpoints::add)
            .progress((what, done, all, left) -> progress.add(what))
            .build()
            .run(TestProfiles.random(1));
    HardwareProfile profile = result.profile();
    assertThat(result.finding().additivity().plain().spearman())
        .as(result.finding().additivity().words())
        .isGreaterThan(0.5);
    assertThat(progress).containsExactly("operators", "networks");
    assertThat(checkpoints).last().isEqualTo(profile.table());
    assertThat(profile.table().missing(OperatorBenchmark.operators(SPACE))).isEmpty();

    Storage storage = new Storage(new Configuration());
    Path path = new Path(folder.resolve("host").toUri());
    profile.write(storage, path);
    CostModel model = CostModel.compile(SPACE, HardwareProfile.read(storage, path));
    assertThat(model.claim()).isEqualTo(new LatencyClaim.Estimate(result.finding().additivity()));
    assertThat(model.latencyMicros().at(SPACE.largest()))
        .isGreaterThan(model.latencyMicros().at(SPACE.smallest()));
  }

  @Test
  void takesUpWhatWasMeasuredBefore() {
    List<String> progress = new ArrayList<>();
    HostMeasurement.Result first = measurement().build().run(TestProfiles.random(1));
    HostMeasurement.Result second =
        measurement()
            .known(first.profile().table())
            .progress((what, done, all, left) -> progress.add(what))
            .build()
            .run(TestProfiles.random(2));
    assertThat(second.profile().table()).isEqualTo(first.profile().table());
    assertThat(progress).containsOnly("networks");
  }
}
