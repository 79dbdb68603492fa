package dev.espalier.latency;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.cost.CostModel;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.SumError;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Compares sums over a table with measured whole networks, fits an overhead model on some networks
 * and states the error of both on others.
 *
 * <p>The model is {@code latency = overhead + scale · sum}, a {@linkplain RelativeLine robust
 * line}. It is calibrated on networks {@linkplain #spread spread} from the least sum to the
 * greatest, because random networks crowd in the middle and a search asks for the ends as well;
 * errors are stated on {@linkplain #sample random} networks.
 */
public final class AdditivityCheck {
  /** So that the calibration networks can outvote a wild one. */
  public static final int FEWEST_CALIBRATION = 5;

  /** So that the networks kept out can be ranked. */
  public static final int FEWEST_HELD_OUT = 5;

  private static final int ATTEMPTS_PER_NETWORK = 100;
  private static final int POOL_PER_NETWORK = 40;

  /**
   * Measured networks beside what the table says of them.
   *
   * @param networks compared
   * @param sumMicros of each, from the table
   * @param measuredMicros of each
   */
  public record Comparison(
      List<Architecture> networks, List<Double> sumMicros, List<Double> measuredMicros) {
    public Comparison {
      networks = List.copyOf(networks);
      sumMicros = List.copyOf(sumMicros);
      measuredMicros = List.copyOf(measuredMicros);
    }
  }

  /**
   * What was found.
   *
   * @param calibration the networks that the overhead model was fitted on
   * @param heldOut the networks that both errors are stated on
   * @param additivity for the profile
   */
  public record Finding(Comparison calibration, Comparison heldOut, Additivity additivity) {}

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
   * Draws networks whose sums are spread evenly from the smallest network's to the largest's, those
   * two among them: of a pool of random networks that are mixed with the smallest or the largest to
   * different degrees, those nearest to evenly spaced sums.
   *
   * @param sum over operators, of what is expected to tell latencies apart
   * @param count at least 2; fewer are returned where one network is nearest to several sums
   */
  public static List<Architecture> spread(
      SearchSpace space, AdditiveFunction sum, int count, RandomGenerator random) {
    List<Architecture> pool = new ArrayList<>(List.of(space.smallest(), space.largest()));
    for (int i = 0; i < count * POOL_PER_NETWORK; i++) {
      byte[] end = (random.nextBoolean() ? space.smallest() : space.largest()).toBytes();
      byte[] code = space.sample(random).toBytes();
      double share = random.nextDouble();
      for (int d = 0; d < code.length; d++) {
        code[d] = random.nextDouble() < share ? end[d] : code[d];
      }
      pool.add(space.architecture(code));
    }
    double least = sum.at(space.smallest());
    double most = sum.at(space.largest());
    Set<Architecture> chosen = new LinkedHashSet<>(List.of(space.smallest(), space.largest()));
    for (int i = 1; i < count - 1; i++) {
      double wanted = least + (most - least) * i / (count - 1);
      pool.stream()
          .min(
              Comparator.<Architecture>comparingDouble(n -> Math.abs(sum.at(n) - wanted))
                  .thenComparing(Comparator.naturalOrder()))
          .ifPresent(chosen::add);
    }
    return List.copyOf(chosen);
  }

  /**
   * Measures networks and compares.
   *
   * @param model its plain sum is compared, whatever correction its profile has
   * @param calibration at least {@value #FEWEST_CALIBRATION}
   * @param heldOut at least {@value #FEWEST_HELD_OUT}
   * @param timer measures both together
   * @param description which networks they are, in words, and when they were measured
   * @throws IllegalArgumentException if there are too few, or measured latency does not rise with
   *     the sum
   */
  public static Finding run(
      CostModel model,
      List<Architecture> calibration,
      List<Architecture> heldOut,
      NetworkTimer timer,
      Description description) {
    if (calibration.size() < FEWEST_CALIBRATION || heldOut.size() < FEWEST_HELD_OUT) {
      throw new IllegalArgumentException(
          "%d networks to calibrate an overhead model and %d to check it are too few: at least %d and %d are needed"
              .formatted(calibration.size(), heldOut.size(), FEWEST_CALIBRATION, FEWEST_HELD_OUT));
    }
    List<Architecture> networks = new ArrayList<>(calibration);
    networks.addAll(heldOut);
    double[] measured = timer.medianMicros(networks);
    double[] sums = networks.stream().mapToDouble(model.sumMicros()::at).toArray();
    int split = calibration.size();
    double[] heldOutSums = Arrays.copyOfRange(sums, split, sums.length);
    double[] heldOutMeasured = Arrays.copyOfRange(measured, split, sums.length);
    OverheadCorrection correction = fit(Arrays.copyOf(sums, split), Arrays.copyOf(measured, split));
    double[] heldOutCorrected = Arrays.stream(heldOutSums).map(correction::latencyMicros).toArray();
    return new Finding(
        comparison(calibration, Arrays.copyOf(sums, split), Arrays.copyOf(measured, split)),
        comparison(heldOut, heldOutSums, heldOutMeasured),
        new Additivity(
            description.networks(),
            split,
            correction,
            error(heldOutSums, heldOutMeasured),
            error(heldOutCorrected, heldOutMeasured),
            description.date()));
  }

  /**
   * Which networks are compared and when.
   *
   * @param networks in words
   * @param date of the measurement
   */
  public record Description(String networks, LocalDate date) {}

  private static Comparison comparison(
      List<Architecture> networks, double[] sums, double[] measured) {
    return new Comparison(
        networks, Arrays.stream(sums).boxed().toList(), Arrays.stream(measured).boxed().toList());
  }

  private static OverheadCorrection fit(double[] sums, double[] measured) {
    RelativeLine line = RelativeLine.fit(sums, measured);
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
