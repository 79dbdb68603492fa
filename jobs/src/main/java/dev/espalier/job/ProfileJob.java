package dev.espalier.job;

import dev.espalier.cost.CostModel;
import dev.espalier.latency.AdditivityCheck;
import dev.espalier.latency.AdditivityCheck.Finding;
import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.HostProfile;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.measurement.WholeNetworkBenchmark;
import dev.espalier.operator.Operator;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.run.Progress;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyTable;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Measures the profile of the machine at hand: every operator of a space, then random whole
 * networks on which an overhead model is fitted and checked.
 */
public final class ProfileJob {
  /** Name of the profile of the machine at hand. */
  public static final String HOST = "host-cpu";

  private static final long SEED = 1;

  private final HostMachine machine;
  private final TimingPlan plan;
  private final int networks;
  private final Clock clock;

  /**
   * A job that times as the plan says.
   *
   * @param networks random whole networks to compare with, at least {@value
   *     AdditivityCheck#FEWEST_NETWORKS}
   */
  public ProfileJob(HostMachine machine, TimingPlan plan, int networks, Clock clock) {
    this.machine = machine;
    this.plan = plan;
    this.networks = networks;
    this.clock = clock;
  }

  /** Measures. */
  public HardwareProfile measure(SearchSpace space, Progress progress) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    LocalDate today = LocalDate.now(clock);
    OperatorBenchmark benchmark = new OperatorBenchmark(plan);
    Set<Operator> operators = OperatorBenchmark.operators(space);
    LatencyTable table;
    try (Stage stage =
        progress.begin("timing " + operators.size() + " operators", operators.size())) {
      table =
          benchmark.time(
              operators,
              LatencyTable.of(Map.of()),
              random,
              (what, done, all, left) -> stage.done(done),
              entries -> {});
    }
    HardwareProfile profile = HostProfile.of(HOST, machine, table, benchmark, today);
    List<Architecture> sample = AdditivityCheck.sample(space, networks, random);
    try (Stage stage = progress.begin("timing " + networks + " whole networks", networks)) {
      Finding finding =
          AdditivityCheck.run(
              CostModel.compile(space, profile),
              sample,
              architectures ->
                  new WholeNetworkBenchmark(plan)
                      .medianMicros(
                          space,
                          architectures,
                          random,
                          (what, done, all, left) -> stage.done(done)),
              networks + " random networks of " + space.family(),
              today);
      return profile.toBuilder().additivity(finding.additivity()).build();
    }
  }
}
