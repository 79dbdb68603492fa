package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.pareto.ParetoFront;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationalEnginesTest {
  private static final OfaMobileNetV3 SPACE = SyntheticSpaces.realSize();

  /** Additive, but two neighbours of equal kernel lose a little: no additive model can say that. */
  private static CandidateScorer interacting(SearchProblem problem, long seed) {
    AdditiveFunction additive = SyntheticSpaces.accuracy(SPACE, seed);
    CostColumns columns = CostColumns.of(problem.targets());
    int length = SPACE.length();
    return (codes, count, accuracies, costs) -> {
      additive.at(codes, count, accuracies);
      for (int i = 0; i < count; i++) {
        for (int b = 1; b < SPACE.blocks().size(); b++) {
          int before = codes[i * length + SPACE.blocks().get(b - 1).kernelDecision()];
          int here = codes[i * length + SPACE.blocks().get(b).kernelDecision()];
          accuracies[i] -= before == here ? 2e-4 : 0;
        }
      }
      columns.costs(codes, count, costs);
    };
  }

  private static SearchProblem problem(int targets, SearchSettings settings) {
    return problem(targets, 0.5, settings);
  }

  private static SearchProblem problem(int targets, double share, SearchSettings settings) {
    List<SearchTarget> list = new ArrayList<>();
    for (int t = 0; t < targets; t++) {
      AdditiveFunction latency = SyntheticSpaces.latency(SPACE, 40 + t);
      list.add(
          new SearchTarget(
              "target" + t,
              Quantity.LATENCY,
              Map.of(Quantity.LATENCY, latency),
              List.of(
                  Budget.atMost("share", Quantity.LATENCY, share * latency.at(SPACE.largest())))));
    }
    return new SearchProblem(SPACE, list, Optional.empty(), settings);
  }

  @Test
  void evolutionBeatsRandomAtEqualEvaluationsOverFiveSeeds() {
    for (int targets : new int[] {1, 4}) {
      for (long seed = 1; seed <= 5; seed++) {
        SearchProblem problem =
            problem(
                targets,
                SearchSettings.builder()
                    .seed(seed)
                    .population(100)
                    .evaluations(3000)
                    .referenceAccuracy(0.85)
                    .build());
        CandidateScorer scorer = interacting(problem, seed);
        SearchOutcome evolution =
            new EvolutionEngine().search(problem, scorer, SearchListener.NONE);
        SearchOutcome random = new RandomEngine().search(problem, scorer, SearchListener.NONE);
        assertThat(evolution.evaluations()).isEqualTo(random.evaluations()).isEqualTo(3000);
        for (SearchTarget target : problem.targets()) {
          assertThat(evolution.target(target.name()).hypervolume())
              .as("seed %d, %s of %d", seed, target.name(), targets)
              .isGreaterThan(random.target(target.name()).hypervolume());
          assertThat(accuracy(evolution, target))
              .as("seed %d, %s of %d", seed, target.name(), targets)
              .isGreaterThan(accuracy(random, target));
        }
      }
    }
  }

  private static double accuracy(SearchOutcome outcome, SearchTarget target) {
    return ((BudgetAnswer.Feasible) outcome.target(target.name()).answer("share"))
        .best()
        .predictedAccuracy();
  }

  @Test
  void evolutionComesNearTheExactFrontOfAnAdditiveModel() {
    SearchProblem sampled =
        problem(
            1,
            1.0,
            SearchSettings.builder()
                .seed(3)
                .population(200)
                .evaluations(20_000)
                .referenceAccuracy(0.85)
                .build());
    AdditiveFunction accuracy = SyntheticSpaces.accuracy(SPACE, 8);
    SearchProblem problem =
        new SearchProblem(SPACE, sampled.targets(), Optional.of(accuracy), sampled.settings());
    CandidateScorer scorer = SearchEngineContract.scorer(problem, accuracy);
    double exact =
        new ExactEngine()
            .search(problem, scorer, SearchListener.NONE)
            .target("target0")
            .hypervolume();
    double evolution =
        new EvolutionEngine()
            .search(problem, scorer, SearchListener.NONE)
            .target("target0")
            .hypervolume();
    assertThat(evolution).isLessThanOrEqualTo(exact).isGreaterThan(0.98 * exact);
  }

  @Test
  void hypervolumeNeverFallsFromGenerationToGeneration() {
    SearchProblem problem = problem(2, SearchSettings.builder().evaluations(2000).build());
    SearchOutcome outcome =
        new EvolutionEngine().search(problem, interacting(problem, 1), SearchListener.NONE);
    assertThat(outcome.generations())
        .extracting(GenerationRecord::hypervolume)
        .hasSizeGreaterThan(5)
        .isSorted();
    assertThat(outcome.stop())
        .isEqualTo(new StopReason(StopReason.Kind.EVALUATIONS, "2000 evaluations, as asked for"));
  }

  @Test
  void warmStartIsScoredFirstAndNeverLost() {
    SearchProblem cold = problem(1, SearchSettings.builder().evaluations(3000).build());
    CandidateScorer scorer = interacting(cold, 2);
    SearchOutcome before = new EvolutionEngine().search(cold, scorer, SearchListener.NONE);
    SearchProblem warm =
        problem(
            1,
            SearchSettings.builder()
                .seed(99)
                .generations(1)
                .warmStart(before.architectures())
                .build());
    SearchOutcome after = new EvolutionEngine().search(warm, scorer, SearchListener.NONE);
    ParetoFront united =
        before
            .target("target0")
            .front()
            .paretoFront()
            .union(after.target("target0").front().paretoFront());
    assertThat(after.target("target0").front().paretoFront()).isEqualTo(united);
    assertThat(after.stop().kind()).isEqualTo(StopReason.Kind.GENERATIONS);
  }

  @Test
  void aTightBudgetIsAnsweredEvenWhereSamplingNeverMeetsIt() {
    AdditiveFunction macs = SyntheticSpaces.macs(SPACE);
    SearchProblem problem =
        new SearchProblem(
            SPACE,
            List.of(
                new SearchTarget(
                    "host",
                    Quantity.MACS,
                    Map.of(Quantity.MACS, macs),
                    List.of(Budget.atMost("least", Quantity.MACS, macs.at(SPACE.smallest()))))),
            Optional.empty(),
            SearchSettings.builder().population(4).attempts(25).build());
    SearchOutcome outcome =
        new RandomEngine()
            .search(
                problem,
                SearchEngineContract.scorer(problem, SyntheticSpaces.accuracy(SPACE, 1)),
                SearchListener.NONE);
    assertThat(((BudgetAnswer.Feasible) outcome.target("host").answer("least")).candidates())
        .extracting(ScoredArchitecture::architecture)
        .containsExactly(SPACE.smallest());
    assertThat(outcome.stop())
        .isEqualTo(
            new StopReason(
                StopReason.Kind.EXHAUSTED,
                "generation 1: no new candidate in 100 proposals; so far 0 were duplicates and 175 met no budget, most often because of macs ≤ %d MACs (budget least of target host)"
                    .formatted((long) macs.at(SPACE.smallest()))));
  }

  @Test
  void endsWhenTheWholeSpaceIsScored() {
    SearchSpace space = SyntheticSpaces.small();
    AdditiveFunction macs = SyntheticSpaces.macs(space);
    AdditiveFunction accuracy = SyntheticSpaces.accuracy(space, 1);
    SearchTarget target =
        new SearchTarget("host", Quantity.MACS, Map.of(Quantity.MACS, macs), List.of());
    SearchProblem problem =
        new SearchProblem(
            space,
            List.of(target),
            Optional.empty(),
            SearchSettings.builder().attempts(2000).build());
    SearchOutcome outcome =
        new RandomEngine()
            .search(problem, SearchEngineContract.scorer(problem, accuracy), SearchListener.NONE);
    assertThat(outcome.stop().kind()).isEqualTo(StopReason.Kind.COMPLETE);
    assertThat(outcome.target("host").front().points())
        .isEqualTo(BruteForce.front(BruteForce.scored(space, target, accuracy), Quantity.MACS));
  }

  @Test
  void namesTheArchitectureWhosePredictionIsNotFinite() {
    SearchProblem problem = problem(1, SearchSettings.builder().build());
    Architecture smallest = SPACE.smallest();
    assertThatThrownBy(
            () ->
                new RandomEngine()
                    .search(
                        problem,
                        (codes, count, accuracies, costs) -> accuracies[0] = Double.NaN,
                        SearchListener.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the accuracy predictor gave NaN for architecture %s; it must give finite numbers",
            SPACE.format(smallest));
  }

  @Test
  void unknownEnginesAreRefusedByName() {
    assertThatThrownBy(() -> SearchEngine.named("annealing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown search engine 'annealing'; known engines: [random, evolution, exact]");
  }

  private static SearchOutcome evolve(SearchSettings settings) {
    SearchProblem problem = problem(2, settings);
    return new EvolutionEngine().search(problem, interacting(problem, 1), SearchListener.NONE);
  }

  @Test
  void evolutionStopsWhenTheHypervolumeStagnates() {
    SearchSettings.Builder settings =
        SearchSettings.builder().seed(1).population(20).evaluations(1_000_000).generations(2000);
    SearchOutcome outcome = evolve(settings.stagnation(15).build());

    List<GenerationRecord> records = outcome.generations();
    int last = records.size() - 1;
    assertThat(outcome.stop().kind()).isEqualTo(StopReason.Kind.STAGNATION);
    assertThat(outcome.stop().message())
        .isEqualTo(
            "15 generations without a gain of hypervolume, as asked for, after %d in all"
                .formatted(records.size()));
    assertThat(records.get(last).hypervolume())
        .isCloseTo(records.get(last - 15).hypervolume(), within(1e-7));
    assertThat(records.get(last - 1).hypervolume() - records.get(last - 16).hypervolume())
        .as("not one generation later than it could")
        .isGreaterThan(1e-7);
  }

  @Test
  void evolutionStopsWhenItsTimeIsOverAndSaysSo() {
    long[] nanos = {5};
    SearchOutcome outcome =
        evolve(
            SearchSettings.builder()
                .seed(1)
                .population(20)
                .timeLimit(Duration.ofSeconds(7))
                // Read once at the beginning and once after each generation, of two seconds.
                .nanoClock(() -> nanos[0] += 2_000_000_000L)
                .build());

    assertThat(outcome.stop())
        .isEqualTo(
            new StopReason(
                StopReason.Kind.TIME_LIMIT,
                "time limit of 7 s, as asked for, after 4 generations; another run may get further"));
    assertThat(outcome.generations()).hasSize(4);
  }

  @Test
  void evolutionStopsAtTheEvaluationsARequestSets() {
    SearchSettings.Builder settings = SearchSettings.builder();
    EvolutionEngine engine = new EvolutionEngine();
    engine.configure(
        OptionValues.builder(engine.options())
            .whole("population", 20)
            .whole("evaluations", 130)
            .word("start", "random")
            .build(),
        settings);

    SearchOutcome outcome = evolve(settings.build());

    assertThat(outcome.stop().kind()).isEqualTo(StopReason.Kind.EVALUATIONS);
    assertThat(outcome.evaluations()).isEqualTo(130);
  }
}
