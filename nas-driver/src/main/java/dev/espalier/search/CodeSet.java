package dev.espalier.search;

import java.util.Arrays;

/**
 * Distinct architecture codes, numbered from 0 in the order they came: open addressing with linear
 * probing over one flat byte array, no object per code.
 */
final class CodeSet {
  private static final int EMPTY = -1;

  private final int length;
  private byte[] codes;
  private int[] table;
  private int size;

  CodeSet(int length) {
    this.length = length;
    this.codes = new byte[64 * length];
    this.table = new int[128];
    Arrays.fill(table, EMPTY);
  }

  /**
   * Adds the code at {@code offset} unless it is there already. Amortised O(length).
   *
   * @return whether it was added; its number is then {@code size() - 1}
   */
  boolean add(byte[] from, int offset) {
    int slot = slot(from, offset);
    if (table[slot] != EMPTY) {
      return false;
    }
    if ((size + 1) * length > codes.length) {
      codes = Arrays.copyOf(codes, Math.multiplyExact(2, codes.length));
    }
    System.arraycopy(from, offset, codes, size * length, length);
    table[slot] = size++;
    if (2 * size > table.length) {
      table = new int[2 * table.length];
      Arrays.fill(table, EMPTY);
      for (int i = 0; i < size; i++) {
        table[slot(codes, i * length)] = i;
      }
    }
    return true;
  }

  private int slot(byte[] from, int offset) {
    int hash = 0x811c9dc5;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ from[offset + i]) * 0x01000193;
    }
    hash ^= hash >>> 15;
    int slot = hash & table.length - 1;
    while (table[slot] != EMPTY
        && !Arrays.equals(
            codes,
            table[slot] * length,
            (table[slot] + 1) * length,
            from,
            offset,
            offset + length)) {
      slot = slot + 1 & table.length - 1;
    }
    return slot;
  }

  int size() {
    return size;
  }

  /** All codes, flat; longer than {@code size() * length}. Valid until the next addition. */
  byte[] codes() {
    return codes;
  }

  /** A copy of one code. */
  byte[] code(int number) {
    return Arrays.copyOfRange(codes, number * length, (number + 1) * length);
  }

  /** Orders two codes, given by number. */
  int compare(int a, int b) {
    return Arrays.compareUnsigned(
        codes, a * length, (a + 1) * length, codes, b * length, (b + 1) * length);
  }
}
