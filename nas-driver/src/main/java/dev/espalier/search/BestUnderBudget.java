package dev.espalier.search;

import dev.espalier.pareto.IndexOrder;
import dev.espalier.search.ParetoElimination.Objective;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SlotFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;

/**
 * The best few architectures under a feasible budget, exactly: by descending accuracy, then
 * ascending cost in {@link SearchTarget#tieBreaker}, then code.
 *
 * <p>Three steps. Changing one decision at a time from known architectures gives good ones under
 * the budget; the last of the best few is a bound that no architecture sought falls below.
 * Multipliers on the constraints (Lagrangian relaxation, Fisher 1981) turn that bound into one on a
 * single weighted sum, close to tight at the optimum. Then the elimination keeps as many layers as
 * candidates are wanted, and drops every partial architecture that the bounds show to be useless.
 * The first two steps decide how long the third takes, never what it finds. Limits on a largest
 * term are no part of this: the plan holds no architecture beyond them.
 */
final class BestUnderBudget {
  private static final int ROUNDS = 30;
  private static final int BISECTIONS = 24;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final double LARGEST_MULTIPLIER = 64;

  private final EliminationPlan plan;
  private final SearchTarget target;
  private final Budget budget;
  private final int count;
  private final int length;
  private final AdditiveFunction accuracy;
  private final AdditiveFunction tieBreaker;

  private BestUnderBudget(
      EliminationPlan plan,
      AdditiveFunction accuracy,
      SearchTarget target,
      Budget budget,
      int count) {
    this.plan = plan.under(target, budget.constraints());
    this.target = target;
    this.budget = budget;
    this.count = count;
    this.length = plan.radices().length;
    this.accuracy = accuracy;
    this.tieBreaker = (AdditiveFunction) target.costs().get(target.tieBreaker(budget));
  }

  /**
   * Finds them.
   *
   * @param count how many are wanted; fewer are returned only if no more meet the budget
   * @param known flat codes to begin from; any will do
   */
  static List<ScoredArchitecture> find(
      EliminationPlan plan,
      AdditiveFunction accuracy,
      SearchTarget target,
      Budget budget,
      int count,
      byte[] known) {
    return new BestUnderBudget(plan, accuracy, target, budget, count).find(known);
  }

  private List<ScoredArchitecture> find(byte[] known) {
    byte[] best = improve(known);
    double least =
        best.length < count * length
            ? Double.NEGATIVE_INFINITY
            : accuracy.at(best, (count - 1) * length);
    List<Objective> objectives = objectives(least);
    List<Cutoff> cutoffs =
        least == Double.NEGATIVE_INFINITY ? List.of() : List.of(cutoff(objectives, least));
    byte[] codes = top(ParetoElimination.run(plan, objectives, count, cutoffs));
    List<ScoredArchitecture> found = new ArrayList<>();
    for (int offset = 0; offset < codes.length; offset += length) {
      byte[] code = Arrays.copyOfRange(codes, offset, offset + length);
      found.add(target.score(Architecture.ofCanonical(code), accuracy.at(code, 0)));
    }
    return found;
  }

  /** The tie breaker, the accuracy, and every other sum that is limited. */
  private List<Objective> objectives(double leastAccuracy) {
    double tieLimit = Double.POSITIVE_INFINITY;
    List<Objective> others = new ArrayList<>();
    for (Constraint constraint : budget.constraints()) {
      if (constraint.quantity() == target.tieBreaker(budget)) {
        tieLimit = constraint.limit();
      } else if (target.costs().get(constraint.quantity()) instanceof AdditiveFunction sum) {
        others.add(Objective.within(sum, constraint.limit()));
      }
    }
    List<Objective> objectives = new ArrayList<>();
    objectives.add(Objective.minimizeWithin(tieBreaker, tieLimit));
    objectives.add(Objective.minimizeWithin(accuracy.scaled(-1, 0), -leastAccuracy));
    objectives.addAll(others);
    return objectives;
  }

  /** The best of the codes and of those one decision away from the best, until none is better. */
  private byte[] improve(byte[] known) {
    byte[] best = top(known);
    for (int round = 0; round < ROUNDS; round++) {
      CodeSet pool = new CodeSet(length);
      for (int offset = 0; offset < best.length; offset += length) {
        pool.add(best, offset);
        for (int decision = 0; decision < length; decision++) {
          for (int option = 0; option < plan.options(decision); option++) {
            byte[] changed = Arrays.copyOfRange(best, offset, offset + length);
            changed[decision] = (byte) option;
            plan.space().canonicalize(changed);
            pool.add(changed, 0);
          }
        }
      }
      byte[] next = top(Arrays.copyOf(pool.codes(), pool.size() * length));
      if (Arrays.equals(next, best)) {
        break;
      }
      best = next;
    }
    return best;
  }

