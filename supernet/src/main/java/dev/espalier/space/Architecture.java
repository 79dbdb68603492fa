package dev.espalier.space;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A subnetwork as a canonical code: one byte per decision, decisions that have no effect zeroed, so
 * that equal networks have equal codes. Made by {@link SearchSpace#architecture(byte[])}, which
 * canonicalises. Immutable; ordered by code.
 */
public final class Architecture implements Comparable<Architecture>, Serializable {
  private static final long serialVersionUID = 1;

  private final byte[] code;

  private Architecture(byte[] code) {
    this.code = code;
  }

  /** Wraps a copy of a code that is already canonical in its space. */
  public static Architecture ofCanonical(byte[] canonicalCode) {
    return new Architecture(canonicalCode.clone());
  }

  /** Reads {@link #toHex()}. */
  public static Architecture ofHex(String hex) {
    return new Architecture(HexFormat.of().parseHex(hex));
  }

  /** The chosen option of a decision. */
  public int option(int decision) {
    return code[decision];
  }

  /** Number of decisions. */
  public int length() {
    return code.length;
  }

  /** A copy of the code. */
  public byte[] toBytes() {
    return code.clone();
  }

  /** Two hexadecimal digits per decision. */
  public String toHex() {
    return HexFormat.of().formatHex(code);
  }

  @Override
  public int compareTo(Architecture other) {
    return Arrays.compareUnsigned(code, other.code);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Architecture a && Arrays.equals(code, a.code);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(code);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
