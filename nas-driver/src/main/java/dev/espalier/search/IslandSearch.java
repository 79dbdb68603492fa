package dev.espalier.search;

import dev.espalier.space.Architecture;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine on islands: several searches, each with its own random streams and for all targets,
 * that exchange their elites every few generations. Between two exchanges the islands need nothing
 * of each other, so that a leg of all of them is one stage of work.
 *
 * <p>The outcome depends on the number of islands, never on where they are. Each island gets the
 * best of every budget and some of every front from itself and from the island before it, in a ring
 * (Cantú-Paz, <em>A Survey of Parallel Genetic Algorithms</em>, 1998).
 */
public final class IslandSearch {
  private static final Logger log = LoggerFactory.getLogger(IslandSearch.class);

  /** Points of a target's front that migrate at most. */
  private static final int MIGRANTS = 8;

  private final SearchEngine engine;
  private final SearchProblem problem;
  private final SearchSettings settings;
  private final EliminationPlan plan;
  private final List<TargetResult> merged = new ArrayList<>();

  /** Runs legs, in parallel. */
  @FunctionalInterface
  public interface Runner {
    /** What each found, in their order. */
    List<IslandLeg.Found> run(List<IslandLeg> legs);
  }

  private IslandSearch(SearchEngine engine, SearchProblem problem) {
    this.engine = engine;
    this.problem = problem;
    this.settings = problem.settings();
    this.plan = EliminationPlan.of(problem.space());
  }

  /** Searches on as many islands as the settings say. */
  public static SearchOutcome run(
      SearchEngine engine, SearchProblem problem, Runner runner, SearchListener listener) {
    return new IslandSearch(engine, problem).run(runner, listener);
  }

  /** Runs one leg; the same leg finds the same anywhere. */
  public static IslandLeg.Found run(
      SearchEngine engine, SearchProblem problem, IslandLeg leg, CandidateScorer scorer) {
    SearchProblem own =
        new SearchProblem(
            problem.space(), problem.targets(), problem.additiveAccuracy(), leg.settings());
    return IslandLeg.Found.of(engine.search(own, scorer, SearchListener.NONE));
  }

  private SearchOutcome run(Runner runner, SearchListener listener) {
    long began = settings.nanoClock().getAsLong();
    int legs = (settings.generations() + settings.migration() - 1) / settings.migration();
    List<GenerationRecord> records = new ArrayList<>();
    List<List<TargetResult>> last = List.of();
    long evaluations = 0;
    long duplicates = 0;
    long rejected = 0;
    StopReason stop = null;
    for (int number = 0; stop == null; number++) {
      int generations =
          Math.min(settings.migration(), settings.generations() - number * settings.migration());
      List<IslandLeg> next = new ArrayList<>();
      for (int island = 0; island < settings.islands(); island++) {
        next.add(IslandLeg.of(settings, island, number, migrants(last, island), generations));
      }
      last = new ArrayList<>();
      for (IslandLeg.Found found : runner.run(next)) {
        evaluations += found.evaluations();
        duplicates += found.duplicates();
        rejected += found.rejected();
        List<TargetResult> results = new ArrayList<>();
        for (int t = 0; t < found.targets().size(); t++) {
          results.add(
              found.targets().get(t).result(problem.targets().get(t), problem.space().length()));
        }
        last.add(results);
        merge(results);
      }
      int frontSize = merged.stream().mapToInt(r -> r.front().points().size()).sum();
      double hypervolume =
          merged.stream().mapToDouble(TargetResult::hypervolume).sum() / merged.size();
      records.add(
          new GenerationRecord(number, evaluations, duplicates, rejected, frontSize, hypervolume));
      log.info(
          "{} on {} islands, seed {}: leg {}: {} scored, front {}, hypervolume {}",
          engine.name(),
          settings.islands(),
          settings.seed(),
          number,
          evaluations,
          frontSize,
          hypervolume);
      listener.progressed(
          new SearchProgress(number + 1, legs, evaluations, 0, frontSize, hypervolume));
      stop = stop(number, legs, evaluations, records, began);
    }
    return new SearchOutcome(
        engine.name(),
        settings.seed(),
        settings.start() == SearchSettings.Start.EXACT
            ? Optimality.BEGUN_AT_ADDITIVE_OPTIMUM
            : Optimality.NOT_PROVEN,
        stop,
        BigInteger.valueOf(evaluations),
        records,
        merged);
  }

