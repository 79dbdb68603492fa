package dev.espalier.graph;

/**
 * How the sum of two 8-bit integers becomes a third: {@code saturate(zeroPoint + (((left -
 * leftZeroPoint) · leftMultiplier + (right - rightZeroPoint) · rightMultiplier + 2^(shift - 1)) >>
 * shift))}, all in 32 bits.
 *
 * <p>The shift is common: the largest with which both multipliers are below 2^21, so that two
 * products of 9 signed bits and the rounding term stay within 32 bits.
 *
 * @param leftZeroPoint of the first input
 * @param rightZeroPoint of the second input
 * @param leftMultiplier {@code leftScale / outputScale · 2^shift}, rounded
 * @param rightMultiplier of the second input
 * @param shift bits to the right, 1 to 30
 * @param zeroPoint of the output
 */
public record SumScaling(
    int leftZeroPoint,
    int rightZeroPoint,
    int leftMultiplier,
    int rightMultiplier,
    int shift,
    int zeroPoint) {
  private static final int BITS = 21;
  private static final int MOST_SHIFT = 30;

  /**
   * The scaling between quantisations.
   *
   * @param what names the sum in messages
   */
  public static SumScaling of(
      String what, Quantisation left, Quantisation right, Quantisation output) {
    double leftFactor = (double) left.scale() / output.scale();
    double rightFactor = (double) right.scale() / output.scale();
    int shift =
        Math.min(MOST_SHIFT, FixedPoint.shift(Math.max(leftFactor, rightFactor), BITS, what));
    return new SumScaling(
        left.zeroPoint(),
        right.zeroPoint(),
        FixedPoint.multiplier(leftFactor, shift),
        FixedPoint.multiplier(rightFactor, shift),
        shift,
        output.zeroPoint());
  }

  /** The 8-bit integer of a sum. */
  public byte apply(byte left, byte right) {
    int sum = (left - leftZeroPoint) * leftMultiplier + (right - rightZeroPoint) * rightMultiplier;
    return (byte) FixedPoint.saturate(zeroPoint + ((sum + (1 << (shift - 1))) >> shift));
  }
}
