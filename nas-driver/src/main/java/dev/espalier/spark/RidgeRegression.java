package dev.espalier.spark;

import dev.espalier.accuracy.AdditiveBasis;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
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
 * Ridge regression of accuracies, measured or predicted, on an additive basis, in MLlib.
 *
 * <p>Minimises the mean squared error of standardised accuracies plus a ridge penalty on the
 * features' weights; the intercept is free. The order of the basis (1: each decision by itself; 2:
 * also pairs within a slot; and so on) and the penalty are those with the least error on folds that
 * were left out, the smaller order and then the larger penalty where equal. Rows lie in one
 * partition, so that sums do not depend on Spark's parallelism.
 */
final class RidgeRegression {
  private static final Logger LOG = LoggerFactory.getLogger(RidgeRegression.class);

  /** What MLlib's normal equations take. */
  private static final int MOST_FEATURES = 4096;

  private static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType(), false)
          .add("label", DataTypes.DoubleType, false);

  private final SparkSession session;
  private final Choices choices;

  /**
   * Among what to choose, and by what.
   *
   * @param highestOrder of the basis, at least 1; orders with more than 4,096 features are passed
   *     over
   * @param penalties MLlib's {@code regParam}, descending
   * @param folds that rows are dealt to, at least 2
   * @param judged folds that are left out, one after the other: all of them for cross validation, 1
   *     where rows abound
   */
  record Choices(int highestOrder, List<Double> penalties, int folds, int judged) {
    Choices {
      penalties = List.copyOf(penalties);
      if (highestOrder < 1 || penalties.isEmpty() || folds < 2 || judged < 1 || judged > folds) {
        throw new IllegalArgumentException(
            "ridge regression up to order %d with penalties %s, judged on %d of %d folds"
                .formatted(highestOrder, penalties, judged, folds));
      }
    }
  }

  RidgeRegression(SparkSession session, Choices choices) {
    this.session = session;
    this.choices = choices;
  }

  /** Weights of a basis; those of features that never varied are zero. */
  private static final class Weights {
    private final double intercept;
    private final double[] weights;

    Weights(double intercept, double[] weights) {
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

  /** Architectures as features that are one. */
  private static final class Encoded {
    private final AdditiveBasis basis;
    private final int[][] ones;
    private final double[] accuracies;

    Encoded(AdditiveBasis basis, List<Architecture> architectures, double[] accuracies) {
      this.basis = basis;
      this.ones = architectures.stream().map(a -> basis.encode(a.toBytes())).toArray(int[][]::new);
      this.accuracies = accuracies;
    }
  }

  /**
   * What was chosen.
   *
   * @param order of the basis
   * @param penalty MLlib's {@code regParam}
   */
  record Choice(int order, double penalty) {}

  /**
   * Chooses order and penalty.
   *
   * @param architectures at least twice as many as folds
   * @param accuracies of them, fractions, not all equal
   * @param random deals architectures to folds
   * @param regressionsDone hears how many of {@link #mostRegressions()} are done
   * @throws IllegalArgumentException if all accuracies are equal
   */
  Choice choose(
      SearchSpace space,
      List<Architecture> architectures,
      double[] accuracies,
      RandomGenerator random,
      IntConsumer regressionsDone) {
    return choose(space, 1, architectures, accuracies, random, regressionsDone);
  }

  /**
   * Chooses a penalty, and an order of at least {@code lowestOrder}; otherwise as {@link
   * #choose(SearchSpace, List, double[], RandomGenerator, IntConsumer)}.
   */
  Choice choose(
      SearchSpace space,
      int lowestOrder,
      List<Architecture> architectures,
      double[] accuracies,
      RandomGenerator random,
      IntConsumer regressionsDone) {
    AtomicInteger done = new AtomicInteger();
    Runnable fitted = () -> regressionsDone.accept(done.incrementAndGet());
    int[] folds = folds(accuracies.length, random);
    Choice best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int order = lowestOrder; order <= choices.highestOrder; order++) {
      AdditiveBasis basis = new AdditiveBasis(space, order);
      if (order > lowestOrder && basis.features() > MOST_FEATURES) {
        LOG.info(
            "additive accuracy: order {} has {} features, more than {}",
            order,
            basis.features(),
            MOST_FEATURES);
        break;
      }
      double[] errors = leftOut(new Encoded(basis, architectures, accuracies), folds, fitted);
      for (int p = 0; p < errors.length; p++) {
        LOG.info(
            "additive accuracy: order {}, {} features, penalty {}: root mean square error {} on {} of {} folds",
            order,
            basis.features(),
            choices.penalties.get(p),
            errors[p],
            choices.judged,
            choices.folds);
        if (best == null || errors[p] < least) {
          best = new Choice(order, choices.penalties.get(p));
          least = errors[p];
        }
      }
    }
    return best;
  }

  /**
   * Fits with a given order and penalty.
   *
   * @param accuracies fractions, not all equal
   * @throws IllegalArgumentException if all accuracies are equal
   */
  AdditiveWeighting fit(
      SearchSpace space, Choice choice, List<Architecture> architectures, double[] accuracies) {
    AdditiveBasis basis = new AdditiveBasis(space, choice.order);
    int[] all = IntStream.range(0, accuracies.length).toArray();
    try (Table table = new Table(new Encoded(basis, architectures, accuracies), all)) {
      Weights weights = table.fit(choice.penalty);
      return new AdditiveWeighting(basis, weights.intercept, weights.weights);
    }
  }

  /** Most regressions of one choice. */
  int mostRegressions() {
    return choices.highestOrder * choices.judged * choices.penalties.size();
  }

  /** Deals indices evenly to folds. */
  private int[] folds(int count, RandomGenerator random) {
    int[] folds = IntStream.range(0, count).map(i -> i % choices.folds).toArray();
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = folds[i];
      folds[i] = folds[j];
      folds[j] = swapped;
    }
    return folds;
  }

  private static int[] rows(int[] folds, IntPredicate wanted) {
    return IntStream.range(0, folds.length).filter(i -> wanted.test(folds[i])).toArray();
  }

  /** The root mean square error on folds left out, by penalty. */
  private double[] leftOut(Encoded encoded, int[] folds, Runnable fitted) {
    double[] squares = new double[choices.penalties.size()];
    int count = 0;
    for (int fold = 0; fold < choices.judged; fold++) {
      int left = fold;
      int[] judged = rows(folds, f -> f == left);
      count += judged.length;
      try (Table table = new Table(encoded, rows(folds, f -> f != left))) {
        for (int p = 0; p < squares.length; p++) {
          Weights weights = table.fit(choices.penalties.get(p));
          fitted.run();
          for (int i : judged) {
            double error = weights.at(encoded.ones[i]) - encoded.accuracies[i];
            squares[p] += error * error;
          }
        }
      }
    }
    for (int p = 0; p < squares.length; p++) {
      squares[p] = Math.sqrt(squares[p] / count);
    }
    return squares;
  }

  /** Some rows as MLlib takes them, kept in memory for several fits. */
  private final class Table implements AutoCloseable {
    private final double mean;
    private final double deviation;

    /** A column for each feature that is neither zero nor one throughout, -1 for others. */
    private final int[] columns;

    private final Dataset<Row> data;

    Table(Encoded encoded, int[] rows) {
      double[] accuracies = Arrays.stream(rows).mapToDouble(i -> encoded.accuracies[i]).toArray();
      mean = Arrays.stream(accuracies).average().orElse(0);
      deviation =
          Math.sqrt(Arrays.stream(accuracies).map(a -> Math.pow(a - mean, 2)).average().orElse(0));
      if (deviation == 0) {
        throw new IllegalArgumentException(
            "all %d accuracies are %s: there is nothing to fit".formatted(rows.length, mean));
      }
      columns = varying(encoded, rows);
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
      data = session.createDataFrame(table, SCHEMA).coalesce(1).persist();
    }

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

    Weights fit(double penalty) {
      LinearRegressionModel model =
          new LinearRegression()
              .setElasticNetParam(0)
              .setRegParam(penalty)
              // Features are zeros and ones: a rare one must not be penalised less.
              .setStandardization(false)
              .setSolver("normal")
              .fit(data);
      Vector coefficients = model.coefficients();
      return new Weights(
          mean + deviation * model.intercept(),
          Arrays.stream(columns)
              .mapToDouble(c -> c < 0 ? 0 : deviation * coefficients.apply(c))
              .toArray());
    }

    @Override
    public void close() {
      data.unpersist();
    }
  }
}
