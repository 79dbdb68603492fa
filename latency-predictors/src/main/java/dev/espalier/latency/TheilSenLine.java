package dev.espalier.latency;

import dev.espalier.measurement.Samples;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The line {@code y = intercept + slope · x} whose slope is the median over the slopes of all pairs
 * (Sen, JASA 1968) and whose intercept is the median of what remains. Up to 29 % of the points may
 * be arbitrarily wrong.
 */
record TheilSenLine(double intercept, double slope) {
  /**
   * Fits a line in O(n² log n).
   *
   * @param x at least two distinct values
   * @param y as many
   */
  static TheilSenLine fit(double[] x, double[] y) {
    double[] slopes =
        IntStream.range(0, x.length)
            .boxed()
            .flatMapToDouble(
                i ->
                    IntStream.range(0, i)
                        .filter(j -> x[i] != x[j])
                        .mapToDouble(j -> (y[i] - y[j]) / (x[i] - x[j])))
            .toArray();
    if (slopes.length == 0) {
      throw new IllegalArgumentException(
          "a line needs two distinct x, found " + Arrays.toString(x));
    }
    double slope = Samples.of(slopes).median();
    double[] rest = IntStream.range(0, x.length).mapToDouble(i -> y[i] - slope * x[i]).toArray();
    return new TheilSenLine(Samples.of(rest).median(), slope);
  }
}
