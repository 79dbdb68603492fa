package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import java.util.List;
import java.util.TreeSet;

/**
 * Corners of the convex hull of an additive model's front (supported efficient solutions, in the
 * terms of multi-objective optimisation): each minimises the cost, weighted, less the accuracy. Far
 * fewer than the exact front, and far quicker to find.
 */
final class SupportedArchitectures {
  /** How many times flatter or steeper than the whole front the ends of the hull may be. */
  private static final double SLOPES = 32;

  private SupportedArchitectures() {}

  /**
   * Architectures that are optimal for some trade of accuracy against cost; O(count · table
   * entries).
   *
   * @param count trades, at least 2: in equal ratios around the mean trade of the whole space
   * @return distinct, by code
   */
  static List<Architecture> of(
      EliminationPlan plan, AdditiveFunction accuracy, AdditiveFunction cost, int count) {
    List<AdditiveFunction> functions = List.of(cost, accuracy);
    double costs = span(plan, cost);
    double accuracies = span(plan, accuracy);
    TreeSet<Architecture> found = new TreeSet<>();
    if (costs > 0) {
      for (int i = 0; i < count; i++) {
        double slope = Math.pow(SLOPES, 2.0 * i / (count - 1) - 1);
        double[] weights = {slope * accuracies / costs, -1};
        found.add(Architecture.ofCanonical(LeastSum.leastOf(plan, functions, weights)));
      }
    }
    return List.copyOf(found);
  }

  private static double span(EliminationPlan plan, AdditiveFunction function) {
    List<AdditiveFunction> alone = List.of(function);
    return -LeastSum.over(plan, alone, new double[] {-1})
        - LeastSum.over(plan, alone, new double[] {1});
  }
}
