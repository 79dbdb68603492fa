package dev.espalier.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a candidate is worth scoring: it meets a budget of some target, or is within the limits
 * of a target that has no budget. Budgets that are proven infeasible do not count. Keeps count of
 * the constraints that refused candidates.
 */
final class Admission {
  private record Limit(int column, double value, String text) {}

  private final CostColumns columns;
  private final List<List<Budget>> feasible;
  private final boolean[] unlimited;
  private final Limit[][] budgets;
  private final int[][] budgetsOfTarget;
  private final boolean open;
  private final long[][] refused;
  private final double[] known;

  /**
   * Compiles the budgets.
   *
   * @param feasible budgets of each target that can be met
   */
  Admission(List<SearchTarget> targets, List<List<Budget>> feasible, CostColumns columns) {
    this.columns = columns;
    this.feasible = feasible.stream().map(List::copyOf).toList();
    this.unlimited = new boolean[targets.size()];
    this.budgetsOfTarget = new int[targets.size()][];
    this.known = new double[columns.count()];
    List<Limit[]> compiled = new ArrayList<>();
    boolean anyOpen = false;
    for (int t = 0; t < targets.size(); t++) {
      SearchTarget target = targets.get(t);
      unlimited[t] = target.budgets().isEmpty() && target.limits().isEmpty();
      anyOpen |= unlimited[t];
      boolean onlyLimits = target.budgets().isEmpty() && !unlimited[t];
      budgetsOfTarget[t] = new int[onlyLimits ? 1 : feasible.get(t).size()];
      for (int b = 0; b < budgetsOfTarget[t].length; b++) {
        budgetsOfTarget[t][b] = compiled.size();
        String what =
            onlyLimits
                ? "target " + target.name()
                : "budget %s of target %s".formatted(feasible.get(t).get(b).name(), target.name());
        List<Constraint> constraints =
            onlyLimits ? target.limits() : feasible.get(t).get(b).constraints();
        compiled.add(limits(constraints, columns, t, what));
      }
    }
    this.open = anyOpen;
    this.budgets = compiled.toArray(Limit[][]::new);
    this.refused = new long[budgets.length][];
    for (int b = 0; b < budgets.length; b++) {
      refused[b] = new long[budgets[b].length];
    }
  }

  private static Limit[] limits(
      List<Constraint> constraints, CostColumns columns, int target, String what) {
    return constraints.stream()
        .map(
            c ->
                new Limit(
                    columns.column(target, c.quantity()), c.limit(), "%s (%s)".formatted(c, what)))
        .toArray(Limit[]::new);
  }

  /** Whether anything can be admitted. */
  boolean possible() {
    return open || budgets.length > 0;
  }

  /** Whether the code is worth scoring; each cost is computed at most once. */
  boolean admits(byte[] code) {
    if (open) {
      return true;
    }
    Arrays.fill(known, Double.NaN);
    for (Limit[] budget : budgets) {
      if (violated(budget, code) < 0) {
        return true;
      }
    }
    for (int b = 0; b < budgets.length; b++) {
      refused[b][violated(budgets[b], code)]++;
    }
    return false;
  }

  private int violated(Limit[] budget, byte[] code) {
    for (int i = 0; i < budget.length; i++) {
      int column = budget[i].column();
      if (Double.isNaN(known[column])) {
        known[column] = columns.cost(column, code, 0);
      }
      if (known[column] > budget[i].value()) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a target can have candidates: it has no budget, or one that can be met. */
  boolean possible(int target) {
    return unlimited[target] || budgetsOfTarget[target].length > 0;
  }

  /** The budgets of a target that can be met. */
  List<Budget> feasible(int target) {
    return feasible.get(target);
  }

  /** Number of budgets of all targets that can be met. */
  int feasible() {
    return feasible.stream().mapToInt(List::size).sum();
  }

  /**
   * Whether a scored candidate meets a budget of a target, or the target has none.
   *
   * @param costs one row of all columns, from {@code offset}
   */
  boolean meets(int target, double[] costs, int offset) {
    if (unlimited[target]) {
      return true;
    }
    for (int budget : budgetsOfTarget[target]) {
      boolean met = true;
      for (Limit limit : budgets[budget]) {
        met &= costs[offset + limit.column()] <= limit.value();
      }
      if (met) {
        return true;
      }
    }
    return false;
  }

  /** The constraint that refused most, for messages. */
  String mostRefusing() {
    long most = 0;
    String text = "none";
    for (int b = 0; b < budgets.length; b++) {
      for (int i = 0; i < budgets[b].length; i++) {
        if (refused[b][i] > most) {
          most = refused[b][i];
          text = budgets[b][i].text();
        }
      }
    }
    return text;
  }
}