  /** The best few of distinct codes that meet the budget, in order. */
  private byte[] top(byte[] codes) {
    List<Constraint> constraints = budget.constraints();
    int size = codes.length / length;
    double[] accuracies = new double[size];
    double[] costs = new double[size];
    int[] admitted = new int[size];
    int met = 0;
    for (int i = 0; i < size; i++) {
      boolean admits = true;
      for (int c = constraints.size() - 1; admits && c >= 0; c--) {
        SlotFunction cost = target.costs().get(constraints.get(c).quantity());
        admits = constraints.get(c).admits(cost.at(codes, i * length));
      }
      if (admits) {
        accuracies[i] = accuracy.at(codes, i * length);
        costs[i] = tieBreaker.at(codes, i * length);
        admitted[met++] = i;
      }
    }
    IntBinaryOperator byCode =
        (a, b) ->
            Arrays.compareUnsigned(
                codes, a * length, (a + 1) * length, codes, b * length, (b + 1) * length);
    int[] order =
        IndexOrder.sorted(
            met,
            (a, b) -> {
              int i = admitted[a];
              int j = admitted[b];
              int byAccuracy = Double.compare(accuracies[j], accuracies[i]);
              int byCost = Double.compare(costs[i], costs[j]);
              return byAccuracy != 0 ? byAccuracy : byCost != 0 ? byCost : byCode.applyAsInt(i, j);
            });
    byte[] top = new byte[Math.min(met, count) * length];
    for (int i = 0; i * length < top.length; i++) {
      System.arraycopy(codes, admitted[order[i]] * length, top, i * length, length);
    }
    return top;
  }

  /**
   * The bound {@code multipliers · costs − accuracy ≤ multipliers · limits − least}, which every
   * architecture sought respects. The multipliers maximise the concave dual function, one after the
   * other by golden section; any would be valid.
   */
  private Cutoff cutoff(List<Objective> objectives, double least) {
    List<AdditiveFunction> minimized = objectives.stream().map(Objective::function).toList();
    double[] weights = new double[minimized.size()];
    weights[1] = 1;
    double[] units = new double[weights.length];
    for (int d = 0; d < weights.length; d++) {
      units[d] = d == 1 ? 0 : span(minimized.get(1)) / Math.max(span(minimized.get(d)), 1e-300);
    }
    int sweeps = weights.length > 2 ? 2 : 1;
    for (int sweep = 0; sweep < sweeps; sweep++) {
      for (int d = 0; d < weights.length; d++) {
        if (d != 1 && objectives.get(d).limit() < Double.POSITIVE_INFINITY) {
          maximize(minimized, objectives, weights, d, LARGEST_MULTIPLIER * units[d]);
        }
      }
    }
    double bound = -least;
    for (int d = 0; d < weights.length; d++) {
      // A sum without a limit has the weight 0.
      bound += d == 1 || weights[d] == 0 ? 0 : weights[d] * objectives.get(d).limit();
    }
    return new Cutoff(plan, minimized, weights, bound);
  }

  private double span(AdditiveFunction function) {
    List<AdditiveFunction> alone = List.of(function);
    return -LeastSum.over(plan, alone, new double[] {-1})
        - LeastSum.over(plan, alone, new double[] {1});
  }

  private void maximize(
      List<AdditiveFunction> minimized,
      List<Objective> objectives,
      double[] weights,
      int d,
      double largest) {
    double low = 0;
    double high = largest;
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = dual(minimized, objectives, weights, d, left);
    double atRight = dual(minimized, objectives, weights, d, right);
    for (int i = 0; i < BISECTIONS; i++) {
      if (atLeft >= atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = dual(minimized, objectives, weights, d, left);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = dual(minimized, objectives, weights, d, right);
      }
    }
    weights[d] = (low + high) / 2;
  }

  /** Up to terms that do not depend on the multiplier. */
  private double dual(
      List<AdditiveFunction> minimized,
      List<Objective> objectives,
      double[] weights,
      int d,
      double multiplier) {
    weights[d] = multiplier;
    return LeastSum.over(plan, minimized, weights) - multiplier * objectives.get(d).limit();
  }
}
