package dev.espalier.run;

import dev.espalier.search.BudgetAnswer.Infeasible;

/**
 * A budget that no architecture meets on a target; proven.
 *
 * @param answer with the constraint that binds and the least cost possible
 */
public record InfeasibleBudget(Target target, Infeasible answer) {
  /** One sentence for a user. */
  public String message() {
    return answer.message(target.name());
  }
}
