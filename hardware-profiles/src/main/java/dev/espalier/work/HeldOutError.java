package dev.espalier.work;

import java.util.Arrays;
import java.util.Locale;

/**
 * How what a model says compares with what was measured of values that its fit did not see.
 *
 * @param heldOut what was kept out, in words
 * @param values that were, at least 1
 * @param medianRelativeError median of |modelled - measured| / measured, at least 0
 * @param ninetiethPercentileError 90th percentile of the same
 */
public record HeldOutError(
    String heldOut, int values, double medianRelativeError, double ninetiethPercentileError) {
  public HeldOutError {
    if (heldOut.isBlank()
        || values < 1
        || !(medianRelativeError >= 0)
        || !(ninetiethPercentileError >= medianRelativeError)
        || Double.isInfinite(ninetiethPercentileError)) {
      throw new IllegalArgumentException(
          "held-out error '%s': values %d must be at least 1, median %s and 90th percentile %s finite, not negative and in this order"
              .formatted(heldOut, values, medianRelativeError, ninetiethPercentileError));
    }
  }

  /**
   * The error of predictions, quantiles being of the nearest rank.
   *
   * @param relativeErrors |modelled - measured| / measured, at least one
   */
  public static HeldOutError of(String heldOut, double[] relativeErrors) {
    double[] sorted = relativeErrors.clone();
    Arrays.sort(sorted);
    return new HeldOutError(heldOut, sorted.length, quantile(sorted, 0.5), quantile(sorted, 0.9));
  }

  private static double quantile(double[] sorted, double q) {
    int middle = (int) Math.ceil(q * sorted.length) - 1;
    boolean between = q == 0.5 && sorted.length % 2 == 0;
    return between ? (sorted[middle] + sorted[middle + 1]) / 2 : sorted[Math.max(0, middle)];
  }

  /** In words, for reports. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "%s: median error %.1f %%, 90th percentile %.1f %% on %d",
        heldOut,
        100 * medianRelativeError,
        100 * ninetiethPercentileError,
        values);
  }
}
