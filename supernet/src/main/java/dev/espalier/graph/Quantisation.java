package dev.espalier.graph;

/**
 * What the 8-bit integers of a feature map stand for: {@code real = scale · (q - zeroPoint)}.
 *
 * @param scale of one step, positive
 * @param zeroPoint the integer of zero, {@value #LEAST} to {@value #MOST}: zero is exact, so that
 *     padding is
 */
public record Quantisation(float scale, int zeroPoint) {
  /** The least 8-bit integer. */
  public static final int LEAST = Byte.MIN_VALUE;

  /** The largest 8-bit integer. */
  public static final int MOST = Byte.MAX_VALUE;

  /** Steps between the two. */
  private static final int STEPS = MOST - LEAST;

  public Quantisation {
    if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "scale " + scale + " is not positive and finite; a quantisation needs a step");
    }
    if (zeroPoint < LEAST || zeroPoint > MOST) {
      throw new IllegalArgumentException(
          "zero point %d is not within %d and %d".formatted(zeroPoint, LEAST, MOST));
    }
  }

  /**
   * The finest that spans a range. The range is widened to hold zero; one without extent gets a
   * step of one.
   *
   * @throws IllegalArgumentException if a bound is not finite
   */
  public static Quantisation spanning(double least, double most) {
    if (!Double.isFinite(least) || !Double.isFinite(most) || least > most) {
      throw new IllegalArgumentException(
          "range %s to %s cannot be quantised: both bounds must be finite and in order"
              .formatted(least, most));
    }
    double low = Math.min(least, 0);
    double high = Math.max(most, 0);
    float scale = (float) ((high - low) / STEPS);
    if (scale < Float.MIN_NORMAL) {
      return new Quantisation(1, 0);
    }
    return new Quantisation(scale, FixedPoint.saturate(Math.rint(LEAST - low / scale)));
  }

  /**
   * The integer of a number: divided in float32, rounded to the nearest, ties to even, saturated,
   * as ONNX's {@code QuantizeLinear} does.
   *
   * @param real a number, not NaN
   */
  public byte quantised(float real) {
    return (byte) FixedPoint.saturate(Math.rint(real / scale) + zeroPoint);
  }

  /** What an integer stands for. */
  public float real(int quantised) {
    return scale * (quantised - zeroPoint);
  }
}
