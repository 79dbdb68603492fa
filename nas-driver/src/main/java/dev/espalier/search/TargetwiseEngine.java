package dev.espalier.search;

import java.util.List;

/**
 * An engine for which targets have nothing to do with one another, so that each may be solved
 * elsewhere, in any order.
 */
public interface TargetwiseEngine extends SearchEngine {
  /**
   * Solves one target. Depends on nothing else; thread-safe.
   *
   * @throws IllegalArgumentException if the target has no budgets and nothing fits its limits
   */
  TargetResult solve(TargetTask task, SearchTarget target);

  /**
   * Puts results together.
   *
   * @param results one for each target, in the problem's order
   */
  SearchOutcome outcome(SearchProblem problem, List<TargetResult> results);
}
