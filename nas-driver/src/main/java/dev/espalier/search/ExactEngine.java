package dev.espalier.search;

import dev.espalier.search.ParetoElimination.Objective;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dynamic programming over the space's factor graph, for an additive accuracy model: the whole
 * Pareto front of each target, the best few architectures under every budget, and a proof for every
 * budget that cannot be met.
 *
 * <p>Decisions are eliminated one after another ({@link ParetoElimination}); nothing is assumed
 * about the space beyond its slots. One pass with two objectives gives the front and the answers to
 * all budgets on its cost ({@link BudgetPlane}), another those on another sum. Where a budget has
 * constraints that bind beside that, or more candidates are wanted than one pass for all budgets is
 * good for, it takes a pass of its own, kept narrow by bounds ({@link BestUnderBudget}), with one
 * more objective for each further constraint on a sum; a constraint on a largest term, as a peak
 * is, drops options instead and makes the pass shorter. Ties are broken by cost and code.
 * Everything is exact up to 2⁻⁵⁰ of the largest possible sum, to which terms are rounded.
 *
 * <p>Time and memory depend on how many partial architectures stay non-dominated, not on the size
 * of the space; the widest bucket (for MobileNet-like spaces: resolution, one stage's depth, one
 * block's kernel and expansion) is a factor.
 */
public final class ExactEngine implements TargetwiseEngine {
  /** Layers of a plane that take about as long as a budget's own pass. */
  private static final int BUDGETS_WORTH = 2;

  private static final Logger log = LoggerFactory.getLogger(ExactEngine.class);

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public String description() {
    return "the whole Pareto front under the additive accuracy predictor, proven";
  }

  @Override
  public List<EngineOption> options() {
    return List.of();
  }

  @Override
  public ScoredBy scoredBy() {
    return ScoredBy.ADDITIVE_MODEL;
  }

  @Override
  public void configure(OptionValues values, SearchSettings.Builder settings) {
    // It covers the space, however large: there is nothing to choose.
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
    problem.requireAdditive("engine exact");
    List<TargetResult> results = new ArrayList<>();
    int frontSize = 0;
    double hypervolume = 0;
    for (SearchTarget target : problem.targets()) {
      TargetResult result = solve(TargetTask.of(problem), target);
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
    return outcome(problem, results);
  }

  @Override
  public TargetResult solve(TargetTask task, SearchTarget target) {
    EliminationPlan plan = EliminationPlan.of(task.space());
    LeastCost.within(plan, target);
    return solve(plan, task.accuracy(), target, task.candidates(), task.referenceAccuracy());
  }

  @Override
  public SearchOutcome outcome(SearchProblem problem, List<TargetResult> results) {
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

  /**
   * One target.
   *
   * @param candidates most in the answer to a budget
   * @param referenceAccuracy from which the hypervolume is measured
   */
  static TargetResult solve(
      EliminationPlan plan,
      AdditiveFunction accuracy,
      SearchTarget target,
      int candidates,
      double referenceAccuracy) {
    Map<Quantity, BudgetPlane> planes = planes(plan, accuracy, target, candidates);
    Optional<BudgetPlane> plane =
        limitsSums(target) ? Optional.empty() : Optional.of(planes.get(target.objective()));
    byte[] codes = plane.map(BudgetPlane::codes).orElseGet(() -> front(plan, accuracy, target));
    TargetFront front =
        plane.map(BudgetPlane::front).orElseGet(() -> scored(plan, accuracy, target, codes));
    List<BudgetAnswer> answers = new ArrayList<>();
    for (Budget budget : target.budgets()) {
      Optional<List<ScoredArchitecture>> read =
          Optional.ofNullable(planes.get(target.tieBreaker(budget)))
              .filter(p -> p.count() == candidates)
              .flatMap(p -> p.best(budget));
      if (read.isPresent()) {
        answers.add(new BudgetAnswer.Feasible(budget, read.get()));
        continue;
      }
      LeastCost.Verdict verdict = LeastCost.decide(plan, target, budget);
      if (verdict instanceof LeastCost.Witness witness) {
        byte[] known = Arrays.copyOf(codes, codes.length + plan.radices().length);
        byte[] code = witness.architecture().toBytes();
        System.arraycopy(code, 0, known, codes.length, code.length);
        answers.add(
            new BudgetAnswer.Feasible(
                budget, BestUnderBudget.find(plan, accuracy, target, budget, candidates, known)));
      } else if (verdict instanceof LeastCost.Refuted refuted) {
        answers.add(refuted.answer());
      }
    }
    CostRange range = CostRange.of(plan, target, referenceAccuracy);
    return new TargetResult(target.name(), front, answers, range.reference(), range.share(front));
  }

  /** Whether a limit of the target keeps some of the plane's architectures out. */
  private static boolean limitsSums(SearchTarget target) {
    return target.limits().stream()
        .anyMatch(limit -> target.costs().get(limit.quantity()) instanceof AdditiveFunction);
  }

  /**
   * A plane for each sum that is worth one: the front's, where no device limits another sum, and
   * those on which many budgets are for the candidates that they want.
   */
  private static Map<Quantity, BudgetPlane> planes(
      EliminationPlan plan, AdditiveFunction accuracy, SearchTarget target, int candidates) {
    Map<Quantity, BudgetPlane> planes = new EnumMap<>(Quantity.class);
    Map<Quantity, Long> budgets =
        target.budgets().stream()
            .collect(Collectors.groupingBy(target::tieBreaker, Collectors.counting()));
    for (Quantity quantity : Quantity.values()) {
      long asked = budgets.getOrDefault(quantity, 0L);
      boolean many = asked * BUDGETS_WORTH >= candidates;
      if (quantity == target.objective() && !limitsSums(target)) {
        planes.put(
            quantity, new BudgetPlane(plan, accuracy, target, quantity, many ? candidates : 1));
      } else if (asked > 1 && many) {
        planes.put(quantity, new BudgetPlane(plan, accuracy, target, quantity, candidates));
      }
    }
    return planes;
  }

  private static byte[] front(
      EliminationPlan plan, AdditiveFunction accuracy, SearchTarget target) {
    List<Objective> objectives = new ArrayList<>();
    objectives.add(Objective.minimize(target.objectiveCost()));
    objectives.add(Objective.minimize(accuracy.scaled(-1, 0)));
    for (Constraint limit : target.limits()) {
      if (target.costs().get(limit.quantity()) instanceof AdditiveFunction sum) {
        objectives.add(Objective.within(sum, limit.limit()));
      }
    }
    return ParetoElimination.run(plan.under(target, target.limits()), objectives, 1, List.of());
  }

  /** The front by the models' own sums, which may differ in the last bits. */
  private static TargetFront scored(
      EliminationPlan plan, AdditiveFunction accuracy, SearchTarget target, byte[] codes) {
    int length = plan.radices().length;
    List<ScoredArchitecture> points = new ArrayList<>();
    for (int offset = 0; offset < codes.length; offset += length) {
      byte[] code = Arrays.copyOfRange(codes, offset, offset + length);
      if (target.fits(code, 0)) {
        points.add(target.score(Architecture.ofCanonical(code), accuracy.at(code, 0)));
      }
    }
    return TargetFront.of(target.objective(), points);
  }
}
