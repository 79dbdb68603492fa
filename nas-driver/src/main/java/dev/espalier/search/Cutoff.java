package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import java.util.Arrays;
import java.util.List;

/**
 * A weighted sum of objectives that may not exceed a bound. A partial architecture is of no use if
 * its own weighted sum and the least that everything else adds exceed it.
 */
final class Cutoff {
  /** Far more than rounding can add up to, far less than values differ by. */
  private static final double TOLERANCE = 1e-10;

  private final double[] weights;
  private final double bound;
  private final LeastSum sums;

  /**
   * A cutoff.
   *
   * @param functions the objectives
   * @param weights one per objective, not negative
   * @param bound on the weighted sum, constants included
   */
  Cutoff(EliminationPlan plan, List<AdditiveFunction> functions, double[] weights, double bound) {
    this.weights = weights.clone();
    this.sums = LeastSum.of(plan, functions, weights);
    double greatest = LeastSum.over(plan, functions, Arrays.stream(weights).map(w -> -w).toArray());
    double least = LeastSum.over(plan, functions, weights);
    double magnitude = Math.max(Math.abs(greatest), Math.abs(least)) + Math.abs(bound);
    this.bound = bound - sums.constant() + TOLERANCE * magnitude;
  }

  LeastSum sums() {
    return sums;
  }

  /**
   * Whether a point may lead anywhere.
   *
   * @param values its own objectives, by objective and point
   * @param rest the least weighted sum of everything else
   */
  boolean admits(double[][] values, int point, double rest) {
    double sum = rest;
    for (int d = 0; d < weights.length; d++) {
      sum += weights[d] * values[d][point];
    }
    return sum <= bound;
  }
}
