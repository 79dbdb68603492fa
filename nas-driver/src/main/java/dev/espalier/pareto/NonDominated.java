package dev.espalier.pareto;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/** The non-dominated points of a set in the plane of accuracy and one cost. */
public final class NonDominated {
  private NonDominated() {}

  /**
   * Indices of the points that no other dominates, by ascending cost (and therefore ascending
   * accuracy). Of points equal in both, only the first by {@code tie} is kept. One sort and one
   * sweep: O(n log n).
   *
   * @param accuracies at least {@code count}, finite
   * @param costs at least {@code count}, finite
   * @param tie orders the indices of points equal in accuracy and cost
   */
  public static int[] filter(
      double[] accuracies, double[] costs, int count, IntBinaryOperator tie) {
    int[] order =
        IndexOrder.sorted(
            count,
            (a, b) -> {
              int byPlane = compareInPlane(accuracies, costs, a, b);
              return byPlane != 0 ? byPlane : tie.applyAsInt(a, b);
            });
    int[] kept = new int[count];
    int size = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (int i : order) {
      if (accuracies[i] > best) {
        best = accuracies[i];
        kept[size++] = i;
      }
    }
    return Arrays.copyOf(kept, size);
  }

  /** Cost ascending, then accuracy descending. */
  static int compareInPlane(double[] accuracies, double[] costs, int a, int b) {
    int byCost = Double.compare(costs[a], costs[b]);
    return byCost != 0 ? byCost : Double.compare(accuracies[b], accuracies[a]);
  }
}
