package dev.espalier.quantisation;

/** How the range of a feature map follows from its values on calibration images. */
public sealed interface RangeRule {
  /** From the least value to the largest: nothing saturates. */
  record MinMax() implements RangeRule {}

  /**
   * Without the outermost values on either side.
   *
   * @param share of values that are kept, above 0.5, at most 1
   */
  record Percentile(double share) implements RangeRule {
    public Percentile {
      if (!(share > 0.5 && share <= 1)) {
        throw new IllegalArgumentException(
            "percentile: share " + share + " is not above 0.5 and at most 1");
      }
    }
  }

  /**
   * The range with the least mean squared error between values and their integers, rounding and
   * saturation together (Nagel et al., arXiv 2106.08295, section 3.1).
   */
  record LeastSquares() implements RangeRule {}

  /** What the command line and searches use. */
  RangeRule DEFAULT = new LeastSquares();
}
