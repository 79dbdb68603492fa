package dev.espalier.latency;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.cost.CostModel;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.SumError;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Compares sums over a table with measured whole networks, fits an overhead model on half of the
 * networks and states the error of both on the other half.
 *
 * <p>The model is {@code latency = overhead + scale · sum}, a {@linkplain TheilSenLine robust
 * line}.
 */
public final class AdditivityCheck {
  /** So that the calibration half can outvote a wild network, and the held-out half be ranked. */
  public static final int FEWEST_NETWORKS = 10;

  private static final int ATTEMPTS_PER_NETWORK = 100;

  /**
   * What was found.
   *
   * @param networks every network compared, calibration first
   * @param sumMicros of each, from the table
   * @param measuredMicros of each
   * @param additivity for the profile
   */
  public record Finding(
      List<Architecture> networks,
      List<Double> sumMicros,
      List<Double> measuredMicros,
      Additivity additivity) {
    public Finding {
      networks = List.copyOf(networks);
      sumMicros = List.copyOf(sumMicros);
      measuredMicros = List.copyOf(measuredMicros);
    }
  }

  private AdditivityCheck() {}

  /**
   * Draws distinct random networks.
   *
   * @throws IllegalArgumentException if the space has too few
   */
  public static List<Architecture> sample(SearchSpace space, int count, RandomGenerator random) {
    Set<Architecture> networks = new LinkedHashSet<>();
    for (int i = 0; networks.size() < count && i < count * ATTEMPTS_PER_NETWORK; i++) {
      networks.add(space.sample(random));
    }
    if (networks.size() < count) {
      throw new IllegalArgumentException(
          "only %d distinct networks in %d draws from a space of %s: ask for fewer than %d"
              .formatted(networks.size(), count * ATTEMPTS_PER_NETWORK, space.size(), count));
    }
    return List.copyOf(networks);
  }

  /**
   * Measures networks and compares.
   *
   * @param model its plain sum is compared, whatever correction its profile has
   * @param networks at least {@value #FEWEST_NETWORKS}, in random order: the first half calibrates
   * @param description which networks they are, in words
   * @throws IllegalArgumentException if there are too few, or measured latency does not rise with
   *     the sum
   */
  public static Finding run(
      CostModel model,
      List<Architecture> networks,
      NetworkTimer timer,
      String description,
      LocalDate date) {
    if (networks.size() < FEWEST_NETWORKS) {
      throw new IllegalArgumentException(
          "%d networks are too few to fit and check an overhead model: at least %d are needed"
              .formatted(networks.size(), FEWEST_NETWORKS));
    }
    double[] sums = networks.stream().mapToDouble(model.sumMicros()::at).toArray();
    double[] measured = timer.medianMicros(networks);
    int calibration = networks.size() / 2;
    OverheadCorrection correction =
        fit(Arrays.copyOf(sums, calibration), Arrays.copyOf(measured, calibration));
    double[] heldOutSums = Arrays.copyOfRange(sums, calibration, sums.length);
    double[] heldOutMeasured = Arrays.copyOfRange(measured, calibration, sums.length);
    double[] heldOutCorrected = Arrays.stream(heldOutSums).map(correction::latencyMicros).toArray();
    return new Finding(
        networks,
        boxed(sums),
        boxed(measured),
        new Additivity(
            description,
            calibration,
            correction,
            error(heldOutSums, heldOutMeasured),
            error(heldOutCorrected, heldOutMeasured),
            date));
  }

  private static OverheadCorrection fit(double[] sums, double[] measured) {
    TheilSenLine line = TheilSenLine.fit(sums, measured);
    if (!(line.slope() > 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "measured latency does not rise with the sum over operators (slope %.3f over %d networks): the table is not of this device, or the machine was too busy to measure",
              line.slope(),
              sums.length));
    }
    return new OverheadCorrection(line.intercept(), line.slope());
  }

  private static List<Double> boxed(double[] values) {
    List<Double> boxed = new ArrayList<>();
    Arrays.stream(values).forEach(boxed::add);
    return boxed;
  }

  /**
   * How far what was said of networks is from what was measured.
   *
   * @param said microseconds, at least two
   * @param measured as many
   */
  public static SumError error(double[] said, double[] measured) {
    double[] relative =
        IntStream.range(0, said.length)
            .mapToDouble(i -> Math.abs(said[i] - measured[i]) / measured[i])
            .toArray();
    double[] ratios =
        IntStream.range(0, said.length).mapToDouble(i -> measured[i] / said[i]).toArray();
    Samples errors = Samples.of(relative);
    return new SumError(
        said.length,
        PredictorError.spearman(said, measured),
        Arrays.stream(relative).filter(e -> e <= 0.1).count() / (double) said.length,
        Samples.of(ratios).median(),
        errors.median(),
        errors.quantile(0.9));
  }
}
