package dev.espalier.pareto;

import java.util.function.IntBinaryOperator;

/** Stable sorting of indices by a comparison of what they stand for, without boxing. */
public final class IndexOrder {
  private static final int RUN = 8;

  private IndexOrder() {}

  /**
   * The indices {@code 0..count-1} in ascending order. O(n log n).
   *
   * @param comparison of two indices: negative, zero or positive, as in a {@code Comparator}
   */
  public static int[] sorted(int count, IntBinaryOperator comparison) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = i;
    }
    for (int start = 0; start < count; start += RUN) {
      insertionSort(indices, start, Math.min(start + RUN, count), comparison);
    }
    int[] from = indices;
    int[] to = new int[count];
    for (int width = RUN; width < count; width *= 2) {
      for (int start = 0; start < count; start += 2 * width) {
        merge(
            from,
            start,
            Math.min(start + width, count),
            Math.min(start + 2 * width, count),
            to,
            comparison);
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void insertionSort(
      int[] indices, int start, int end, IntBinaryOperator comparison) {
    for (int i = start + 1; i < end; i++) {
      int moved = indices[i];
      int j = i;
      for (; j > start && comparison.applyAsInt(indices[j - 1], moved) > 0; j--) {
        indices[j] = indices[j - 1];
      }
      indices[j] = moved;
    }
  }

  private static void merge(
      int[] from, int start, int middle, int end, int[] to, IntBinaryOperator comparison) {
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          left < middle && (right >= end || comparison.applyAsInt(from[left], from[right]) <= 0);
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }
}
