package dev.espalier.search;

import dev.espalier.pareto.ReferencePoint;
import java.util.List;

/**
 * What a search found for one target.
 *
 * @param target its name
 * @param front non-dominated candidates within the target's limits, those beyond the budgets
 *     included
 * @param answers one per budget, in the target's order
 * @param reference where the hypervolume is measured from: {@link
 *     SearchSettings#referenceAccuracy()} and the largest cost in the space
 * @param hypervolume of the front, as a share of the box between the reference and the ideal point
 *     (accuracy 1, least cost in the space): comparable between engines and targets, more is better
 */
public record TargetResult(
    String target,
    TargetFront front,
    List<BudgetAnswer> answers,
    ReferencePoint reference,
    double hypervolume) {
  public TargetResult {
    answers = List.copyOf(answers);
  }

  /**
   * The answer for a budget.
   *
   * @throws IllegalArgumentException naming the budgets there are
   */
  public BudgetAnswer answer(String budget) {
    return answers.stream()
        .filter(answer -> answer.budget().name().equals(budget))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "target %s has no budget %s; its budgets are %s"
                        .formatted(
                            target,
                            budget,
                            answers.stream().map(a -> a.budget().name()).toList())));
  }
}
