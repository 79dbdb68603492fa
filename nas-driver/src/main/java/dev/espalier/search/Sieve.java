package dev.espalier.search;

import java.util.Arrays;

/**
 * Finds, among the sums of all pairs from two sets in the plane, most of those that as many others
 * dominate as there are layers, in O(1) for a pair: the axis of the first value is cut into cells,
 * and a sum is dominated by everything in an earlier cell that is not greater in the second. Less
 * is better in both. Never drops a sum that fewer than {@code layers} others dominate. Not
 * thread-safe.
 */
final class Sieve {
  private static final int MOST_CELLS = 4096;

  private final int layers;

  /** The least second values of each cell; ascending, {@code (cells, layers)}. */
  private double[] least = new double[0];

  /** What a sum in a cell must be below. */
  private double[] limits = new double[0];

  private int cells;
  private double start;
  private double scale;

  Sieve(int layers) {
    this.layers = layers;
  }

  /**
   * Takes in all sums.
   *
   * @param one first and second values of its points, by ascending first value
   * @param other those of the other set, likewise; neither is empty
   */
  void fill(double[][] one, int ones, double[][] other, int others) {
    cells = (int) Math.min(MOST_CELLS, (long) ones * others / 8 + 1);
    if (least.length < cells * layers) {
      least = new double[cells * layers];
      limits = new double[cells];
    }
    Arrays.fill(least, 0, cells * layers, Double.POSITIVE_INFINITY);
    start = one[0][0] + other[0][0];
    double width = one[0][ones - 1] + other[0][others - 1] - start;
    scale = width > 0 ? (cells - 1) / width : 0;
    for (int i = 0; i < ones; i++) {
      double firstShift = one[0][i];
      double secondShift = one[1][i];
      for (int j = 0; j < others; j++) {
        int cell = cell(other[0][j] + firstShift);
        double second = other[1][j] + secondShift;
        int place = (cell + 1) * layers - 1;
        if (second < least[place]) {
          insert(second, place, cell * layers);
        }
      }
    }
    double[] before = new double[layers];
    Arrays.fill(before, Double.POSITIVE_INFINITY);
    for (int cell = 0; cell < cells; cell++) {
      limits[cell] = before[layers - 1];
      for (int layer = 0; layer < layers; layer++) {
        double second = least[cell * layers + layer];
        int place = layers - 1;
        if (second >= before[place]) {
          break;
        }
        for (; place > 0 && before[place - 1] > second; place--) {
          before[place] = before[place - 1];
        }
        before[place] = second;
      }
    }
  }

  private void insert(double second, int last, int first) {
    int place = last;
    for (; place > first && least[place - 1] > second; place--) {
      least[place] = least[place - 1];
    }
    least[place] = second;
  }

  /** Monotone in the value, so that a sum in an earlier cell is less. */
  private int cell(double value) {
    return (int) ((value - start) * scale);
  }

  /**
   * The points of the other set that a point of the first may be joined with.
   *
   * @param shift the point's two values
   * @param passed receives indices, ascending
   * @return how many
   */
  int pass(double[] shift, double[][] other, int others, int[] passed) {
    int count = 0;
    for (int j = 0; j < others; j++) {
      if (other[1][j] + shift[1] < limits[cell(other[0][j] + shift[0])]) {
        passed[count++] = j;
      }
    }
    return count;
  }
}
