package dev.espalier.report;

import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigInteger;

/**
 * Architecture codes in few characters: the options as digits of one number in mixed radix, the
 * last decision fastest, written in base 64 ({@code A-Z a-z 0-9 - _}), most significant first, all
 * of equal length. OFA's MobileNetV3 takes 13 characters in place of 92.
 */
final class PackedCodes {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final int BITS = 6;

  private final SearchSpace space;
  private final int width;

  PackedCodes(SearchSpace space) {
    this.space = space;
    int bits = space.codes().subtract(BigInteger.ONE).bitLength();
    this.width = Math.max(1, (bits + BITS - 1) / BITS);
  }

  /** Characters of each. */
  int width() {
    return width;
  }

  String pack(Architecture architecture) {
    BigInteger number = BigInteger.ZERO;
    for (int d = 0; d < space.length(); d++) {
      number =
          number
              .multiply(BigInteger.valueOf(space.decisions().get(d).options().size()))
              .add(BigInteger.valueOf(architecture.option(d)));
    }
    char[] packed = new char[width];
    for (int i = width - 1; i >= 0; i--) {
      packed[i] = DIGITS.charAt(number.intValue() & (DIGITS.length() - 1));
      number = number.shiftRight(BITS);
    }
    return new String(packed);
  }
}
