package dev.espalier.search;

import dev.espalier.pareto.IndexOrder;
import dev.espalier.pareto.NonDominated;
import dev.espalier.search.ParetoElimination.Objective;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dynamic programming over the space's factor graph, for an additive accuracy model: the whole
 * Pareto front of each target, the best few architectures under every budget, and a proof for every
 * budget that cannot be met.
 *
 * <p>Decisions are eliminated one after another ({@link ParetoElimination}); nothing is assumed
 * about the space beyond its slots. All budgets that limit one and the same quantity are answered
 * from one pass with two objectives; a budget with further constraints takes a pass of its own with
 * one more objective for each, unless the best under its first constraint happen to respect them.
 * Ties are broken by cost and code. Everything is exact up to 2⁻⁵⁰ of the largest possible sum, to
 * which terms are rounded.
 *
 * <p>Time and memory depend on how many partial architectures stay non-dominated, not on the size
 * of the space; the widest bucket (for MobileNet-like spaces: resolution, one stage's depth, one
 * block's kernel and expansion) is a factor.
 */
public final class ExactEngine implements SearchEngine {
  private static final Logger log = LoggerFactory.getLogger(ExactEngine.class);

  @Override
  public String name() {
    return "exact";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the problem has no additive accuracy model, or the space's
   *     slots are too connected to eliminate
   */
  @Override
  public SearchOutcome search(
      SearchProblem problem, CandidateScorer scorer, SearchListener listener) {
    AdditiveFunction accuracy =
        problem
            .additiveAccuracy()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "engine exact needs an additive accuracy predictor and the problem has none: fit one, or use engine evolution"));
    EliminationPlan plan = EliminationPlan.of(problem.space());
    List<TargetResult> results = new ArrayList<>();
    int frontSize = 0;
    double hypervolume = 0;
    for (SearchTarget target : problem.targets()) {
      TargetResult result = solve(plan, accuracy, target, problem.settings());
      results.add(result);
      frontSize += result.front().points().size();
      hypervolume += result.hypervolume();
      log.info(
          "exact, seed {}: target {}: front of {} architectures, hypervolume {}",
          problem.settings().seed(),
          target.name(),
          result.front().points().size(),
          result.hypervolume());
      listener.progressed(
          new SearchProgress(
              results.size(),
              problem.targets().size(),
              0,
              0,
              frontSize,
              hypervolume / results.size()));
    }
    return new SearchOutcome(
        name(),
        problem.settings().seed(),
        Optimality.ADDITIVE_OPTIMUM,
        new StopReason(
            StopReason.Kind.COMPLETE,
            "all " + problem.space().size() + " architectures of the space are covered"),
        problem.space().size(),
        List.of(),
        results);
  }

  private static TargetResult solve(
      EliminationPlan plan,
      AdditiveFunction accuracy,
      SearchTarget target,
      SearchSettings settings) {
    Map<Quantity, Pass> passes = new EnumMap<>(Quantity.class);
    List<BudgetAnswer> answers = new ArrayList<>();
    int layers = target.budgets().isEmpty() ? 1 : settings.candidates();
    passes.put(target.objective(), Pass.over(plan, accuracy, target, target.objective(), layers));
    for (Budget budget : target.budgets()) {
      LeastCost.Verdict verdict = LeastCost.decide(plan, target, budget);
      if (verdict instanceof LeastCost.Refuted refuted) {
        answers.add(refuted.answer());
        continue;
      }
      Pass pass =
          passes.computeIfAbsent(
              budget.quantity(), q -> Pass.over(plan, accuracy, target, q, layers));
      List<ScoredArchitecture> best = pass.best(budget, layers);
      Budget relaxed = new Budget(budget.name(), budget.constraints().subList(0, 1));
      if (!best.equals(pass.best(relaxed, layers))) {
        // The best under the first constraint alone do not all respect the others.
        double known =
            best.size() < layers
                ? Double.NEGATIVE_INFINITY
                : best.get(layers - 1).predictedAccuracy();
        best = Pass.within(plan, accuracy, target, budget, layers, known).best(budget, layers);
      }
      answers.add(new BudgetAnswer.Feasible(budget, best));
    }
    TargetFront front = passes.get(target.objective()).front();
    CostRange range = CostRange.of(plan, target, settings.referenceAccuracy());
    return new TargetResult(target.name(), front, answers, range.reference(), range.share(front));
  }

  /** What one elimination left, scored by the models themselves. */
  private static final class Pass {
    private final SearchTarget target;
    private final Quantity quantity;
    private final int length;
    private final byte[] codes;
    private final double[] accuracies;
    private final double[] costs;

    private Pass(
        AdditiveFunction accuracy,
        SearchTarget target,
        Quantity quantity,
        int length,
        byte[] codes) {
      this.target = target;
      this.quantity = quantity;
      this.length = length;
      this.codes = codes;
      this.accuracies = new double[codes.length / length];
      this.costs = new double[accuracies.length];
      accuracy.at(codes, accuracies.length, accuracies);
      target.costs().get(quantity).at(codes, costs.length, costs);
    }

    private static Pass over(
        EliminationPlan plan,
        AdditiveFunction accuracy,
        SearchTarget target,
        Quantity quantity,
        int layers) {
      byte[] codes =
          ParetoElimination.run(
              plan,
              List.of(
                  Objective.minimize(target.costs().get(quantity)),
                  Objective.minimize(accuracy.scaled(-1, 0))),
              layers);
      return new Pass(accuracy, target, quantity, plan.radices().length, codes);
    }

    private static Pass within(
        EliminationPlan plan,
        AdditiveFunction accuracy,
        SearchTarget target,
        Budget budget,
        int layers,
        double leastAccuracy) {
      List<Objective> objectives = new ArrayList<>();
      for (Constraint constraint : budget.constraints()) {
        AdditiveFunction cost = target.costs().get(constraint.quantity());
        if (objectives.isEmpty()) {
          objectives.add(Objective.minimizeWithin(cost, constraint.limit()));
          objectives.add(Objective.minimizeWithin(accuracy.scaled(-1, 0), -leastAccuracy));
        } else {
          objectives.add(Objective.within(cost, constraint.limit()));
        }
      }
      byte[] codes = ParetoElimination.run(plan, objectives, layers);
      return new Pass(accuracy, target, budget.quantity(), plan.radices().length, codes);
    }

    private TargetFront front() {
      int[] kept = NonDominated.filter(accuracies, costs, costs.length, byCode());
      return new TargetFront(quantity, Arrays.stream(kept).mapToObj(this::scored).toList());
    }

    private List<ScoredArchitecture> best(Budget budget, int count) {
      int[] admitted = new int[costs.length];
      int size = 0;
      for (int i = 0; i < costs.length; i++) {
        if (admits(budget, i)) {
          admitted[size++] = i;
        }
      }
      IntBinaryOperator tie = byCode();
      int[] order =
          IndexOrder.sorted(
              size,
              (a, b) -> {
                int i = admitted[a];
                int j = admitted[b];
                int byAccuracy = Double.compare(accuracies[j], accuracies[i]);
                int byCost = Double.compare(costs[i], costs[j]);
                return byAccuracy != 0 ? byAccuracy : byCost != 0 ? byCost : tie.applyAsInt(i, j);
              });
      return Arrays.stream(order).limit(count).mapToObj(i -> scored(admitted[i])).toList();
    }

    private boolean admits(Budget budget, int i) {
      for (Constraint constraint : budget.constraints()) {
        double cost =
            constraint.quantity() == quantity
                ? costs[i]
                : target.costs().get(constraint.quantity()).at(codes, i * length);
        if (!constraint.admits(cost)) {
          return false;
        }
      }
      return true;
    }

    private ScoredArchitecture scored(int i) {
      byte[] code = Arrays.copyOfRange(codes, i * length, (i + 1) * length);
      return target.score(Architecture.ofCanonical(code), accuracies[i]);
    }

    private IntBinaryOperator byCode() {
      return (a, b) ->
          Arrays.compareUnsigned(
              codes, a * length, (a + 1) * length, codes, b * length, (b + 1) * length);
    }
  }
}
