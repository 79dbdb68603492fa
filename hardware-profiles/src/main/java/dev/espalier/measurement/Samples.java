package dev.espalier.measurement;

import java.util.Arrays;

/**
 * Repeated measurements of one quantity, sorted. Immutable.
 *
 * <p>The spread that decides when to stop is the median absolute deviation, times 1.4826 so that it
 * estimates the standard deviation of normal noise (Rousseeuw and Croux, JASA 1993, section 1): a
 * few wild values among many leave it unmoved.
 */
public final class Samples {
  private static final double NORMAL = 1.4826;

  /** Standard error of a median of n normal values: that of their mean times sqrt(pi / 2). */
  private static final double MEDIAN_EFFICIENCY = 1.2533;

  private final double[] sorted;

  private Samples(double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * Takes a copy.
   *
   * @param values at least one, all finite
   */
  public static Samples of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("samples: at least one value is needed");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    // Sorting puts NaN last and infinities at the ends.
    if (!Double.isFinite(sorted[0]) || !Double.isFinite(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException(
          "samples: every value must be finite, found " + Arrays.toString(sorted));
    }
    return new Samples(sorted);
  }

  /** All of them, ascending; a copy. */
  public double[] values() {
    return sorted.clone();
  }

  /** How many. */
  public int count() {
    return sorted.length;
  }

  /** The least. */
  public double least() {
    return sorted[0];
  }

  /** The value in the middle, or the mean of the two there. */
  public double median() {
    return quantile(0.5);
  }

  /**
   * Interpolates linearly between order statistics.
   *
   * @param share 0 for the least, 1 for the most
   */
  public double quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("quantile " + share + " must be from 0 to 1");
    }
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }

  /** The mean. */
  public double mean() {
    return Arrays.stream(sorted).sum() / sorted.length;
  }

  /** The standard deviation with n - 1; 0 for a single value. */
  public double standardDeviation() {
    if (sorted.length == 1) {
      return 0;
    }
    double mean = mean();
    double squares = Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (sorted.length - 1));
  }

  /** Median distance from the median, times 1.4826. */
  public double robustDeviation() {
    double median = median();
    return NORMAL
        * new Samples(Arrays.stream(sorted).map(v -> Math.abs(v - median)).sorted().toArray())
            .median();
  }

  /** Standard error of the median, were the noise normal with the robust deviation. */
  public double medianStandardError() {
    return MEDIAN_EFFICIENCY * robustDeviation() / Math.sqrt(sorted.length);
  }
}
