package dev.espalier.graph;

/**
 * The rounding of all integer kernels, written so that C can do the same with the same bits.
 *
 * <p>{@code (sum · multiplier + 2^(shift - 1)) >> shift} in 64 bits: the product with a positive
 * real factor {@code multiplier / 2^shift}, rounded once to the nearest, halves up. The shift is
 * arithmetic. With 32 bits of sum and 31 of multiplier, and a shift of at most {@value #MOST_SHIFT}
 * bits, nothing overflows.
 */
public final class FixedPoint {
  /** The largest shift that leaves room for the rounding term. */
  public static final int MOST_SHIFT = 62;

  private FixedPoint() {}

  /**
   * A sum times {@code multiplier / 2^shift}.
   *
   * @param multiplier not negative
   * @param shift 1 to {@value #MOST_SHIFT}
   */
  public static int scaled(int sum, int multiplier, int shift) {
    return (int) (((long) sum * multiplier + (1L << (shift - 1))) >> shift);
  }

  /** The nearest 8-bit integer. */
  public static int saturate(int value) {
    return Math.min(Math.max(value, Quantisation.LEAST), Quantisation.MOST);
  }

  /** The nearest 8-bit integer of a whole number. */
  static int saturate(double value) {
    return (int) Math.min(Math.max(value, Quantisation.LEAST), Quantisation.MOST);
  }

  /** The shift with which the largest of some positive factors fills {@code bits} bits. */
  static int shift(double largest, int bits, String what) {
    int shift = Math.min(bits - 1 - Math.getExponent(largest), MOST_SHIFT);
    // Rounding up may reach the next power of two.
    if (Math.rint(Math.scalb(largest, shift)) >= Math.scalb(1.0, bits)) {
      shift--;
    }
    if (!(largest > 0) || shift < 1) {
      throw new IllegalArgumentException(
          "%s: factor %s between integers is not representable; it must be positive and below 2^%d"
              .formatted(what, largest, bits - 1));
    }
    return shift;
  }

  /** A factor as a multiplier for a shift. */
  static int multiplier(double factor, int shift) {
    return (int) Math.rint(Math.scalb(factor, shift));
  }
}
