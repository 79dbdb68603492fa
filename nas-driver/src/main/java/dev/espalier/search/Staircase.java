package dev.espalier.search;

import java.util.Arrays;

/**
 * The mutually non-dominated of the pairs offered so far, less being better in both; O(log n) to
 * refuse a pair, and a move of the array's rest to take one in. Not thread-safe.
 */
final class Staircase {
  /** Ascending. */
  private double[] first = new double[64];

  /** Descending. */
  private double[] second = new double[64];

  private int size;

  void clear() {
    size = 0;
  }

  /** Takes a pair in unless one taken in before is nowhere greater. */
  boolean admit(double one, double other) {
    int place = Arrays.binarySearch(first, 0, size, one);
    int before = place >= 0 ? place : -place - 2;
    if (before >= 0 && second[before] <= other) {
      return false;
    }
    int from = place >= 0 ? place : -place - 1;
    int to = from;
    while (to < size && second[to] >= other) {
      to++;
    }
    if (to == from && size == first.length) {
      first = Arrays.copyOf(first, 2 * size);
      second = Arrays.copyOf(second, 2 * size);
    }
    if (to != from + 1) {
      System.arraycopy(first, to, first, from + 1, size - to);
      System.arraycopy(second, to, second, from + 1, size - to);
      size += from + 1 - to;
    }
    first[from] = one;
    second[from] = other;
    return true;
  }
}
