package dev.espalier.search;

import dev.espalier.space.Architecture;
import java.util.List;

/** What a search says about one budget of one target. */
public sealed interface BudgetAnswer {
  /** The budget asked about. */
  Budget budget();

  /**
   * The budget can be met.
   *
   * @param candidates at least one, distinct, within the budget: by descending predicted accuracy,
   *     then ascending cost in {@link SearchTarget#tieBreaker}, then code
   */
  record Feasible(Budget budget, List<ScoredArchitecture> candidates) implements BudgetAnswer {
    public Feasible {
      candidates = List.copyOf(candidates);
      if (candidates.isEmpty()) {
        throw new IllegalArgumentException(
            "budget " + budget.name() + ": a feasible budget has at least one candidate");
      }
    }

    /** The first candidate. */
    public ScoredArchitecture best() {
      return candidates.get(0);
    }
  }

  /**
   * No architecture of the space meets the budget; proven.
   *
   * @param binding the first constraint that cannot hold together with those before it
   * @param leastCost the least value of its quantity among all architectures that respect the
   *     constraints before it
   * @param reachedBy an architecture that has this cost and respects the constraints before it
   */
  record Infeasible(Budget budget, Constraint binding, double leastCost, Architecture reachedBy)
      implements BudgetAnswer {

    /** One sentence for a user: the constraint, how low it can go, and the remedy. */
    public String message(String target) {
      int position = budget.constraints().indexOf(binding);
      String given = position == 0 ? "" : " under " + budget.constraints().subList(0, position);
      String remedy =
          binding.asked()
              ? "raise the limit to at least that, or widen the space"
              : "widen the space, or leave the target out";
      return "target %s, budget %s: no architecture has %s%s; the least possible is %s: %s"
          .formatted(
              target,
              budget.name(),
              binding,
              given,
              binding.quantity().formatAtLeast(leastCost),
              remedy);
    }
  }
}