  private StopReason stop(
      int number, int legs, long evaluations, List<GenerationRecord> records, long began) {
    String islands = " on each of %d islands".formatted(settings.islands());
    int still = (settings.stagnation() + settings.migration() - 1) / settings.migration();
    if (number + 1 == legs) {
      return new StopReason(
          StopReason.Kind.GENERATIONS,
          settings.generations() + " generations" + islands + ", as asked for");
    }
    if (evaluations >= settings.evaluations()) {
      return new StopReason(
          StopReason.Kind.EVALUATIONS,
          "%d evaluations%s together, %d asked for"
              .formatted(evaluations, islands, settings.evaluations()));
    }
    if (still > 0
        && number >= still
        && records.get(number).hypervolume() - records.get(number - still).hypervolume()
            < GenerationalSearch.LEAST_GAIN) {
      return new StopReason(
          StopReason.Kind.STAGNATION,
          "%d generations without a gain of hypervolume%s, as asked for"
              .formatted(still * settings.migration(), islands));
    }
    if (!settings.timeLimit().isZero()
        && settings.nanoClock().getAsLong() - began >= settings.timeLimit().toNanos()) {
      return new StopReason(
          StopReason.Kind.TIME_LIMIT,
          "time limit of %d s, as asked for, after %d generations%s; another run may get further"
              .formatted(
                  settings.timeLimit().toSeconds(), (number + 1) * settings.migration(), islands));
    }
    return null;
  }

  /** The elites of an island and of the one before it. */
  private List<Architecture> migrants(List<List<TargetResult>> last, int island) {
    Set<Architecture> migrants = new LinkedHashSet<>(settings.warmStart());
    if (!last.isEmpty()) {
      elites(last.get(island), migrants);
      elites(last.get((island + last.size() - 1) % last.size()), migrants);
    }
    return List.copyOf(migrants);
  }

  private static void elites(List<TargetResult> results, Set<Architecture> into) {
    for (TargetResult result : results) {
      for (BudgetAnswer answer : result.answers()) {
        if (answer instanceof BudgetAnswer.Feasible feasible) {
          feasible.candidates().forEach(scored -> into.add(scored.architecture()));
        }
      }
      List<ScoredArchitecture> front = result.front().points();
      int taken = Math.min(MIGRANTS, front.size());
      for (int i = 0; i < taken; i++) {
        into.add(front.get((int) ((long) i * front.size() / taken)).architecture());
      }
    }
  }

  private void merge(List<TargetResult> results) {
    for (int t = 0; t < results.size(); t++) {
      if (merged.size() <= t) {
        merged.add(results.get(t));
      } else {
        merged.set(t, merged(problem.targets().get(t), merged.get(t), results.get(t)));
      }
    }
  }

  private TargetResult merged(SearchTarget target, TargetResult one, TargetResult other) {
    TargetFront front =
        TargetFront.of(target.objective(), distinct(one.front().points(), other.front().points()));
    List<BudgetAnswer> answers = new ArrayList<>();
    for (int b = 0; b < target.budgets().size(); b++) {
      Budget budget = target.budgets().get(b);
      if (one.answers().get(b) instanceof BudgetAnswer.Feasible first
          && other.answers().get(b) instanceof BudgetAnswer.Feasible second) {
        answers.add(
            new BudgetAnswer.Feasible(
                budget,
                distinct(first.candidates(), second.candidates()).stream()
                    .sorted(
                        Comparator.comparingDouble(ScoredArchitecture::predictedAccuracy)
                            .reversed()
                            .thenComparingDouble(s -> s.cost(target.tieBreaker(budget)))
                            .thenComparing(ScoredArchitecture::architecture))
                    .limit(settings.candidates())
                    .toList()));
      } else {
        answers.add(one.answers().get(b));
      }
    }
    CostRange range = CostRange.of(plan, target, settings.referenceAccuracy());
    return new TargetResult(target.name(), front, answers, one.reference(), range.share(front));
  }

  private static List<ScoredArchitecture> distinct(
      List<ScoredArchitecture> one, List<ScoredArchitecture> other) {
    Map<Architecture, ScoredArchitecture> all = new LinkedHashMap<>();
    one.forEach(scored -> all.put(scored.architecture(), scored));
    other.forEach(scored -> all.putIfAbsent(scored.architecture(), scored));
    return List.copyOf(all.values());
  }
}
