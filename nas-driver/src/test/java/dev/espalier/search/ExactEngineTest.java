package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.memory.MemoryModel;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotFunction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactEngineTest {
  private static final CandidateScorer NO_SCORER =
      (codes, count, accuracies, costs) -> {
        throw new AssertionError("exact scores no candidates one by one");
      };

  @Test
  void equalsBruteForceOnRandomTableSpacesWithManyTies() {
    for (long seed = 0; seed < 150; seed++) {
      RandomGenerator random = SyntheticSpaces.random(seed);
      SearchSpace space = TableSpace.random(random);
      compareWithBruteForce(
          "seed " + seed,
          space,
          SyntheticSpaces.coarse(space, random, 4),
          Map.of(
              Quantity.LATENCY, SyntheticSpaces.coarse(space, random, 5),
              Quantity.MACS, SyntheticSpaces.coarse(space, random, 3),
              Quantity.PARAMETERS, SyntheticSpaces.coarse(space, random, 3)),
          MaxFunction.compile(space, (slot, code) -> (1 + random.nextInt(6)) / 8.0),
          random);
    }
  }

  @Test
  void equalsBruteForceOnRandomTableSpacesWithRealValues() {
    for (long seed = 1000; seed < 1100; seed++) {
      RandomGenerator random = SyntheticSpaces.random(seed);
      SearchSpace space = TableSpace.random(random);
      compareWithBruteForce(
          "seed " + seed,
          space,
          SyntheticSpaces.smooth(space, random),
          Map.of(
              Quantity.LATENCY, SyntheticSpaces.smooth(space, random),
              Quantity.MACS, SyntheticSpaces.smooth(space, random),
              Quantity.PARAMETERS, SyntheticSpaces.smooth(space, random)),
          MaxFunction.compile(space, (slot, code) -> 1 + random.nextDouble()),
          random);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void equalsBruteForceOnASmallMobileNetSpace(long seed) {
    SearchSpace space = SyntheticSpaces.small();
    compareWithBruteForce(
        "seed " + seed,
        space,
        SyntheticSpaces.accuracy(space, seed),
        SyntheticSpaces.costs(space, seed + 100),
        MemoryModel.compile(space, Precision.INT8).peakBytes(),
        SyntheticSpaces.random(seed));
  }

  @Test
  void equalsBruteForceOnTheCellsOfNasBench201() {
    long seed = 1;
    SearchSpace space = SyntheticSpaces.nasBench201();
    RandomGenerator random = SyntheticSpaces.random(seed);
    compareWithBruteForce(
        "real values, seed " + seed,
        space,
        SyntheticSpaces.smooth(space, random),
        Map.of(
            Quantity.LATENCY, SyntheticSpaces.smooth(space, random),
            Quantity.MACS, SyntheticSpaces.macs(space),
            Quantity.PARAMETERS, SyntheticSpaces.parameters(space)),
        MaxFunction.compile(space, (slot, code) -> 1 + random.nextDouble()),
        random);
    compareWithBruteForce(
        "ties, seed " + seed,
        space,
        SyntheticSpaces.coarse(space, random, 4),
        Map.of(
            Quantity.LATENCY, SyntheticSpaces.coarse(space, random, 5),
            Quantity.MACS, SyntheticSpaces.coarse(space, random, 3),
            Quantity.PARAMETERS, SyntheticSpaces.coarse(space, random, 3)),
        MaxFunction.compile(space, (slot, code) -> (1 + random.nextInt(6)) / 8.0),
        random);
  }

  @Test
  void compiledMacsOfNasBench201AreTheSumOverOperators() {
    SearchSpace space = SyntheticSpaces.nasBench201();
    AdditiveFunction macs = SyntheticSpaces.macs(space);
    AdditiveFunction parameters = SyntheticSpaces.parameters(space);
    for (Architecture architecture : BruteForce.architectures(space)) {
      assertThat(macs.at(architecture))
          .as(space.format(architecture))
          .isEqualTo(space.lower(architecture).stream().mapToLong(Operator::macs).sum());
      assertThat(parameters.at(architecture))
          .as(space.format(architecture))
          .isEqualTo(space.parameters(architecture));
    }
  }

  private static void compareWithBruteForce(
      String label,
      SearchSpace space,
      AdditiveFunction accuracy,
      Map<Quantity, AdditiveFunction> sums,
      MaxFunction peak,
      RandomGenerator random) {
    Map<Quantity, SlotFunction> costs = new EnumMap<>(sums);
    costs.put(Quantity.PEAK_MEMORY, peak);
    SearchTarget unlimited = new SearchTarget("t", Quantity.LATENCY, costs, List.of());
    List<ScoredArchitecture> all = BruteForce.scored(space, unlimited, accuracy);
    List<Constraint> limits = new ArrayList<>();
    for (Quantity quantity : List.of(Quantity.PEAK_MEMORY, Quantity.PARAMETERS)) {
      if (random.nextInt(3) == 0) {
        double limit = limit(all, quantity, random).limit();
        limits.add(new Constraint(quantity, limit, quantity + " of device t"));
      }
    }
    SearchTarget target =
        new SearchTarget("t", Quantity.LATENCY, costs, budgets(all, random), limits);
    int count = random.nextInt(1, 7);
    TargetResult result =
        new ExactEngine()
            .search(
                new SearchProblem(
                    space,
                    List.of(target),
                    Optional.of(accuracy),
                    SearchSettings.builder().candidates(count).build()),
                NO_SCORER,
                SearchListener.NONE)
            .target("t");
    List<ScoredArchitecture> fitting =
        all.stream()
            .filter(s -> limits.stream().allMatch(c -> c.admits(s.cost(c.quantity()))))
            .toList();
    assertThat(result.front().points())
        .as("front within %s, %s", limits, label)
        .isEqualTo(BruteForce.front(fitting, Quantity.LATENCY));
    for (Budget budget : target.budgets()) {
      List<ScoredArchitecture> expected = BruteForce.best(fitting, target, budget, count);
      BudgetAnswer answer = result.answer(budget.name());
      if (expected.isEmpty()) {
        requireProof(label, all, (BudgetAnswer.Infeasible) answer);
      } else {
        assertThat(answer)
            .as("%s, %s, best %d", label, budget, count)
            .isEqualTo(new BudgetAnswer.Feasible(budget, expected));
      }
    }
  }

  private static void requireProof(
      String label, List<ScoredArchitecture> all, BudgetAnswer.Infeasible answer) {
    Budget budget = answer.budget();
    int position = budget.constraints().indexOf(answer.binding());
    List<ScoredArchitecture> left = all;
    for (Constraint earlier : budget.constraints().subList(0, position)) {
      left = left.stream().filter(s -> earlier.admits(s.cost(earlier.quantity()))).toList();
    }
    Quantity quantity = answer.binding().quantity();
    double least = left.stream().mapToDouble(s -> s.cost(quantity)).min().orElseThrow();
    assertThat(answer.leastCost()).as("%s, %s", label, budget).isEqualTo(least);
    assertThat(answer.leastCost()).isGreaterThan(answer.binding().limit());
    assertThat(left)
        .as("%s, %s: reached by", label, budget)
        .anyMatch(s -> s.architecture().equals(answer.reachedBy()) && s.cost(quantity) == least);
  }

  /** Limits taken from architectures of the space (so that equality counts), and from below it. */
  private static List<Budget> budgets(List<ScoredArchitecture> all, RandomGenerator random) {
    List<Budget> budgets = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      budgets.add(new Budget("latency" + i, List.of(limit(all, Quantity.LATENCY, random))));
    }
    budgets.add(new Budget("macs", List.of(limit(all, Quantity.MACS, random))));
    for (int i = 0; i < 3; i++) {
      budgets.add(
          new Budget(
              "two" + i,
              List.of(limit(all, Quantity.LATENCY, random), limit(all, Quantity.MACS, random))));
      budgets.add(
          new Budget(
              "three" + i,
              List.of(
                  limit(all, Quantity.PARAMETERS, random),
                  limit(all, Quantity.LATENCY, random),
                  limit(all, Quantity.MACS, random))));
    }
    for (int i = 0; i < 3; i++) {
      Constraint peak = limit(all, Quantity.PEAK_MEMORY, random);
      budgets.add(new Budget("peak" + i, List.of(peak)));
      budgets.add(new Budget("peak-last" + i, List.of(limit(all, Quantity.LATENCY, random), peak)));
      budgets.add(
          new Budget(
              "peak-between" + i,
              List.of(
                  limit(all, Quantity.MACS, random), peak, limit(all, Quantity.LATENCY, random))));
    }
    budgets.add(Budget.atMost("none", Quantity.LATENCY, 1e-9));
    budgets.add(Budget.atMost("no-peak", Quantity.PEAK_MEMORY, 1e-9));
    budgets.add(
        new Budget(
            "no-peak-under",
            List.of(
                limit(all, Quantity.LATENCY, random), new Constraint(Quantity.PEAK_MEMORY, 1e-9))));
    return budgets;
  }

  private static Constraint limit(
      List<ScoredArchitecture> all, Quantity quantity, RandomGenerator random) {
    return new Constraint(quantity, all.get(random.nextInt(all.size())).cost(quantity));
  }

  @Test
  void saysHowLowABudgetCanGo() {
    SearchSpace space = SyntheticSpaces.realSize();
    AdditiveFunction macs = SyntheticSpaces.macs(space);
    SearchTarget target =
        new SearchTarget(
            "host",
            Quantity.MACS,
            Map.of(Quantity.MACS, macs),
            List.of(Budget.atMost("tiny", Quantity.MACS, 1000)));
    BudgetAnswer.Infeasible answer =
        (BudgetAnswer.Infeasible)
            solve(space, SyntheticSpaces.accuracy(space, 1), target).answer("tiny");
    assertThat(answer.reachedBy()).isEqualTo(space.smallest());
    assertThat(answer.leastCost()).isEqualTo(space.macs(space.smallest()));
    assertThat(answer.message("host"))
        .isEqualTo(
            "target host, budget tiny: no architecture has macs ≤ 1000 MACs; the least possible is %d MACs: raise the limit to at least that, or widen the space"
                .formatted(space.macs(space.smallest())));
  }

  @Test
  void saysHowLowAPeakCanGoOnADevice() {
    SearchSpace space = SyntheticSpaces.realSize();
    AdditiveFunction macs = SyntheticSpaces.macs(space);
    MaxFunction peak = MemoryModel.compile(space, Precision.INT8).peakBytes();
    double least = peak.at(space.smallest());
    SearchTarget target =
        new SearchTarget(
            "m4",
            Quantity.MACS,
            Map.of(Quantity.MACS, macs, Quantity.PEAK_MEMORY, peak),
            List.of(Budget.atMost("any", Quantity.MACS, macs.at(space.largest()))),
            List.of(new Constraint(Quantity.PEAK_MEMORY, 1000, "sram of profile m4")));
    TargetResult result = solve(space, SyntheticSpaces.accuracy(space, 1), target);
    BudgetAnswer.Infeasible answer = (BudgetAnswer.Infeasible) result.answer("any");
    assertThat(answer.leastCost()).isEqualTo(least);
    assertThat(peak.at(answer.reachedBy())).isEqualTo(least);
    assertThat(answer.message("m4"))
        .isEqualTo(
            "target m4, budget any: no architecture has peak-memory ≤ 1000 bytes (sram of profile m4); the least possible is %d bytes: widen the space, or leave the target out"
                .formatted((long) least));
    assertThat(result.front().points()).isEmpty();
  }

  @Test
  void coversTheRealSizeSpace() {
    SearchSpace space = SyntheticSpaces.realSize();
    Map<Quantity, AdditiveFunction> costs = SyntheticSpaces.costs(space, 5);
    AdditiveFunction accuracy = SyntheticSpaces.accuracy(space, 6);
    double latency = costs.get(Quantity.LATENCY).at(space.largest());
    double macs = costs.get(Quantity.MACS).at(space.largest());
    SearchTarget target =
        new SearchTarget(
            "host",
            Quantity.LATENCY,
            costs,
            List.of(
                Budget.atMost("half", Quantity.LATENCY, latency / 2),
                new Budget(
                    "both",
                    List.of(
                        new Constraint(Quantity.LATENCY, latency / 2),
                        new Constraint(Quantity.MACS, macs / 3)))));
    TargetResult result = solve(space, accuracy, target);
    List<ScoredArchitecture> front = result.front().points();
    assertThat(front).hasSizeGreaterThan(100);
    BudgetAnswer.Feasible half = (BudgetAnswer.Feasible) result.answer("half");
    BudgetAnswer.Feasible both = (BudgetAnswer.Feasible) result.answer("both");
    assertThat(half.candidates()).hasSize(8).doesNotHaveDuplicates();
    assertThat(half.best().architecture())
        .isEqualTo(result.front().paretoFront().best(latency / 2).orElseThrow().architecture());
    assertThat(both.best().predictedAccuracy())
        .isLessThanOrEqualTo(half.best().predictedAccuracy());
    RandomGenerator random = SyntheticSpaces.random(9);
    for (int i = 0; i < 20_000; i++) {
      Architecture sampled = space.sample(random);
      ScoredArchitecture scored = target.score(sampled, accuracy.at(sampled));
      for (BudgetAnswer.Feasible answer : List.of(half, both)) {
        if (answer.budget().admits(scored)) {
          assertThat(scored.predictedAccuracy())
              .isLessThanOrEqualTo(answer.best().predictedAccuracy());
        }
      }
    }
  }

  private static TargetResult solve(
      SearchSpace space, AdditiveFunction accuracy, SearchTarget target) {
    SearchOutcome outcome =
        new ExactEngine()
            .search(
                new SearchProblem(
                    space,
                    List.of(target),
                    Optional.of(accuracy),
                    SearchSettings.builder().build()),
                NO_SCORER,
                SearchListener.NONE);
    assertThat(outcome.covered()).isEqualTo(space.size());
    assertThat(outcome.optimality()).isEqualTo(Optimality.ADDITIVE_OPTIMUM);
    return outcome.target(target.name());
  }

  @Test
  void refusesAProblemWithoutAdditiveAccuracy() {
    SearchSpace space = SyntheticSpaces.small();
    SearchProblem problem =
        new SearchProblem(
            space,
            List.of(
                new SearchTarget(
                    "t",
                    Quantity.MACS,
                    Map.of(Quantity.MACS, SyntheticSpaces.macs(space)),
                    List.of())),
            Optional.empty(),
            SearchSettings.builder().build());
    assertThatThrownBy(() -> new ExactEngine().search(problem, NO_SCORER, SearchListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "engine exact needs an additive accuracy predictor and the problem has none: fit one, or use engine evolution with start: random");
  }
}
