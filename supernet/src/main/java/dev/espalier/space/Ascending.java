package dev.espalier.space;

import java.util.List;

/** Lists of options, which must ascend. */
final class Ascending {
  private Ascending() {}

  /** Whole numbers of at least 1. */
  static void require(String name, List<Integer> values) {
    require(name, values, 1, "at least 1");
  }

  /** Numbers above 0. */
  static void requirePositive(String name, List<Double> values) {
    require(name, values, Double.MIN_VALUE, "above 0");
  }

  private static void require(
      String name, List<? extends Number> values, double least, String allowed) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(name + ": at least one is needed");
    }
    double previous = Double.NEGATIVE_INFINITY;
    for (Number value : values) {
      if (!(value.doubleValue() >= least && value.doubleValue() > previous)) {
        throw new IllegalArgumentException(name + " " + values + " must ascend and be " + allowed);
      }
      previous = value.doubleValue();
    }
  }
}
