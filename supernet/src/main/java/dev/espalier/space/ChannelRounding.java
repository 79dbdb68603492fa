package dev.espalier.space;

/** Rounding of channel counts to multiples of eight, as MobileNet and OFA do. */
public final class ChannelRounding {
  private static final int DIVISOR = 8;

  private ChannelRounding() {}

  /**
   * The multiple of eight nearest to {@code channels}, at least eight, raised by eight where
   * rounding would lose more than a tenth ({@code make_divisible} of the MobileNet reference).
   */
  public static int toMultipleOfEight(double channels) {
    int rounded = Math.max(DIVISOR, (int) (channels + DIVISOR / 2.0) / DIVISOR * DIVISOR);
    return rounded < 0.9 * channels ? rounded + DIVISOR : rounded;
  }
}
