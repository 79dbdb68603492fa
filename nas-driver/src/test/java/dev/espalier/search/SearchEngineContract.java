package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.memory.MemoryModel;
import dev.espalier.operator.Precision;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every engine promises. */
abstract class SearchEngineContract {
  private static final SearchSpace SPACE = SyntheticSpaces.realSize();
  private static final AdditiveFunction ACCURACY = SyntheticSpaces.accuracy(SPACE, 11);

  /** The name the engine is registered under. */
  abstract String engine();

  private SearchEngine create() {
    return SearchEngine.named(engine());
  }

  /** Two targets that share a MACs model; budgets of one and two constraints, one infeasible. */
  static SearchProblem problem(long seed) {
    AdditiveFunction macs = SyntheticSpaces.macs(SPACE);
    MaxFunction peak = MemoryModel.compile(SPACE, Precision.INT8).peakBytes();
    List<SearchTarget> targets = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      AdditiveFunction latency = SyntheticSpaces.latency(SPACE, 20 + t);
      double least = latency.at(SPACE.smallest());
      double most = latency.at(SPACE.largest());
      targets.add(
          new SearchTarget(
              "target" + t,
              Quantity.LATENCY,
              Map.of(Quantity.LATENCY, latency, Quantity.MACS, macs, Quantity.PEAK_MEMORY, peak),
              List.of(
                  new Budget(
                      "walled",
                      List.of(
                          new Constraint(Quantity.LATENCY, (least + most) / 2),
                          new Constraint(Quantity.PEAK_MEMORY, peak.at(SPACE.largest()) * 3 / 4))),
                  Budget.atMost("flat", Quantity.PEAK_MEMORY, peak.at(SPACE.largest()) / 2),
                  Budget.atMost("impossible-flat", Quantity.PEAK_MEMORY, 10),
                  Budget.atMost("loose", Quantity.LATENCY, most),
                  Budget.atMost("tight", Quantity.LATENCY, least + 0.02 * (most - least)),
                  new Budget(
                      "both",
                      List.of(
                          new Constraint(Quantity.LATENCY, (least + most) / 2),
                          new Constraint(Quantity.MACS, macs.at(SPACE.largest()) / 4))),
                  Budget.atMost("impossible", Quantity.LATENCY, least / 2))));
    }
    return new SearchProblem(
        SPACE,
        targets,
        Optional.of(ACCURACY),
        SearchSettings.builder().seed(seed).population(64).evaluations(1000).candidates(5).build());
  }

  static CandidateScorer scorer(SearchProblem problem, AdditiveFunction accuracy) {
    CostColumns columns = CostColumns.of(problem.targets());
    return (codes, count, accuracies, costs) -> {
      accuracy.at(codes, count, accuracies);
      columns.costs(codes, count, costs);
    };
  }

  private SearchOutcome run(long seed) {
    SearchProblem problem = problem(seed);
    return create().search(problem, scorer(problem, ACCURACY), SearchListener.NONE);
  }

  @Test
  void isRegisteredUnderItsName() {
    assertThat(create().name()).isEqualTo(engine());
    assertThat(run(1).engine()).isEqualTo(engine());
  }

  @Test
  void sameSeedGivesAnEqualOutcome() {
    assertThat(run(7)).isEqualTo(run(7)).hasToString(run(7).toString());
  }

  @Test
  void outcomeDoesNotDependOnHowScoringIsPartitioned() {
    SearchProblem problem = problem(3);
    CandidateScorer whole = scorer(problem, ACCURACY);
    int columns = CostColumns.of(problem.targets()).count();
    int length = SPACE.length();
    for (int parts : new int[] {1, 3, 8}) {
      CandidateScorer parted =
          (codes, count, accuracies, costs) -> {
            for (int part = parts - 1; part >= 0; part--) {
              int from = part * count / parts;
              int size = (part + 1) * count / parts - from;
              double[] partAccuracies = new double[size];
              double[] partCosts = new double[size * columns];
              byte[] partCodes = Arrays.copyOfRange(codes, from * length, (from + size) * length);
              whole.score(partCodes, size, partAccuracies, partCosts);
              System.arraycopy(partAccuracies, 0, accuracies, from, size);
              System.arraycopy(partCosts, 0, costs, from * columns, size * columns);
            }
          };
      assertThat(create().search(problem, parted, SearchListener.NONE))
          .as("%d parts", parts)
          .isEqualTo(create().search(problem, whole, SearchListener.NONE));
    }
  }

  @Test
  void scoresNoArchitectureTwiceAndOnlyCanonicalOnes() {
    SearchProblem problem = problem(5);
    CandidateScorer scorer = scorer(problem, ACCURACY);
    Set<Architecture> seen = new HashSet<>();
    SearchOutcome outcome =
        create()
            .search(
                problem,
                (codes, count, accuracies, costs) -> {
                  for (int i = 0; i < count; i++) {
                    byte[] code =
                        Arrays.copyOfRange(codes, i * SPACE.length(), (i + 1) * SPACE.length());
                    Architecture architecture = Architecture.ofCanonical(code);
                    assertThat(SPACE.architecture(code)).isEqualTo(architecture);
                    assertThat(seen.add(architecture)).isTrue();
                  }
                  scorer.score(codes, count, accuracies, costs);
                },
                SearchListener.NONE);
    assertThat(outcome.evaluations()).isEqualTo(seen.size()).isLessThanOrEqualTo(1000);
  }

  @Test
  void answersEveryBudgetWithinItsLimitsOrProvesItImpossible() {
    SearchOutcome outcome = run(2);
    for (SearchTarget target : problem(2).targets()) {
      TargetResult result = outcome.target(target.name());
      assertThat(result.answers()).extracting(BudgetAnswer::budget).isEqualTo(target.budgets());
      for (BudgetAnswer answer : result.answers()) {
        if (answer.budget().name().equals("impossible-flat")) {
          BudgetAnswer.Infeasible infeasible = (BudgetAnswer.Infeasible) answer;
          SlotFunction peak = target.costs().get(Quantity.PEAK_MEMORY);
          assertThat(infeasible.leastCost()).isEqualTo(peak.at(SPACE.smallest()));
          assertThat(peak.at(infeasible.reachedBy())).isEqualTo(infeasible.leastCost());
        } else if (answer.budget().name().equals("impossible")) {
          BudgetAnswer.Infeasible infeasible = (BudgetAnswer.Infeasible) answer;
          assertThat(infeasible.binding()).isEqualTo(answer.budget().constraints().get(0));
          assertThat(infeasible.reachedBy()).isEqualTo(SPACE.smallest());
        } else {
          requireOrdered(target, (BudgetAnswer.Feasible) answer);
        }
      }
    }
  }

  private static void requireOrdered(SearchTarget target, BudgetAnswer.Feasible feasible) {
    assertThat(feasible.candidates())
        .hasSizeBetween(1, 5)
        .doesNotHaveDuplicates()
        .allMatch(feasible.budget()::admits)
        .allMatch(s -> s.equals(target.score(s.architecture(), ACCURACY.at(s.architecture()))))
        .isSortedAccordingTo(
            Comparator.comparingDouble(ScoredArchitecture::predictedAccuracy).reversed());
  }

  @Test
  void respectsWhatADeviceHasWithAndWithoutBudgets() {
    MemoryModel memory = MemoryModel.compile(SPACE, Precision.INT8);
    AdditiveFunction macs = SyntheticSpaces.macs(SPACE);
    Map<Quantity, SlotFunction> costs =
        Map.of(
            Quantity.MACS,
            macs,
            Quantity.PEAK_MEMORY,
            memory.peakBytes(),
            Quantity.WEIGHT_MEMORY,
            memory.weightBytes());
    List<Constraint> limits =
        List.of(
            new Constraint(Quantity.PEAK_MEMORY, 0.5 * memory.mostPeakBytes(), "sram"),
            new Constraint(Quantity.WEIGHT_MEMORY, 0.5 * memory.mostWeightBytes(), "flash"));
    Budget budget = Budget.atMost("half", Quantity.MACS, macs.at(SPACE.largest()) / 2);
    SearchProblem problem =
        new SearchProblem(
            SPACE,
            List.of(
                new SearchTarget("open", Quantity.MACS, costs, List.of(), limits),
                new SearchTarget("asked", Quantity.MACS, costs, List.of(budget), limits)),
            Optional.of(ACCURACY),
            SearchSettings.builder().population(64).evaluations(1000).candidates(5).build());

    SearchOutcome outcome =
        create().search(problem, scorer(problem, ACCURACY), SearchListener.NONE);

    List<ScoredArchitecture> found = new ArrayList<>();
    outcome.targets().forEach(result -> found.addAll(result.front().points()));
    assertThat(outcome.target("open").front().points()).isNotEmpty();
    BudgetAnswer.Feasible answer = (BudgetAnswer.Feasible) outcome.target("asked").answer("half");
    requireOrdered(problem.targets().get(1), answer);
    found.addAll(answer.candidates());
    assertThat(found).allMatch(s -> limits.stream().allMatch(c -> c.admits(s.cost(c.quantity()))));
  }

  @Test
  void refusesATargetWithoutBudgetsWhoseLimitsNothingFits() {
    MaxFunction peak = MemoryModel.compile(SPACE, Precision.INT8).peakBytes();
    SearchTarget target =
        new SearchTarget(
            "tiny",
            Quantity.MACS,
            Map.of(Quantity.MACS, SyntheticSpaces.macs(SPACE), Quantity.PEAK_MEMORY, peak),
            List.of(),
            List.of(new Constraint(Quantity.PEAK_MEMORY, 10, "sram of profile tiny")));
    SearchProblem problem =
        new SearchProblem(
            SPACE,
            List.of(target),
            Optional.of(ACCURACY),
            SearchSettings.builder().evaluations(100).build());
    assertThatThrownBy(
            () -> create().search(problem, scorer(problem, ACCURACY), SearchListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "no architecture has peak-memory ≤ 10 bytes (sram of profile tiny); the least possible is");
  }

  @Test
  void frontsAreMutuallyNonDominated() {
    for (TargetResult result : run(4).targets()) {
      assertThat(result.front().points()).isNotEmpty().doesNotHaveDuplicates();
      assertThat(result.front().paretoFront().size()).isEqualTo(result.front().points().size());
      assertThat(result.hypervolume()).isBetween(0.0, 1.0).isPositive();
    }
  }

  @Test
  void reportsProgressUpToTheEnd() {
    SearchProblem problem = problem(6);
    List<SearchProgress> heard = new ArrayList<>();
    create().search(problem, scorer(problem, ACCURACY), heard::add);
    assertThat(heard).extracting(SearchProgress::fraction).isSorted().last().isEqualTo(1.0);
    assertThat(heard).extracting(SearchProgress::step).startsWith(1).doesNotHaveDuplicates();
  }
}
