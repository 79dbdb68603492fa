package dev.espalier.search;

import dev.espalier.search.ParetoElimination.Objective;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SlotFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The least value of a cost over a space, exactly, by elimination. */
final class LeastCost {
  private LeastCost() {}

  /**
   * A least value and who reaches it.
   *
   * @param architecture the least code among those that reach it
   */
  record Extreme(double value, Architecture architecture) {}

  /** Whether a budget can be met, and by whom. */
  sealed interface Verdict {}

  /** An architecture that respects every constraint. */
  record Witness(Architecture architecture) implements Verdict {}

  /** The proof that none does. */
  record Refuted(BudgetAnswer.Infeasible answer) implements Verdict {}

  /**
   * Decides a budget: each constraint's quantity is minimised under the constraints before it. The
   * least peak is found by bisection over what the slots' terms can be; only where the limit is
   * below it, since an architecture within the limit is enough.
   *
   * @param target whose cost models are used
   */
  static Verdict decide(EliminationPlan plan, SearchTarget target, Budget budget) {
    Constraint first = budget.constraints().get(0);
    if (budget.constraints().size() == 1
        && target.costs().get(first.quantity()) instanceof AdditiveFunction sum) {
      // Sums of plain doubles may pick the second least; where that is good enough, all is said.
      byte[] code = LeastSum.leastOf(plan, List.of(sum), new double[] {1});
      if (first.admits(sum.at(code, 0))) {
        return new Witness(Architecture.ofCanonical(code));
      }
    }
    EliminationPlan within = plan;
    List<Limited> sums = new ArrayList<>();
    Architecture witness = null;
    for (Constraint constraint : budget.constraints()) {
      SlotFunction function = target.costs().get(constraint.quantity());
      Optional<Extreme> least;
      if (function instanceof AdditiveFunction sum) {
        least = least(within, sum, sums);
        sums.add(new Limited(sum, constraint));
      } else {
        MaxFunction largest = (MaxFunction) function;
        EliminationPlan before = within;
        EliminationPlan under = before.under(largest, constraint.limit());
        least =
            any(under, sums)
                .map(a -> new Extreme(largest.at(a), a))
                .or(() -> leastLargest(before, largest, sums));
        within = under;
      }
      Extreme extreme =
          least.orElseThrow(
              () ->
                  new IllegalStateException(
                      "target %s, budget %s: the constraints before %s were met and are not any more"
                          .formatted(target.name(), budget.name(), constraint)));
      if (!constraint.admits(extreme.value())) {
        return new Refuted(
            new BudgetAnswer.Infeasible(
                budget, constraint, extreme.value(), extreme.architecture()));
      }
      witness = extreme.architecture();
    }
    return new Witness(witness);
  }

  /**
   * An architecture within the limits of a target that has no budgets; none where it has no limits
   * or budgets, which hold the limits then.
   *
   * @throws IllegalArgumentException if there is none, saying which limit binds
   */
  static Optional<Architecture> within(EliminationPlan plan, SearchTarget target) {
    if (target.limits().isEmpty() || !target.budgets().isEmpty()) {
      return Optional.empty();
    }
    Verdict verdict = decide(plan, target, new Budget("none but its limits", target.limits()));
    if (verdict instanceof Refuted refuted) {
      throw new IllegalArgumentException(refuted.answer().message(target.name()));
    }
    return Optional.of(((Witness) verdict).architecture());
  }

  /** A sum that may not exceed a constraint's limit. */
  private record Limited(AdditiveFunction function, Constraint constraint) {
    boolean admits(byte[] code) {
      return constraint.admits(function.at(code, 0));
    }
  }

  /** The least value of a sum under limits on others. */
  private static Optional<Extreme> least(
      EliminationPlan plan, AdditiveFunction function, List<Limited> sums) {
    List<Objective> objectives = new ArrayList<>();
    objectives.add(Objective.minimize(function));
    sums.forEach(s -> objectives.add(Objective.within(s.function(), s.constraint().limit())));
    byte[] codes = ParetoElimination.run(plan, objectives, 1, List.of());
    int length = plan.radices().length;
    for (int offset = 0; offset < codes.length; offset += length) {
      byte[] code = Arrays.copyOfRange(codes, offset, offset + length);
      if (sums.stream().allMatch(s -> s.admits(code))) {
        return Optional.of(new Extreme(function.at(code, 0), Architecture.ofCanonical(code)));
      }
    }
    return Optional.empty();
  }

  /** Any architecture of a plan that keeps limits on sums: the one with the least of the first. */
  private static Optional<Architecture> any(EliminationPlan plan, List<Limited> sums) {
    if (sums.isEmpty()) {
      List<AdditiveFunction> nothing = List.of();
      double[] weights = {};
      return LeastSum.over(plan, nothing, weights) < Double.POSITIVE_INFINITY
          ? Optional.of(Architecture.ofCanonical(LeastSum.leastOf(plan, nothing, weights)))
          : Optional.empty();
    }
    Limited first = sums.get(0);
    return least(plan, first.function(), sums.subList(1, sums.size()))
        .filter(extreme -> first.constraint().admits(extreme.value()))
        .map(Extreme::architecture);
  }

  /** The least value of a largest term under limits on sums. */
  private static Optional<Extreme> leastLargest(
      EliminationPlan plan, MaxFunction function, List<Limited> sums) {
    double[] values = function.distinctTerms();
    Optional<Architecture> reached = any(plan, sums);
    int low = 0;
    int high = values.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      Optional<Architecture> found = any(plan.under(function, values[middle]), sums);
      if (found.isPresent()) {
        reached = found;
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return reached.map(a -> new Extreme(function.at(a), a));
  }
}
