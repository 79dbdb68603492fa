package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.Slot;
import dev.espalier.space.SlotFunction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What to search for, and how. Everything is checked against the space on construction.
 *
 * @param space where to search
 * @param targets at least one, names distinct
 * @param additiveAccuracy a fraction of 1; of use to engines {@linkplain ScoredBy#ADDITIVE_MODEL
 *     scored by it}, others take accuracies from their {@link CandidateScorer}
 * @param settings how to search
 */
public record SearchProblem(
    SearchSpace space,
    List<SearchTarget> targets,
    Optional<AdditiveFunction> additiveAccuracy,
    SearchSettings settings) {
  public SearchProblem {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a search needs at least one target");
    }
    Set<String> names = new HashSet<>();
    for (SearchTarget target : targets) {
      if (!names.add(target.name())) {
        throw new IllegalArgumentException("two search targets are named " + target.name());
      }
      target
          .costs()
          .forEach(
              (quantity, function) ->
                  requireSpace(
                      space, function, "target " + target.name() + ", " + quantity.label()));
    }
    additiveAccuracy.ifPresent(function -> requireSpace(space, function, "additive accuracy"));
    for (Architecture architecture : settings.warmStart()) {
      if (!space.architecture(architecture.toBytes()).equals(architecture)) {
        throw new IllegalArgumentException(
            "warm start: %s is not a canonical code of the space".formatted(architecture));
      }
    }
  }

  /**
   * The additive accuracy model.
   *
   * @param what needs it
   * @throws IllegalArgumentException if there is none
   */
  AdditiveFunction requireAdditive(String what) {
    return additiveAccuracy.orElseThrow(
        () ->
            new IllegalArgumentException(
                what
                    + " needs an additive accuracy predictor and the problem has none: fit one, or use engine evolution with start: random"));
  }

  /**
   * The proof for every budget that no architecture can meet, by name of its target; cheap beside a
   * search.
   */
  public List<Map.Entry<String, BudgetAnswer.Infeasible>> infeasible() {
    EliminationPlan plan = EliminationPlan.of(space);
    List<Map.Entry<String, BudgetAnswer.Infeasible>> found = new ArrayList<>();
    for (SearchTarget target : targets) {
      for (Budget budget : target.budgets()) {
        if (LeastCost.decide(plan, target, budget) instanceof LeastCost.Refuted refuted) {
          found.add(Map.entry(target.name(), refuted.answer()));
        }
      }
    }
    return found;
  }

  private static void requireSpace(SearchSpace space, SlotFunction function, String what) {
    List<Slot> slots = space.slots();
    boolean same = function.slots() == slots.size();
    for (int slot = 0; same && slot < function.slots(); slot++) {
      int[] scope = function.scope(slot);
      same = scope.length == slots.get(slot).scope().size();
      for (int i = 0; same && i < scope.length; i++) {
        same = scope[i] == slots.get(slot).scope().get(i);
      }
    }
    if (!same) {
      throw new IllegalArgumentException(
          "%s was compiled for another search space; compile it for this one (%s of %d decisions)"
              .formatted(what, space.family(), space.length()));
    }
  }
}
