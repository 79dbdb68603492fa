package dev.espalier.regression;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What a regression looks at, one row for each observation. Immutable.
 *
 * <p>A row has decisions, of which only equality matters, numbers, and sources: what other
 * regressions predict for the same observation. Any of the three may be empty.
 */
public final class Rows {
  private final int count;
  private final int decisions;
  private final int numbers;
  private final int sources;
  private final byte[] codes;
  private final double[] features;
  private final double[] predictions;

  /**
   * Takes copies.
   *
   * @param count of rows
   * @param codes flat, {@code (count, decisions)}
   * @param features flat, {@code (count, numbers)}, all finite
   * @param predictions flat, {@code (count, sources)}, all finite
   */
  public Rows(int count, byte[] codes, double[] features, double[] predictions) {
    this.count = count;
    this.decisions = width("codes", codes.length, count);
    this.numbers = width("features", features.length, count);
    this.sources = width("predictions", predictions.length, count);
    this.codes = codes.clone();
    this.features = requireFinite("features", features.clone());
    this.predictions = requireFinite("predictions", predictions.clone());
  }

  private static int width(String what, int length, int count) {
    if (count < 1 || length % count != 0) {
      throw new IllegalArgumentException(
          "%d %s are not the same number for each of %d rows".formatted(length, what, count));
    }
    return length / count;
  }

  private static double[] requireFinite(String what, double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(what + " must be finite, found " + value);
      }
    }
    return values;
  }

  /** Number of rows. */
  public int count() {
    return count;
  }

  /** Number of decisions in a row. */
  public int decisions() {
    return decisions;
  }

  /** Number of features in a row. */
  public int numbers() {
    return numbers;
  }

  /** Number of sources in a row. */
  public int sources() {
    return sources;
  }

  byte code(int row, int decision) {
    return codes[row * decisions + decision];
  }

  double feature(int row, int number) {
    return features[row * numbers + number];
  }

  /**
   * Numbers of rows drawn without replacement.
   *
   * @param rows to draw from
   * @param count at most as many
   * @return ascending
   */
  public static int[] draw(int rows, int count, SplittableRandom random) {
    int[] order = new int[rows];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(rows - i);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    int[] drawn = Arrays.copyOf(order, count);
    Arrays.sort(drawn);
    return drawn;
  }

  /** Rows by their numbers, which may repeat. */
  public Rows select(int[] rows) {
    byte[] c = new byte[rows.length * decisions];
    double[] f = new double[rows.length * numbers];
    double[] p = new double[rows.length * sources];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(codes, rows[i] * decisions, c, i * decisions, decisions);
      System.arraycopy(features, rows[i] * numbers, f, i * numbers, numbers);
      System.arraycopy(predictions, rows[i] * sources, p, i * sources, sources);
    }
    return new Rows(rows.length, c, f, p);
  }

  /** The same rows with their sources among the features, and no sources. */
  public Rows sourcesAsFeatures() {
    int wide = numbers + sources;
    double[] wider = new double[count * wide];
    for (int i = 0; i < count; i++) {
      System.arraycopy(features, i * numbers, wider, i * wide, numbers);
      System.arraycopy(predictions, i * sources, wider, i * wide + numbers, sources);
    }
    return new Rows(count, codes, wider, new double[0]);
  }

  /** Number of decisions in which a row equals one of others. */
  int equalDecisions(int row, Rows others, int other) {
    int equal = 0;
    for (int d = 0; d < decisions; d++) {
      if (codes[row * decisions + d] == others.codes[other * decisions + d]) {
        equal++;
      }
    }
    return equal;
  }

  /** Mean absolute difference of the features of a row from those of one of others. */
  double featureDistance(int row, Rows others, int other) {
    double sum = 0;
    for (int k = 0; k < numbers; k++) {
      sum += Math.abs(features[row * numbers + k] - others.features[other * numbers + k]);
    }
    return numbers == 0 ? 0 : sum / numbers;
  }

  /** Mean product of the features of a row with those of one of others. */
  double featureProduct(int row, Rows others, int other) {
    return product(features, row, others.features, other, numbers);
  }

  /** Mean product of the sources of a row with those of one of others. */
  double sourceProduct(int row, Rows others, int other) {
    return product(predictions, row, others.predictions, other, sources);
  }

  /** Mean of a row's sources. */
  double sourceMean(int row) {
    double sum = 0;
    for (int k = 0; k < sources; k++) {
      sum += predictions[row * sources + k];
    }
    return sources == 0 ? 0 : sum / sources;
  }

  private static double product(double[] a, int i, double[] b, int j, int width) {
    double sum = 0;
    for (int k = 0; k < width; k++) {
      sum += a[i * width + k] * b[j * width + k];
    }
    return width == 0 ? 0 : sum / width;
  }

  /** How features and sources are shifted and scaled to mean 0 and deviation 1. */
  public static final class Scale {
    private final double[] featureMeans;
    private final double[] featureDeviations;
    private final double[] sourceMeans;
    private final double[] sourceDeviations;

    /** The scale of rows; a column whose values are all equal keeps them, less their mean. */
    public Scale(Rows rows) {
      featureMeans = means(rows.features, rows.numbers);
      featureDeviations = deviations(rows.features, featureMeans);
      sourceMeans = means(rows.predictions, rows.sources);
      sourceDeviations = deviations(rows.predictions, sourceMeans);
    }

    private static double[] means(double[] values, int width) {
      double[] means = new double[width];
      for (int i = 0; i < values.length; i++) {
        means[i % width] += values[i];
      }
      return Arrays.stream(means).map(sum -> sum * width / values.length).toArray();
    }

    private static double[] deviations(double[] values, double[] means) {
      int width = means.length;
      double[] squares = new double[width];
      for (int i = 0; i < values.length; i++) {
        double difference = values[i] - means[i % width];
        squares[i % width] += difference * difference;
      }
      return Arrays.stream(squares)
          .map(sum -> Math.sqrt(sum * width / values.length))
          .map(deviation -> deviation > 1e-9 ? deviation : 1)
          .toArray();
    }

    /** Rows on this scale. */
    public Rows apply(Rows rows) {
      return new Rows(
          rows.count,
          rows.codes,
          scaled(rows.features, featureMeans, featureDeviations),
          scaled(rows.predictions, sourceMeans, sourceDeviations));
    }

    private static double[] scaled(double[] values, double[] means, double[] deviations) {
      double[] scaled = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        scaled[i] = (values[i] - means[i % means.length]) / deviations[i % means.length];
      }
      return scaled;
    }
  }
}
