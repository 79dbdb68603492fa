package dev.espalier.regression;

import java.util.stream.IntStream;

/** How far predictions are from what is. */
final class MeanError {
  private MeanError() {}

  /** Mean absolute difference. */
  static double of(double[] said, double[] is) {
    return IntStream.range(0, is.length)
        .mapToDouble(i -> Math.abs(said[i] - is[i]))
        .average()
        .orElseThrow();
  }
}
