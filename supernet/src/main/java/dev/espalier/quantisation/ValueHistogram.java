package dev.espalier.quantisation;

import dev.espalier.graph.Quantisation;

/** The values of one feature map in bins of equal width; chooses ranges. */
final class ValueHistogram {
  private static final int BINS = 2048;

  /** Steps in which least squares moves a bound. */
  private static final int STEPS = 40;

  /** The least part of a bound that least squares keeps. */
  private static final double LEAST_PART = 0.2;

  private final double least;
  private final double most;
  private final long[] counts = new long[BINS];
  private final long values;

  /** Sums of the first bins' counts, times their centres to the power of 0, 1 and 2. */
  private final double[][] moments = new double[3][BINS + 1];

  /**
   * Counts values.
   *
   * @param what names the feature map in messages
   * @throws IllegalArgumentException if a value is not finite
   */
  ValueHistogram(String what, float[] values) {
    // Every range holds zero, so that zero is exact.
    float low = 0;
    float high = 0;
    for (float value : values) {
      if (!(value >= low)) {
        if (Float.isNaN(value)) {
          throw notFinite(what, values);
        }
        low = value;
      } else if (value > high) {
        high = value;
      }
    }
    if (!Float.isFinite(low) || !Float.isFinite(high)) {
      throw notFinite(what, values);
    }
    this.least = low;
    this.most = high;
    this.values = values.length;
    double perBin = (double) BINS / (most - least);
    for (float value : values) {
      counts[most > least ? Math.min(BINS - 1, (int) ((value - least) * perBin)) : 0]++;
    }
    for (int bin = 0; bin < BINS; bin++) {
      double centre = (edge(bin) + edge(bin + 1)) / 2;
      double moment = counts[bin];
      for (double[] sums : moments) {
        sums[bin + 1] = sums[bin] + moment;
        moment *= centre;
      }
    }
  }

  private static IllegalArgumentException notFinite(String what, float[] values) {
    int i = 0;
    while (Float.isFinite(values[i])) {
      i++;
    }
    return new IllegalArgumentException(
        "%s holds %s at value %d of its calibration run: a network that gives numbers which are not finite cannot be quantised; check its weights and batch norm statistics, and the calibration images"
            .formatted(what, values[i], i));
  }

  Range range(RangeRule rule) {
    if (rule instanceof RangeRule.Percentile percentile) {
      return percentile(percentile.share());
    }
    return rule instanceof RangeRule.LeastSquares ? leastSquares() : new Range(least, most);
  }

  private double edge(int bin) {
    return least + (most - least) * bin / BINS;
  }

  private Range percentile(double share) {
    long outside = (long) ((1 - share) * values);
    int low = 0;
    for (long left = outside - counts[low]; left >= 0 && low < BINS - 1; ) {
      left -= counts[++low];
    }
    int high = BINS - 1;
    for (long left = outside - counts[high]; left >= 0 && high > low; ) {
      left -= counts[--high];
    }
    return new Range(edge(low), edge(high + 1));
  }

  /** Tries parts of either bound, all pairs of them. */
  private Range leastSquares() {
    Range best = new Range(least, most);
    double bestError = squaredError(best);
    for (int low = 0; low < (least < 0 ? STEPS : 1); low++) {
      for (int high = 0; high < (most > 0 ? STEPS : 1); high++) {
        Range range = new Range(least * part(low), most * part(high));
        double error = squaredError(range);
        if (error < bestError) {
          best = range;
          bestError = error;
        }
      }
    }
    return best;
  }

  private static double part(int step) {
    return 1 - (1 - LEAST_PART) * step / STEPS;
  }

  /**
   * The sum of squared errors when every value is its bin's centre: rounding errors are taken as
   * even over a step, so that they are a twelfth of its square, saturation errors as they are.
   * O(1).
   */
  private double squaredError(Range range) {
    Quantisation quantisation = Quantisation.spanning(range.least(), range.most());
    double low = quantisation.real(Quantisation.LEAST);
    double high = quantisation.real(Quantisation.MOST);
    int from = binsBelow(low);
    int to = Math.max(from, binsBelow(high));
    double rounding = (double) quantisation.scale() * quantisation.scale() / 12;
    return beyond(0, from, low)
        + rounding * (moments[0][to] - moments[0][from])
        + beyond(to, BINS, high);
  }

  /** Bins whose centre is below a value. */
  private int binsBelow(double value) {
    double bins = most > least ? (value - least) / (most - least) * BINS + 0.5 : 0;
    return (int) Math.min(BINS, Math.max(0, Math.floor(bins)));
  }

  /** The squared distances of some bins' values from one. */
  private double beyond(int from, int to, double value) {
    double count = moments[0][to] - moments[0][from];
    double sum = moments[1][to] - moments[1][from];
    double squares = moments[2][to] - moments[2][from];
    return Math.max(0, squares - 2 * value * sum + value * value * count);
  }
}
