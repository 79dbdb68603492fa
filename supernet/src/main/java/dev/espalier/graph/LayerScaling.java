package dev.espalier.graph;

import java.util.Arrays;

/**
 * How the sums of a layer become 8-bit integers: {@code saturate(zeroPoint + ((sum ·
 * multiplier[channel] + 2^(shift - 1)) >> shift))}, one shift for the layer, one multiplier a
 * channel ({@link FixedPoint}).
 *
 * <p>The factor of a channel is {@code inputScale · weightScale[channel] / outputScale}. The shift
 * is the largest with which every multiplier is below 2^31. Immutable.
 */
public final class LayerScaling {
  private static final int BITS = 31;

  private final int[] multipliers;
  private final int shift;
  private final int zeroPoint;

  private LayerScaling(int[] multipliers, int shift, int zeroPoint) {
    this.multipliers = multipliers;
    this.shift = shift;
    this.zeroPoint = zeroPoint;
  }

  /**
   * The scaling by real factors.
   *
   * @param what names the layer in messages
   * @param factors one a channel, positive and below 2^30; copied
   * @param zeroPoint of the output
   */
  public static LayerScaling of(String what, double[] factors, int zeroPoint) {
    double largest = Arrays.stream(factors).max().orElse(Double.NaN);
    int shift = FixedPoint.shift(largest, BITS, what);
    int[] multipliers = new int[factors.length];
    for (int c = 0; c < factors.length; c++) {
      multipliers[c] = FixedPoint.multiplier(factors[c], shift);
    }
    return new LayerScaling(multipliers, shift, zeroPoint);
  }

  /** Channels that have a multiplier of their own. */
  public int channels() {
    return multipliers.length;
  }

  /** The multiplier of a channel, 0 to 2^31 - 1. */
  public int multiplier(int channel) {
    return multipliers[channel];
  }

  /** Bits to the right, 1 to {@value FixedPoint#MOST_SHIFT}. */
  public int shift() {
    return shift;
  }

  /** The output's zero point. */
  public int zeroPoint() {
    return zeroPoint;
  }

  /** The 8-bit integer of a channel's sum. */
  public byte apply(int sum, int channel) {
    return (byte)
        FixedPoint.saturate(zeroPoint + FixedPoint.scaled(sum, multipliers[channel], shift));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LayerScaling s
        && shift == s.shift
        && zeroPoint == s.zeroPoint
        && Arrays.equals(multipliers, s.multipliers);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * Arrays.hashCode(multipliers) + shift) + zeroPoint;
  }

  @Override
  public String toString() {
    return "scaling of %d channels, shift %d, zero point %d"
        .formatted(multipliers.length, shift, zeroPoint);
  }
}
