package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.search.Budget;
import dev.espalier.search.BudgetAnswer;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.EvolutionEngine;
import dev.espalier.search.IslandLeg;
import dev.espalier.search.IslandSearch;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.search.SearchListener;
import dev.espalier.search.SearchOutcome;
import dev.espalier.search.SearchProblem;
import dev.espalier.search.SearchSettings;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.StopReason;
import dev.espalier.search.TargetResult;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Evolution on islands, on Spark. */
class IslandSearchIT {
  private static final SearchSpace SPACE = SparkTesting.space();
  private static final AccuracyPredictor PREDICTOR = SyntheticPredictors.mlp(SPACE);

  private static SearchProblem problem(int islands) {
    List<SearchTarget> targets = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      int kernel = t;
      AdditiveFunction cost =
          AdditiveFunction.compile(
              SPACE,
              0,
              (slot, code) ->
                  SPACE.operators(slot, code).stream()
                      .mapToDouble(o -> o.macs() * (1 + kernel * o.kernel()))
                      .sum());
      double least = cost.at(SPACE.smallest());
      double most = cost.at(SPACE.largest());
      targets.add(
          new SearchTarget(
              "target" + t,
              Quantity.LATENCY,
              Map.of(Quantity.LATENCY, cost),
              List.of(
                  Budget.atMost("half", Quantity.LATENCY, (least + most) / 2),
                  Budget.atMost("tight", Quantity.LATENCY, least + (most - least) / 10),
                  Budget.atMost("impossible", Quantity.LATENCY, least / 2))));
    }
    return new SearchProblem(
        SPACE,
        targets,
        Optional.of(SyntheticPredictors.additive(SPACE, 1, 3).function()),
        SearchSettings.builder()
            .seed(3)
            .population(16)
            .generations(9)
            .evaluations(100_000)
            .candidates(3)
            .islands(islands)
            .migration(3)
            .build());
  }

  private static SearchOutcome search(SearchProblem problem, IslandSearch.Runner runner) {
    return IslandSearch.run(new EvolutionEngine(), problem, runner, SearchListener.NONE);
  }

  private static SearchOutcome onSpark(SearchProblem problem, OptionalInt partitions) {
    return search(
        problem,
        new SparkSearchBackend(SparkTesting.session(), partitions)
            .islands(new EvolutionEngine(), problem, PREDICTOR));
  }

  @Test
  void theOutcomeDependsOnTheIslandsNeverOnWhereTheyAre() {
    SearchProblem problem = problem(4);
    CostColumns columns = CostColumns.of(problem.targets());
    CandidateScorer scorer =
        (codes, count, accuracies, costs) -> {
          PREDICTOR.predict(codes, count, accuracies);
          columns.costs(codes, count, costs);
        };
    List<IslandLeg> legs = new ArrayList<>();
    SearchOutcome here =
        search(
            problem,
            next -> {
              legs.addAll(next);
              return next.stream()
                  .map(leg -> IslandSearch.run(new EvolutionEngine(), problem, leg, scorer))
                  .toList();
            });

    assertThat(onSpark(problem, OptionalInt.of(1))).isEqualTo(here);
    assertThat(onSpark(problem, OptionalInt.of(3))).isEqualTo(here);
    assertThat(onSpark(problem, OptionalInt.empty())).isEqualTo(here);
    assertThat(onSpark(problem(3), OptionalInt.empty())).isNotEqualTo(here);
    assertThat(here.stop())
        .isEqualTo(
            new StopReason(
                StopReason.Kind.GENERATIONS, "9 generations on each of 4 islands, as asked for"));
    assertThat(legs).hasSize(12);
    Set<Long> seeds = new HashSet<>();
    legs.forEach(leg -> seeds.add(leg.settings().seed()));
    assertThat(seeds).as("every leg has streams of its own").hasSize(12);
    assertThat(legs.subList(0, 4)).allMatch(leg -> leg.settings().warmStart().isEmpty());
    assertThat(legs.subList(4, 12)).allMatch(leg -> !leg.settings().warmStart().isEmpty());
  }

  @Test
  void whatIslandsFoundTogetherIsNoWorseThanAnyOfTheirLegs() {
    SearchProblem problem = problem(3);
    List<IslandLeg.Found> found = new ArrayList<>();
    IslandSearch.Runner spark =
        new SparkSearchBackend(SparkTesting.session(), OptionalInt.empty())
            .islands(new EvolutionEngine(), problem, PREDICTOR);

    SearchOutcome outcome =
        search(
            problem,
            legs -> {
              List<IslandLeg.Found> leg = spark.run(legs);
              found.addAll(leg);
              return leg;
            });

    assertThat(outcome.evaluations())
        .isEqualTo(found.stream().mapToLong(IslandLeg.Found::evaluations).sum());
    for (int t = 0; t < 2; t++) {
      SearchTarget target = problem.targets().get(t);
      TargetResult whole = outcome.targets().get(t);
      assertThat(whole.answer("impossible")).isInstanceOf(BudgetAnswer.Infeasible.class);
      for (IslandLeg.Found leg : found) {
        TargetResult part = leg.targets().get(t).result(target, SPACE.length());
        assertThat(whole.hypervolume()).isGreaterThanOrEqualTo(part.hypervolume());
        for (String budget : List.of("half", "tight")) {
          ScoredArchitecture best = ((BudgetAnswer.Feasible) whole.answer(budget)).best();
          assertThat(best.predictedAccuracy())
              .isGreaterThanOrEqualTo(
                  ((BudgetAnswer.Feasible) part.answer(budget)).best().predictedAccuracy());
        }
      }
    }
  }
}
