package dev.espalier.accuracy;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How far predictions were from measurements on architectures kept out of the fit.
 *
 * @param fitted number of architectures fitted on
 * @param heldOut number of architectures kept out
 * @param spearman rank correlation on those kept out, between -1 and 1; tied values share the mean
 *     of their ranks
 * @param meanAbsolute mean absolute error, fraction of 1
 * @param rootMeanSquare root of the mean squared error, fraction of 1
 * @param ninetyFifthPercentile of the absolute error, fraction of 1: the least error that at least
 *     95 % of those kept out do not exceed
 */
public record PredictorError(
    int fitted,
    int heldOut,
    double spearman,
    double meanAbsolute,
    double rootMeanSquare,
    double ninetyFifthPercentile)
    implements Serializable {
  private static final double PERCENTILE = 0.95;

  public PredictorError {
    if (fitted < 1 || heldOut < 2) {
      throw new IllegalArgumentException(
          "an error of %d fitted and %d kept out architectures: at least 1 and 2 are needed"
              .formatted(fitted, heldOut));
    }
    if (!(spearman >= -1 && spearman <= 1)) {
      throw new IllegalArgumentException("spearman " + spearman + " is not between -1 and 1");
    }
    if (!(meanAbsolute >= 0 && rootMeanSquare >= 0 && ninetyFifthPercentile >= 0)) {
      throw new IllegalArgumentException(
          "errors must not be negative: mean absolute %s, root mean square %s, 95th percentile %s"
              .formatted(meanAbsolute, rootMeanSquare, ninetyFifthPercentile));
    }
  }

  /**
   * Compares predictions with measurements of the same architectures, in the same order; {@code O(n
   * log n)}.
   *
   * @param fitted number of other architectures that were fitted on
   * @param predicted fractions
   * @param measured fractions
   * @throws IllegalArgumentException if the lengths differ or are below 2, or if a value is NaN
   */
  public static PredictorError of(int fitted, double[] predicted, double[] measured) {
    double[] errors = new double[requireSameLength(predicted, measured)];
    double absolute = 0;
    double squared = 0;
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.abs(predicted[i] - measured[i]);
      absolute += errors[i];
      squared += errors[i] * errors[i];
    }
    Arrays.sort(errors);
    return new PredictorError(
        fitted,
        errors.length,
        spearman(predicted, measured),
        absolute / errors.length,
        Math.sqrt(squared / errors.length),
        errors[(int) Math.ceil(PERCENTILE * errors.length) - 1]);
  }

  /** In words, for reports. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "Spearman %.3f, mean error %.2f points, 95 %% within %.2f points, on %d subnets kept out of %d",
        spearman,
        100 * meanAbsolute,
        100 * ninetyFifthPercentile,
        heldOut,
        fitted + heldOut);
  }

  /**
   * Spearman's rank correlation, between -1 and 1: Pearson's correlation of the ranks, where equal
   * values share the mean of their ranks. Zero if one side has a single value throughout, since it
   * then orders nothing.
   *
   * @throws IllegalArgumentException if the lengths differ or are below 2, or if a value is NaN
   */
  public static double spearman(double[] left, double[] right) {
    int n = requireSameLength(left, right);
    double[] x = ranks(left);
    double[] y = ranks(right);
    double mean = (n + 1) / 2.0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < n; i++) {
      xy += (x[i] - mean) * (y[i] - mean);
      xx += (x[i] - mean) * (x[i] - mean);
      yy += (y[i] - mean) * (y[i] - mean);
    }
    if (xx == 0 || yy == 0) {
      return 0;
    }
    return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    int start = 0;
    while (start < order.length) {
      int end = start + 1;
      while (end < order.length && values[order[end]] == values[order[start]]) {
        end++;
      }
      // Ranks start + 1 to end, shared.
      double shared = (start + 1 + end) / 2.0;
      for (int i = start; i < end; i++) {
        ranks[order[i]] = shared;
      }
      start = end;
    }
    return ranks;
  }

  private static int requireSameLength(double[] left, double[] right) {
    if (left.length != right.length || left.length < 2) {
      throw new IllegalArgumentException(
          "%d and %d values: two equal lengths of at least 2 are needed"
              .formatted(left.length, right.length));
    }
    for (int i = 0; i < left.length; i++) {
      if (Double.isNaN(left[i]) || Double.isNaN(right[i])) {
        throw new IllegalArgumentException("value " + i + " of " + left.length + " is NaN");
      }
    }
    return left.length;
  }
}
