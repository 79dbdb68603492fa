package dev.espalier.pareto;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/**
 * Ranks and crowding distances of NSGA-II (Deb et al., 2002, sections III-A and III-B) for accuracy
 * and one cost.
 *
 * <p>The ranks are those of the paper's fast non-dominated sort, which takes O(n²) comparisons;
 * with two objectives one sort and a binary search per point suffice (Jensen, 2003): O(n log n)
 * time, O(n) memory. Points equal in both objectives share a rank, as in the paper. Immutable.
 */
public final class NonDominatedSort {
  private final int[] ranks;
  private final double[] crowding;
  private final int fronts;

  private NonDominatedSort(int[] ranks, double[] crowding, int fronts) {
    this.ranks = ranks;
    this.crowding = crowding;
    this.fronts = fronts;
  }

  /**
   * Sorts points into fronts.
   *
   * @param accuracies more is better; at least {@code count}, finite
   * @param costs less is better; at least {@code count}, finite
   */
  public static NonDominatedSort of(double[] accuracies, double[] costs, int count) {
    int[] order =
        IndexOrder.sorted(count, (a, b) -> NonDominated.compareInPlane(accuracies, costs, a, b));
    int[] ranks = new int[count];
    // The best accuracy so far of each front; falls from front to front, hence the binary search.
    double[] best = new double[count];
    int fronts = 0;
    for (int position = 0; position < count; position++) {
      int point = order[position];
      if (position > 0
          && NonDominated.compareInPlane(accuracies, costs, order[position - 1], point) == 0) {
        ranks[point] = ranks[order[position - 1]];
        continue;
      }
      int low = 0;
      int high = fronts;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (best[middle] >= accuracies[point]) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      ranks[point] = low;
      best[low] = accuracies[point];
      fronts = Math.max(fronts, low + 1);
    }
    return new NonDominatedSort(ranks, crowding(accuracies, costs, order, ranks, fronts), fronts);
  }

  private static double[] crowding(
      double[] accuracies, double[] costs, int[] order, int[] ranks, int fronts) {
    double[] crowding = new double[order.length];
    // Along a front in order of cost, accuracy ascends too: the neighbours in one objective are
    // the neighbours in the other.
    int[] first = filled(fronts);
    int[] last = filled(fronts);
    int[] before = filled(order.length);
    int[] after = filled(order.length);
    for (int point : order) {
      int front = ranks[point];
      if (first[front] < 0) {
        first[front] = point;
      } else {
        before[point] = last[front];
        after[last[front]] = point;
      }
      last[front] = point;
    }
    for (int point : order) {
      if (before[point] < 0 || after[point] < 0) {
        crowding[point] = Double.POSITIVE_INFINITY;
        continue;
      }
      int front = ranks[point];
      crowding[point] =
          share(accuracies, before[point], after[point], first[front], last[front])
              + share(costs, before[point], after[point], first[front], last[front]);
    }
    return crowding;
  }

  private static double share(double[] values, int before, int after, int first, int last) {
    double range = values[last] - values[first];
    return range == 0 ? 0 : (values[after] - values[before]) / range;
  }

  private static int[] filled(int count) {
    int[] values = new int[count];
    Arrays.fill(values, -1);
    return values;
  }

  /** The front of a point, 0 being the non-dominated one. */
  public int rank(int point) {
    return ranks[point];
  }

  /** How far apart a point's neighbours on its front are; infinite at the ends of a front. */
  public double crowding(int point) {
    return crowding[point];
  }

  /** Number of fronts. */
  public int fronts() {
    return fronts;
  }

  /**
   * The crowded comparison (section III-C): the lower rank first, within a rank the larger crowding
   * distance, then {@code tie}.
   */
  public int compare(int a, int b, IntBinaryOperator tie) {
    int byRank = Integer.compare(ranks[a], ranks[b]);
    if (byRank != 0) {
      return byRank;
    }
    int byCrowding = Double.compare(crowding[b], crowding[a]);
    return byCrowding != 0 ? byCrowding : tie.applyAsInt(a, b);
  }
}
