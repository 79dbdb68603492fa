package dev.espalier.latency;

import dev.espalier.profile.SumError;
import dev.espalier.regression.GaussianProcess;
import dev.espalier.regression.Kernel;
import dev.espalier.regression.Relevance;
import dev.espalier.regression.Rows;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The latency of whole networks on a new device, from a few measurements there and what they take
 * on devices that are known: a Gaussian process over the known devices' logarithms, with a little
 * of its own over features and decisions, under noise with heavy tails. The task is that of HELP
 * (Lee et al., NeurIPS 2021, section 3), which learns an embedding of devices by meta-learning
 * instead.
 *
 * <p>The kernel's variances are the same for every device and number of measurements: most is
 * expected of what known devices agree on, a tenth of that of their differences, and little of
 * features and decisions.
 *
 * <p>Immutable and thread-safe.
 */
public final class AdaptedLatency implements LatencySource {
  /** Fewest measurements. */
  public static final int FEWEST = 5;

  private static final Kernel KERNEL =
      new Kernel(1, 3, 0.3, 0.02, 0.02, 0.5, 0, 1, 0.03, Relevance.EQUAL);

  private final Population population;
  private final GaussianProcess process;
  private final SumError leftOut;

  /**
   * Networks of the space that tell how latencies vary, on the known devices: what measurements are
   * compared with.
   */
  public static final class Population {
    private final NetworkFeatures features;
    private final List<LatencySource> known;
    private final Rows.Scale scale;

    /**
     * Takes a sample of the space.
     *
     * @param known devices, at least one
     * @param networks drawn from the space at random, some hundred or more
     */
    public Population(
        NetworkFeatures features,
        List<? extends LatencySource> known,
        List<Architecture> networks) {
      if (known.isEmpty()) {
        throw new IllegalArgumentException("at least one known device is needed to adapt");
      }
      this.features = features;
      this.known = List.copyOf(known);
      this.scale =
          new Rows.Scale(features.rows(networks, LatencySource.logarithms(this.known, networks)));
    }

    private Rows rows(List<Architecture> networks) {
      return scale.apply(features.rows(networks, LatencySource.logarithms(known, networks)));
    }

    /**
     * Which networks to measure: each the one of which least is known after those before it.
     *
     * @param measured already; may be empty
     * @param candidates to choose from, more than {@code count}
     * @return the most telling first
     */
    public List<Architecture> mostTelling(
        List<Architecture> measured, List<Architecture> candidates, int count) {
      List<Architecture> all = new ArrayList<>(measured);
      all.addAll(candidates);
      int[] chosen = GaussianProcess.mostTelling(KERNEL, rows(all), measured.size(), count);
      return Arrays.stream(chosen).mapToObj(all::get).toList();
    }
  }

  private AdaptedLatency(Population population, GaussianProcess process, SumError leftOut) {
    this.population = population;
    this.process = process;
    this.leftOut = leftOut;
  }

  /**
   * Adapts.
   *
   * @param networks measured, at least {@value #FEWEST}
   * @param micros of each, above 0
   */
  public static AdaptedLatency fit(
      Population population, List<Architecture> networks, double[] micros) {
    if (networks.size() < FEWEST) {
      throw new IllegalArgumentException(
          "%d measured networks are too few to adapt to: at least %d are needed, ten to fifty are good"
              .formatted(networks.size(), FEWEST));
    }
    double[] logs = Arrays.stream(micros).map(Math::log).toArray();
    GaussianProcess process = GaussianProcess.fit(KERNEL, population.rows(networks), logs);
    double[] leftOut = Arrays.stream(process.leftOut()).map(Math::exp).toArray();
    return new AdaptedLatency(population, process, AdditivityCheck.error(leftOut, micros));
  }

  @Override
  public double[] micros(List<Architecture> networks) {
    return Arrays.stream(process.predict(population.rows(networks))).map(Math::exp).toArray();
  }

  /**
   * The error on each measured network, had it not been used. Where networks were chosen to be
   * telling, it is larger than on random ones.
   */
  public SumError leftOut() {
    return leftOut;
  }
}
