package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditiveBasis;
import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits {@link AdditiveAccuracyPredictor} by ridge regression in MLlib.
 *
 * <p>Minimises the mean squared error of standardised accuracies plus a ridge penalty on the
 * features' weights; the intercept is free. The order of the basis (1: each decision by itself; 2:
 * also pairs within a slot) and the penalty are those with the least error in five-fold cross
 * validation, the smaller order and then the larger penalty where equal. Rows lie in one partition,
 * so that sums do not depend on Spark's parallelism.
 */
public final class AdditiveAccuracyFit {
  private static final Logger LOG = LoggerFactory.getLogger(AdditiveAccuracyFit.class);

  private static final int FOLDS = 5;
  private static final int HIGHEST_ORDER = 2;

  /** MLlib's {@code regParam}, descending. */
  private static final double[] PENALTIES = {0.1, 0.02, 0.005, 0.001};

  private static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType(), false)
          .add("label", DataTypes.DoubleType, false);

  private final SparkSession session;

  /** Fits in a session. */
  public AdditiveAccuracyFit(SparkSession session) {
    this.session = session;
  }

  /** A weighting of a basis; weights of features that never varied are zero. */
  private static final class Weighting {
    private final double intercept;
    private final double[] weights;

    Weighting(double intercept, double[] weights) {
      this.intercept = intercept;
      this.weights = weights;
    }

    double at(int[] ones) {
      double sum = intercept;
      for (int feature : ones) {
        sum += weights[feature];
      }
      return sum;
    }
  }

  /** Measurements as features that are one. */
  private static final class Encoded {
    private final AdditiveBasis basis;
    private final int[][] ones;
    private final double[] accuracies;

    Encoded(AdditiveBasis basis, List<AccuracyMeasurement> measurements) {
      this.basis = basis;
      ones =
          measurements.stream()
              .map(m -> basis.encode(m.architecture().toBytes()))
              .toArray(int[][]::new);
      accuracies = measurements.stream().mapToDouble(AccuracyMeasurement::accuracy).toArray();
    }
  }

  private record Choice(Encoded encoded, double penalty, double error) {}

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
    List<AccuracyMeasurement> fitting = split.fitting();
    if (fitting.size() < 2 * FOLDS) {
      throw new IllegalArgumentException(
          "fitting an additive predictor on %d measurements: at least %d are needed"
              .formatted(fitting.size(), 2 * FOLDS));
    }
    int[] folds = folds(fitting.size(), random);
    Choice best = null;
    for (int order = 1; order <= HIGHEST_ORDER; order++) {
      Encoded encoded = new Encoded(new AdditiveBasis(space, order), fitting);
      for (double penalty : PENALTIES) {
        double error = crossValidated(encoded, folds, penalty);
        LOG.info(
            "additive accuracy: order {}, penalty {}: root mean square error {} in {} folds",
            order,
            penalty,
            error,
            FOLDS);
        if (best == null || error < best.error) {
          best = new Choice(encoded, penalty, error);
        }
      }
    }
    Encoded encoded = best.encoded;
    Weighting weighting = weighted(encoded, all(fitting.size()), best.penalty);
    return split.judged(
        error ->
            new AdditiveAccuracyPredictor(
                encoded.basis, weighting.intercept, weighting.weights, error));
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** Deals indices evenly to folds. */
  private static int[] folds(int count, RandomGenerator random) {
    int[] folds = IntStream.range(0, count).map(i -> i % FOLDS).toArray();
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = folds[i];
      folds[i] = folds[j];
      folds[j] = swapped;
    }
    return folds;
  }

  private double crossValidated(Encoded encoded, int[] folds, double penalty) {
    double squares = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      int kept = fold;
      Weighting weighting =
          weighted(
              encoded,
              IntStream.range(0, folds.length).filter(i -> folds[i] != kept).toArray(),
              penalty);
      for (int i = 0; i < folds.length; i++) {
        if (folds[i] == kept) {
          double error = weighting.at(encoded.ones[i]) - encoded.accuracies[i];
          squares += error * error;
        }
      }
    }
    return Math.sqrt(squares / folds.length);
  }

  /** Fits the chosen rows. */
  private Weighting weighted(Encoded encoded, int[] rows, double penalty) {
    double mean = Arrays.stream(rows).mapToDouble(i -> encoded.accuracies[i]).average().orElse(0);
    double deviation =
        Math.sqrt(
            Arrays.stream(rows)
                .mapToDouble(i -> Math.pow(encoded.accuracies[i] - mean, 2))
                .average()
                .orElse(0));
    if (deviation == 0) {
      throw new IllegalArgumentException(
          "all %d measured accuracies are %s: there is nothing to fit"
              .formatted(rows.length, mean));
    }
    int[] columns = varying(encoded, rows);
    int width = (int) Arrays.stream(columns).filter(c -> c >= 0).count();
    List<Row> table = new ArrayList<>();
    for (int i : rows) {
      int[] ones =
          Arrays.stream(encoded.ones[i]).map(f -> columns[f]).filter(c -> c >= 0).toArray();
      double[] values = new double[ones.length];
      Arrays.fill(values, 1);
      table.add(
          RowFactory.create(
              Vectors.sparse(width, ones, values), (encoded.accuracies[i] - mean) / deviation));
    }
    Dataset<Row> data = session.createDataFrame(table, SCHEMA).coalesce(1);
    LinearRegressionModel model =
        new LinearRegression()
            .setElasticNetParam(0)
            .setRegParam(penalty)
            // Features are zeros and ones: a rare one must not be penalised less.
            .setStandardization(false)
            .setSolver("normal")
            .fit(data);
    Vector coefficients = model.coefficients();
    double[] weights =
        Arrays.stream(columns)
            .mapToDouble(c -> c < 0 ? 0 : deviation * coefficients.apply(c))
            .toArray();
    return new Weighting(mean + deviation * model.intercept(), weights);
  }

  /** A column for each feature that is neither zero nor one throughout, -1 for others. */
  private static int[] varying(Encoded encoded, int[] rows) {
    int[] counts = new int[encoded.basis.features()];
    for (int i : rows) {
      for (int feature : encoded.ones[i]) {
        counts[feature]++;
      }
    }
    int[] columns = new int[counts.length];
    int next = 0;
    for (int f = 0; f < counts.length; f++) {
      columns[f] = counts[f] > 0 && counts[f] < rows.length ? next++ : -1;
    }
    return columns;
  }
}
