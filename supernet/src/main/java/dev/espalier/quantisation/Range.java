package dev.espalier.quantisation;

/**
 * The values of a feature map that its integers must tell apart; what lies outside saturates.
 *
 * @param least at most {@code most}, finite
 * @param most finite
 */
public record Range(double least, double most) {
  public Range {
    if (!Double.isFinite(least) || !Double.isFinite(most) || least > most) {
      throw new IllegalArgumentException(
          "range %s to %s: both bounds must be finite and in order".formatted(least, most));
    }
  }

  /** The part of this range within another; a bound outside moves to the other's. */
  Range within(double low, double high) {
    double from = Math.min(Math.max(least, low), high);
    return new Range(from, Math.max(from, Math.min(most, high)));
  }
}
