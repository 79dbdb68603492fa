package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.List;

/** The architectures with which a first population begins, before random ones fill it up. */
final class FirstPopulation {
  /** Trades between accuracy and cost for which corners of an additive front are sought. */
  private static final int TRADES = 32;

  /** Fewest near-optimal architectures taken for a budget. */
  private static final int FEWEST = 4;

  private FirstPopulation() {}

  /**
   * As the settings' {@link SearchSettings#start()} says, may be repeated.
   *
   * @param feasible budgets of each target that can be met
   * @throws IllegalArgumentException if an additive accuracy model is needed and there is none
   */
  static List<Architecture> of(
      SearchProblem problem, EliminationPlan plan, List<List<Budget>> feasible) {
    List<Architecture> first = new ArrayList<>(problem.settings().warmStart());
    if (problem.settings().start() == SearchSettings.Start.RANDOM) {
      return first;
    }
    AdditiveFunction accuracy =
        problem.requireAdditive("start: " + problem.settings().start().word());
    int niches = feasible.stream().mapToInt(budgets -> 1 + budgets.size()).sum();
    int share = Math.max(FEWEST, problem.settings().population() / niches / 2);
    for (int t = 0; t < problem.targets().size(); t++) {
      SearchTarget target = problem.targets().get(t);
      if (problem.settings().start() == SearchSettings.Start.CORNERS) {
        AdditiveFunction cost = target.objectiveCost();
        first.addAll(SupportedArchitectures.of(plan, accuracy, cost, TRADES));
      } else {
        SearchTarget met = target.withBudgets(feasible.get(t));
        first.addAll(nearOptimal(ExactEngine.solve(plan, accuracy, met, share, 0), share));
      }
    }
    return first;
  }

  /** The best few of every budget, and as many of the front, evenly. */
  private static List<Architecture> nearOptimal(TargetResult exact, int share) {
    List<Architecture> chosen = new ArrayList<>();
    for (BudgetAnswer answer : exact.answers()) {
      if (answer instanceof BudgetAnswer.Feasible met) {
        met.candidates().forEach(scored -> chosen.add(scored.architecture()));
      }
    }
    List<ScoredArchitecture> front = exact.front().points();
    int taken = Math.min(share, front.size());
    for (int i = 0; i < taken; i++) {
      chosen.add(front.get((int) ((long) i * front.size() / taken)).architecture());
    }
    return chosen;
  }
}
