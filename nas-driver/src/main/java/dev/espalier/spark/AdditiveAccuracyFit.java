package dev.espalier.spark;

import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.MeasuredAccuracy;
import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.spark.sql.SparkSession;

/**
 * Fits {@link AdditiveAccuracyPredictor} to measured accuracies by ridge regression in MLlib.
 *
 * <p>The order of the basis (1: each decision by itself; 2: also pairs within a slot) and the
 * penalty are those with the least error in five-fold cross validation, the smaller order and then
 * the larger penalty where equal.
 */
public final class AdditiveAccuracyFit {
  private static final int FOLDS = 5;

  private static final RidgeRegression.Choices CHOICES =
      new RidgeRegression.Choices(2, List.of(0.1, 0.02, 0.005, 0.001), FOLDS, FOLDS);

  private final RidgeRegression regression;

  /** Fits in a session. */
  public AdditiveAccuracyFit(SparkSession session) {
    this.regression = new RidgeRegression(session, CHOICES);
  }

  /**
   * Fits on some measurements and finds the error on others.
   *
   * @param split at least 10 to fit on, their accuracies not all equal; those kept out are used for
   *     the error only
   * @param random deals measurements to folds
   * @throws IllegalArgumentException if there are too few measurements or all are equal
   */
  public AdditiveAccuracyPredictor fit(
      SearchSpace space, MeasuredSplit split, RandomGenerator random) {
    List<Architecture> fitting =
        split.fitting().stream().map(MeasuredAccuracy::architecture).toList();
    if (fitting.size() < 2 * FOLDS) {
      throw new IllegalArgumentException(
          "fitting an additive predictor on %d measurements: at least %d are needed"
              .formatted(fitting.size(), 2 * FOLDS));
    }
    double[] accuracies =
        split.fitting().stream().mapToDouble(MeasuredAccuracy::accuracy).toArray();
    RidgeRegression.Choice choice =
        regression.choose(space, fitting, accuracies, random, done -> {});
    AdditiveWeighting weighting = regression.fit(space, choice, fitting, accuracies);
    return split.judged(error -> new AdditiveAccuracyPredictor(weighting, error));
  }
}
