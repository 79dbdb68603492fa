package dev.espalier.pareto;

/**
 * The area that a front dominates (Zitzler and Thiele, 1998), in two dimensions: units of accuracy
 * times cost, more is better.
 */
public final class Hypervolume {
  private Hypervolume() {}

  /**
   * The area between a front and a reference point. O(n).
   *
   * @param accuracies ascending, at least {@code count}
   * @param costs ascending, at least {@code count}, in the order of {@code accuracies}
   * @param reference points no better than this in either coordinate add nothing
   */
  public static double ofFront(
      double[] accuracies, double[] costs, int count, ReferencePoint reference) {
    double area = 0;
    double covered = reference.accuracy();
    for (int i = 0; i < count && costs[i] < reference.cost(); i++) {
      if (accuracies[i] > covered) {
        area += (accuracies[i] - covered) * (reference.cost() - costs[i]);
        covered = accuracies[i];
      }
    }
    return area;
  }
}
