package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.HostProfile;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.Progress;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.measurement.WholeNetworkBenchmark;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Measures the machine at hand for a search space: every operator, then random whole networks, and
 * what the comparison of the two finds.
 */
public final class HostMeasurement {
  /** Random networks that are compared unless another number is asked for. */
  public static final int NETWORKS = 50;

  private static final int FEWEST_CALIBRATION = 10;

  private final SearchSpace space;
  private final String name;
  private final LocalDate date;
  private final TimingPlan plan;
  private final int networks;
  private final LatencyTable known;
  private final Progress progress;
  private final Consumer<LatencyTable> checkpoint;

  private HostMeasurement(Builder builder) {
    this.space = builder.space;
    this.name = Objects.requireNonNull(builder.name, "name");
    this.date = Objects.requireNonNull(builder.date, "date");
    this.plan = builder.plan;
    this.networks = builder.networks;
    this.known = builder.known;
    this.progress = builder.progress;
    this.checkpoint = builder.checkpoint;
  }

  /**
   * The profile, with its additivity record, and the comparison behind that record.
   *
   * @param profile complete
   * @param finding each network compared
   */
  public record Result(HardwareProfile profile, AdditivityCheck.Finding finding) {}

  /** Starts a measurement for a space; a name and a date are needed. */
  public static Builder of(SearchSpace space) {
    return new Builder(space);
  }

  /**
   * Measures; takes about 50 ms an operator and a network on a quiet machine.
   *
   * @param random draws weights, images and networks, and shuffles rounds
   * @throws IllegalArgumentException if the machine was too busy for sums to tell anything
   */
  public Result run(RandomGenerator random) {
    OperatorBenchmark benchmark = new OperatorBenchmark(plan);
    LatencyTable table =
        benchmark.time(OperatorBenchmark.operators(space), known, random, progress, checkpoint);
    HardwareProfile profile = HostProfile.of(name, HostMachine.read(), table, benchmark, date);
    CostModel model = CostModel.compile(space, profile);
    int calibrating = Math.max(FEWEST_CALIBRATION, networks / 2);
    Probes probes = Probes.draw(space, model.sumMicros(), calibrating, networks, random);
    AdditivityCheck.Finding finding =
        AdditivityCheck.run(
            model,
            probes.calibration(),
            probes.heldOut(),
            n -> new WholeNetworkBenchmark(plan).medianMicros(space, n, random, progress),
            new AdditivityCheck.Description(
                "random architectures of %s, random weights".formatted(space.family()), date));
    return new Result(profile.toBuilder().additivity(finding.additivity()).build(), finding);
  }

  /** Collects what a measurement needs. */
  public static final class Builder {
    private final SearchSpace space;
    private String name;
    private LocalDate date;
    private TimingPlan plan = TimingPlan.STANDARD;
    private int networks = NETWORKS;
    private LatencyTable known = LatencyTable.of(Map.of());
    private Progress progress = Progress.SILENT;
    private Consumer<LatencyTable> checkpoint = table -> {};

    private Builder(SearchSpace space) {
      this.space = space;
    }

    /** The profile's name. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** The day of the measurement. */
    public Builder date(LocalDate value) {
      this.date = value;
      return this;
    }

    /** How long to time each operator and network. */
    public Builder plan(TimingPlan value) {
      this.plan = value;
      return this;
    }

    /**
     * How many random networks to compare, at least 5; half as many more, and at least ten,
     * calibrate the overhead model.
     */
    public Builder networks(int value) {
      this.networks = value;
      return this;
    }

    /** Entries of this machine that were measured before and need not be again. */
    public Builder known(LatencyTable value) {
      this.known = value;
      return this;
    }

    /** Told how far the measurement is. */
    public Builder progress(Progress value) {
      this.progress = value;
      return this;
    }

    /** Receives what is measured so far now and then, to be kept for {@link #known}. */
    public Builder checkpoint(Consumer<LatencyTable> value) {
      this.checkpoint = value;
      return this;
    }

    /** The measurement, ready to {@link HostMeasurement#run}. */
    public HostMeasurement build() {
      return new HostMeasurement(this);
    }
  }
}
