package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;

/**
 * What the targets of a problem have in common where each is solved by itself.
 *
 * @param accuracy the additive model
 * @param candidates most in the answer to a budget
 * @param referenceAccuracy from which hypervolumes are measured
 */
public record TargetTask(
    SearchSpace space, AdditiveFunction accuracy, int candidates, double referenceAccuracy) {
  /**
   * Of a problem.
   *
   * @throws IllegalArgumentException if it has no additive accuracy model
   */
  public static TargetTask of(SearchProblem problem) {
    return new TargetTask(
        problem.space(),
        problem.requireAdditive("solving targets one by one"),
        problem.settings().candidates(),
        problem.settings().referenceAccuracy());
  }
}
