package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.cost.LatencyClaim;
import dev.espalier.cost.TestProfiles;
import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.HostProfile;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.Progress;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.measurement.WholeNetworkBenchmark;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures a small space on this machine: operators, whole networks, and how they compare. */
class AdditivityIT {
  private static final Logger LOG = LoggerFactory.getLogger(AdditivityIT.class);
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);

  @TempDir java.nio.file.Path folder;

  @Test
  void sumsOverMeasuredOperatorsRankMeasuredNetworks() {
    SearchSpace space = TestProfiles.space();
    TimingPlan plan = new TimingPlan(10, 300, 7, 20, 0.02);
    OperatorBenchmark benchmark = new OperatorBenchmark(plan);
    LatencyTable table =
        benchmark.time(
            OperatorBenchmark.operators(space),
            LatencyTable.of(Map.of()),
            TestProfiles.random(1),
            Progress.SILENT,
            t -> {});
    HardwareProfile profile = HostProfile.of("host", HostMachine.read(), table, benchmark, DAY);
    List<Architecture> networks = AdditivityCheck.sample(space, 30, TestProfiles.random(2));
    AdditivityCheck.Finding finding =
        AdditivityCheck.run(
            CostModel.compile(space, profile),
            networks,
            n ->
                new WholeNetworkBenchmark(plan)
                    .medianMicros(space, n, TestProfiles.random(3), Progress.SILENT),
            "random networks of a small space",
            DAY);
    LOG.info("{}", finding.additivity().words());
    assertThat(finding.additivity().plain().spearman())
        .as(finding.additivity().words())
        .isGreaterThan(0.5);

    HardwareProfile checked = profile.toBuilder().additivity(finding.additivity()).build();
    Storage storage = new Storage(new Configuration());
    Path path = new Path(folder.resolve("host").toUri());
    checked.write(storage, path);
    CostModel model = CostModel.compile(space, HardwareProfile.read(storage, path));
    assertThat(model.claim()).isEqualTo(new LatencyClaim.Estimate(finding.additivity()));
    assertThat(model.latencyMicros().at(space.largest()))
        .isGreaterThan(model.latencyMicros().at(space.smallest()));
  }
}
