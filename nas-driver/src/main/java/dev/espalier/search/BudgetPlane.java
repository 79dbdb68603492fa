package dev.espalier.search;

import dev.espalier.pareto.IndexOrder;
import dev.espalier.search.ParetoElimination.Objective;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SlotFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The best few architectures under any limit on one sum, all from one elimination: those that fewer
 * than so many others dominate in the plane of accuracy and that sum (its first layers). They hold
 * the front too. What other constraints say is checked afterwards: where the best few under the one
 * limit keep them all, nothing better can.
 */
final class BudgetPlane {
  private final SearchTarget target;
  private final Quantity quantity;
  private final int count;
  private final int length;
  private final byte[] codes;

  /** Offsets of codes by descending accuracy, then ascending cost, then code. */
  private final int[] offsets;

  private final double[] accuracies;
  private final double[] costs;

  /**
   * Eliminates all decisions; the target's limits on sums are not looked at.
   *
   * @param quantity whose model is a sum
   * @param count how many are wanted for a budget at most
   */
  BudgetPlane(
      EliminationPlan plan,
      AdditiveFunction accuracy,
      SearchTarget target,
      Quantity quantity,
      int count) {
    this.target = target;
    this.quantity = quantity;
    this.count = count;
    this.length = plan.radices().length;
    AdditiveFunction cost = (AdditiveFunction) target.costs().get(quantity);
    this.codes =
        ParetoElimination.run(
            plan.under(target, target.limits()),
            List.of(Objective.minimize(cost), Objective.minimize(accuracy.scaled(-1, 0))),
            count,
            List.of());
    int size = codes.length / length;
    double[] allAccuracies = new double[size];
    double[] allCosts = new double[size];
    accuracy.at(codes, size, allAccuracies);
    cost.at(codes, size, allCosts);
    int[] order =
        IndexOrder.sorted(
            size,
            (a, b) -> {
              int byAccuracy = Double.compare(allAccuracies[b], allAccuracies[a]);
              int byCost = Double.compare(allCosts[a], allCosts[b]);
              return byAccuracy != 0 ? byAccuracy : byCost != 0 ? byCost : compare(a, b);
            });
    this.offsets = Arrays.stream(order).map(i -> i * length).toArray();
    this.accuracies = Arrays.stream(order).mapToDouble(i -> allAccuracies[i]).toArray();
    this.costs = Arrays.stream(order).mapToDouble(i -> allCosts[i]).toArray();
  }

  private int compare(int a, int b) {
    return Arrays.compareUnsigned(
        codes, a * length, (a + 1) * length, codes, b * length, (b + 1) * length);
  }

  /** How many candidates it has for a budget at most. */
  int count() {
    return count;
  }

  /** All of them, flat, in no order that matters. */
  byte[] codes() {
    return codes;
  }

  /** The front: of equally accurate ones the cheapest, then the least code. */
  TargetFront front() {
    List<ScoredArchitecture> points = new ArrayList<>();
    double cheapest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < offsets.length; i++) {
      if (costs[i] < cheapest) {
        cheapest = costs[i];
        points.add(scored(i));
      }
    }
    List<ScoredArchitecture> ascending = new ArrayList<>(points.size());
    for (int i = points.size() - 1; i >= 0; i--) {
      ascending.add(points.get(i));
    }
    return new TargetFront(quantity, ascending);
  }

  /**
   * The best few under a budget whose ties this plane's cost breaks: by descending accuracy, then
   * ascending cost, then code; as many as there are, at most the count.
   *
   * @return empty where this plane alone cannot say
   */
  Optional<List<ScoredArchitecture>> best(Budget budget) {
    double limit = Double.POSITIVE_INFINITY;
    List<Constraint> others = new ArrayList<>();
    for (Constraint constraint : budget.constraints()) {
      if (constraint.quantity() == quantity) {
        limit = constraint.limit();
      } else {
        others.add(constraint);
      }
    }
    List<ScoredArchitecture> best = new ArrayList<>();
    for (int i = 0; i < offsets.length && best.size() < count; i++) {
      if (costs[i] <= limit) {
        for (Constraint other : others) {
          SlotFunction function = target.costs().get(other.quantity());
          if (!other.admits(function.at(codes, offsets[i]))) {
            return Optional.empty();
          }
        }
        best.add(scored(i));
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private ScoredArchitecture scored(int i) {
    byte[] code = Arrays.copyOfRange(codes, offsets[i], offsets[i] + length);
    return target.score(Architecture.ofCanonical(code), accuracies[i]);
  }
}
