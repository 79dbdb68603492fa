package dev.espalier.search;

import dev.espalier.search.ParetoElimination.Objective;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The least value of an additive function over a space, exactly, by elimination. */
final class LeastCost {
  private LeastCost() {}

  /**
   * A least value and who reaches it.
   *
   * @param architecture the least code among those that reach it
   */
  record Extreme(double value, Architecture architecture) {}

  /** The least value of a function over the whole space. */
  static Extreme of(EliminationPlan plan, AdditiveFunction function) {
    byte[] code = ParetoElimination.run(plan, List.of(Objective.minimize(function)), 1, List.of());
    return new Extreme(function.at(code, 0), Architecture.ofCanonical(code));
  }

  /** Whether a budget can be met, and by whom. */
  sealed interface Verdict {}

  /** An architecture that respects every constraint. */
  record Witness(Architecture architecture) implements Verdict {}

  /** The proof that none does. */
  record Refuted(BudgetAnswer.Infeasible answer) implements Verdict {}

  /**
   * Decides a budget: each constraint's quantity is minimised under the constraints before it.
   *
   * @param target whose cost models are used
   */
  static Verdict decide(EliminationPlan plan, SearchTarget target, Budget budget) {
    List<Objective> objectives = new ArrayList<>();
    Architecture witness = null;
    for (Constraint constraint : budget.constraints()) {
      AdditiveFunction function = target.costs().get(constraint.quantity());
      objectives.add(0, Objective.minimize(function));
      Optional<Extreme> least = least(plan, function, objectives, target, budget);
      objectives.remove(0);
      objectives.add(Objective.within(function, constraint.limit()));
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

  private static Optional<Extreme> least(
      EliminationPlan plan,
      AdditiveFunction function,
      List<Objective> objectives,
      SearchTarget target,
      Budget budget) {
    byte[] codes = ParetoElimination.run(plan, objectives, 1, List.of());
    int length = plan.radices().length;
    int earlier = objectives.size() - 1;
    for (int offset = 0; offset < codes.length; offset += length) {
      byte[] code = Arrays.copyOfRange(codes, offset, offset + length);
      boolean admitted =
          budget.constraints().subList(0, earlier).stream()
              .allMatch(c -> c.admits(target.costs().get(c.quantity()).at(code, 0)));
      if (admitted) {
        return Optional.of(new Extreme(function.at(code, 0), Architecture.ofCanonical(code)));
      }
    }
    return Optional.empty();
  }
}
