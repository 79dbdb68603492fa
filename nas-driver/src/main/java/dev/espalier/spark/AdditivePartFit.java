package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.PredictorAgreement;
import dev.espalier.cost.OperatorCost;
import dev.espalier.search.FrontNeighbourhood;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits the {@link AdditivePart} of an accuracy predictor: asks the predictor for random
 * architectures, and fits ridge regression in MLlib to its answers; then, a few times, for
 * architectures near the front of accuracy and MACs of the part found so far, and fits again to all
 * of them. Searches end near a front: where OFA's released predictor is fitted on random
 * architectures alone, what is optimal for its additive part at the upper end of a front is more
 * than a point worse than what is optimal for itself.
 *
 * <p>Answers cost next to nothing and hold no noise, so that penalties are small. Order (1 or 2)
 * and penalty are chosen at the beginning and at the end, on a part that is left out. Order 3 was
 * tried on OFA's released predictor: 3,920 features took two minutes and were worse than the 1,265
 * of order 2. The same predictor and settings give the same part on the same machine.
 */
public final class AdditivePartFit {
  private static final Logger LOG = LoggerFactory.getLogger(AdditivePartFit.class);

  private static final int FOLDS = 10;
  private static final int ROUNDS = 5;

  private static final RidgeRegression.Choices CHOICES =
      new RidgeRegression.Choices(2, List.of(1e-3, 1e-4, 1e-5), FOLDS, 1);

  private final RidgeRegression regression;

  /**
   * How much to ask.
   *
   * @param fitted random architectures to fit on, at least 20; as many near the front in each of
   *     five rounds
   * @param heldOut others to judge by, at least 2; as many near the last front
   * @param seed of sampling and of the choice of order and penalty
   */
  public record Settings(int fitted, int heldOut, long seed) {
    private static final int FITTED = 4_000;
    private static final int HELD_OUT = 1_000;
    private static final int LEAST_FITTED = 2 * FOLDS;

    public Settings {
      if (fitted < LEAST_FITTED || heldOut < 2) {
        throw new IllegalArgumentException(
            "an additive part fitted on %d architectures with %d kept out: at least %d and 2 are needed"
                .formatted(fitted, heldOut, LEAST_FITTED));
      }
    }

    /**
     * 4,000 to fit on and 1,000 to judge by; in a space of fewer than twice as many, half of its
     * architectures in the same proportion.
     *
     * @throws IllegalArgumentException if the space has fewer than 50 architectures
     */
    public static Settings of(SearchSpace space, long seed) {
      int all = FITTED + HELD_OUT;
      int half = space.size().shiftRight(1).min(BigInteger.valueOf(all)).intValueExact();
      int heldOut = half == all ? HELD_OUT : half / (all / HELD_OUT);
      return new Settings(half - heldOut, heldOut, seed);
    }
  }

  /** Fits in a session. */
  public AdditivePartFit(SparkSession session) {
    this.regression = new RidgeRegression(session, CHOICES);
  }

  /**
   * Samples the predictor's space and fits.
   *
   * @throws IllegalArgumentException if the space has fewer architectures than are asked for, or if
   *     the predictor says the same of all
   */
  public AdditivePart fit(AccuracyPredictor predictor, Settings settings) {
    return fit(predictor, settings, done -> {});
  }

  /** Most regressions of one fit. */
  public int mostRegressions() {
    return 2 * regression.mostRegressions() + ROUNDS + 1;
  }

  /**
   * Fits as {@link #fit(AccuracyPredictor, Settings)} does, and tells how far it is.
   *
   * @param regressionsDone hears how many of {@link #mostRegressions()} are done
   */
  public AdditivePart fit(
      AccuracyPredictor predictor, Settings settings, IntConsumer regressionsDone) {
    SearchSpace space = predictor.space();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed());
    List<Architecture> sample =
        ArchitectureSample.of(space, settings.fitted() + settings.heldOut(), random);
    Set<Architecture> fitting = new LinkedHashSet<>(sample.subList(0, settings.fitted()));
    List<Architecture> heldOut = sample.subList(settings.fitted(), sample.size());
    Set<Architecture> known = new HashSet<>(sample);
    FrontNeighbourhood neighbourhood =
        new FrontNeighbourhood(space, OperatorCost.MACS.compile(space));
    List<Architecture> all = List.copyOf(fitting);
    double[] predictions = predictions(predictor, all);
    RidgeRegression.Choice choice =
        regression.choose(space, all, predictions, random, regressionsDone);
    int done = regression.mostRegressions();
    for (int round = 0; round < ROUNDS; round++) {
      AdditiveWeighting weighting = regression.fit(space, choice, all, predictions);
      regressionsDone.accept(++done);
      fitting.addAll(neighbourhood.draw(weighting.function(), settings.fitted(), known, random));
      all = List.copyOf(fitting);
      predictions = predictions(predictor, all);
    }
    int before = done;
    choice =
        regression.choose(space, all, predictions, random, d -> regressionsDone.accept(before + d));
    AdditiveWeighting weighting = regression.fit(space, choice, all, predictions);
    regressionsDone.accept(mostRegressions());
    return part(
        predictor,
        weighting,
        all.size(),
        heldOut,
        neighbourhood.draw(weighting.function(), settings.heldOut(), known, random));
  }

  private static AdditivePart part(
      AccuracyPredictor predictor,
      AdditiveWeighting weighting,
      int fitted,
      List<Architecture> random,
      List<Architecture> nearFront) {
    PredictorAgreement everywhere = agreement(predictor, weighting, fitted, random);
    AdditivePart part =
        new AdditivePart(
            weighting,
            predictor.kind(),
            everywhere,
            nearFront.size() < 2 ? everywhere : agreement(predictor, weighting, fitted, nearFront));
    LOG.info(
        "{} of order {}: on random architectures {}; near the front {}",
        part.kind(),
        part.basis().order(),
        part.agreement().words(),
        part.nearFront().words());
    return part;
  }

  private static PredictorAgreement agreement(
      AccuracyPredictor predictor,
      AdditiveWeighting weighting,
      int fitted,
      List<Architecture> heldOut) {
    return PredictorAgreement.of(
        fitted,
        heldOut.stream().mapToDouble(weighting.function()::at).toArray(),
        predictions(predictor, heldOut));
  }

  private static double[] predictions(AccuracyPredictor predictor, List<Architecture> of) {
    int length = predictor.space().length();
    byte[] codes = new byte[of.size() * length];
    for (int i = 0; i < of.size(); i++) {
      System.arraycopy(of.get(i).toBytes(), 0, codes, i * length, length);
    }
    double[] predicted = new double[of.size()];
    predictor.predict(codes, of.size(), predicted);
    return predicted;
  }
}
