package dev.espalier.space;

import java.io.Serializable;

/**
 * A function of architectures made of one term per slot, compiled to dense arrays: their sum, or
 * the largest of them. Immutable and thread-safe; evaluation allocates nothing.
 */
public sealed interface SlotFunction extends Serializable permits AdditiveFunction, MaxFunction {
  /** Number of slots. */
  int slots();

  /** A copy of the decisions that a slot's term depends on. */
  int[] scope(int slot);

  /** The term of one slot under the code that starts at {@code offset}. */
  double term(int slot, byte[] codes, int offset);

  /** The value at one architecture. */
  double at(Architecture architecture);

  /** The value at the code that starts at {@code offset}. */
  double at(byte[] codes, int offset);

  /**
   * The values of {@code count} codes as one column of a table.
   *
   * @param codes flat, {@code (count, decisions)}
   * @param values flat, {@code (count, columns)}
   */
  void at(byte[] codes, int count, double[] values, int column, int columns);
}
