package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchRequestReaderTest {
  private static final String MINIMAL =
      """
      supernet: fashion-mnist
      targets: [host-cpu]
      budgets: [{latency: 150us}]
      """;

  private static SearchRequest read(String yaml) {
    return SearchRequestReader.read("search.yaml", yaml);
  }

  private static List<String> problems(String yaml) {
    return catchThrowableOfType(InvalidRequestException.class, () -> read(yaml)).problems();
  }

  private static List<String> problemsOfBudget(String budget) {
    return problems(MINIMAL.replace("{latency: 150us}", budget));
  }

  private static List<String> problemsOfEngine(String engine) {
    return problems(MINIMAL + "engine: " + engine + "\n");
  }

  @Test
  void readsEveryField() {
    SearchRequest request =
        read(
            """
            supernet: nets/shoes
            targets: [host-cpu, profiles/pixel4]
            budgets:
              - {latency: 150us}
              - {macs: 2M, latency: 0.2ms}
              - {parameters: 300k}
            engine: {kind: evolution, population: 64, generations: 12, mutation: 0.25, start: random}
            seed: 7
            candidates-per-budget: 4
            partitions: 8
            output: runs/first
            """);

    assertThat(request.supernet()).isEqualTo("nets/shoes");
    assertThat(request.targets()).containsExactly("host-cpu", "profiles/pixel4");
    assertThat(request.budgets())
        .isEqualTo(
            new BudgetRequest.Listed(
                List.of(
                    new Budget("latency-150us", List.of(new Constraint(Quantity.LATENCY, 150))),
                    new Budget(
                        "latency-200us_macs-2M",
                        List.of(
                            new Constraint(Quantity.LATENCY, 200),
                            new Constraint(Quantity.MACS, 2e6))),
                    new Budget(
                        "parameters-300k",
                        List.of(new Constraint(Quantity.PARAMETERS, 300_000))))));
    assertThat(request.engine())
        .isEqualTo(new EngineRequest.Evolution(64, 12, 0.25, EngineRequest.Start.RANDOM));
    assertThat(request.seed()).isEqualTo(7);
    assertThat(request.candidatesPerBudget()).isEqualTo(4);
    assertThat(request.partitions()).isEqualTo(OptionalInt.of(8));
    assertThat(request.output()).contains("runs/first");
  }

  @Test
  void fillsWhatIsLeftOut() {
    SearchRequest request = read(MINIMAL);

    assertThat(request.engine())
        .isEqualTo(new EngineRequest.Evolution(128, 40, 0.1, EngineRequest.Start.EXACT));
    assertThat(request.seed()).isEqualTo(1);
    assertThat(request.candidatesPerBudget()).isEqualTo(3);
    assertThat(request.partitions()).isEmpty();
    assertThat(request.output()).isEmpty();
  }

  @Test
  void takesSingleValuesForLists() {
    SearchRequest request =
        read("supernet: a\ntargets: host-cpu\nbudgets: {latency: 1ms}\nengine: exact\n");

    assertThat(request.targets()).containsExactly("host-cpu");
    assertThat(request.budgets()).isEqualTo(read(MINIMAL.replace("150us", "1ms")).budgets());
    assertThat(request.engine()).isEqualTo(new EngineRequest.Exact());
  }

  @Test
  void namesLineAndNearestKeyOfAnUnknownKey() {
    assertThat(problems(MINIMAL + "sede: 3\n"))
        .containsExactly(
            "line 4: unknown key 'sede' in the request (did you mean 'seed'?); known keys:"
                + " supernet, targets, budgets, engine, seed, candidates-per-budget, partitions,"
                + " output");
    assertThat(problemsOfBudget("{latncy: 150us}"))
        .containsExactly(
            "line 3: unknown key 'latncy' in a budget (did you mean 'latency'?); known keys:"
                + " latency, macs, parameters");
    assertThat(problemsOfEngine("{kind: exact, populaton: 3}").get(0))
        .startsWith("line 4: unknown key 'populaton' in engine exact; known keys: kind");
    assertThat(problemsOfEngine("{kind: evolution, populaton: 30}").get(0))
        .contains("(did you mean 'population'?)");
  }

  @Test
  void refusesAmountsWithoutOrWithAnotherUnit() {
    assertThat(problemsOfBudget("{latency: 200}"))
        .containsExactly(
            "line 3: latency: '200' has no unit; allowed units are us, ms, as in 150us or 0.2ms");
    assertThat(problemsOfBudget("{latency: 200kg}"))
        .containsExactly(
            "line 3: latency: '200kg' has a unit that is not one of latency; allowed units are us, ms, as in"
                + " 150us or 0.2ms");
    assertThat(problemsOfBudget("{macs: 2ms}"))
        .containsExactly(
            "line 3: macs: '2ms' has a unit that is not one of macs; allowed units are k, M, G, as in 2M or"
                + " 850k");
    assertThat(problemsOfBudget("{latency: soon}"))
        .containsExactly(
            "line 3: latency: 'soon' is not an amount with a unit; write it as 150us or 0.2ms");
    assertThat(problemsOfBudget("{latency: -5us}").get(0)).contains("is not an amount");
    assertThat(problemsOfBudget("{latency: 0us}"))
        .containsExactly("line 3: latency: '0us' must be above 0");
  }

  @Test
  void refusesBudgetsThatLimitNothingOrAreRepeated() {
    assertThat(problemsOfBudget("{}"))
        .containsExactly(
            "line 3: a budget limits nothing; it can limit [latency, macs, parameters]");
    assertThat(problemsOfBudget("{latency: 1ms}, {latency: 1000us}"))
        .containsExactly("line 3: budgets: latency-1000us is listed twice");
    assertThat(problemsOfBudget("150us").get(0))
        .startsWith("line 3: a budget: keys with values are expected (latency, macs, parameters)");
    assertThat(problems("supernet: a\ntargets: [x]\nbudgets: 0\n"))
        .containsExactly("line 3: budgets: 0 is not from 1 to 100");
    assertThat(problems("supernet: a\ntargets: [x]\nbudgets: []\n"))
        .containsExactly("line 3: budgets: the list is empty");
  }

  @Test
  void namesEveryMissingKey() {
    assertThat(problems("seed: 3\n"))
        .containsExactly(
            "line 1: 'supernet' is missing",
            "line 1: 'targets' is missing",
            "line 1: 'budgets' is missing");
  }

  @Test
  void refusesTargetsListedTwiceAndKeysGivenTwice() {
    assertThat(problems("supernet: a\ntargets: [x, x]\nbudgets: [{macs: 2M}]\n"))
        .containsExactly("line 2: targets: x is listed twice");
    assertThat(problems(MINIMAL + "seed: 1\nseed: 2\n"))
        .containsExactly("line 5: key 'seed' is given twice in the request");
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThat(problems(MINIMAL + "seed: -1\n"))
        .containsExactly("line 4: seed: -1 is not from 0 to 9223372036854775807");
    assertThat(problems(MINIMAL + "partitions: 0\n"))
        .containsExactly("line 4: partitions: 0 is not from 1 to 100000");
    assertThat(problems(MINIMAL + "candidates-per-budget: few\n"))
        .containsExactly("line 4: candidates-per-budget: 'few' is not a whole number");
    assertThat(problemsOfEngine("{kind: evolution, mutation: 0}"))
        .containsExactly("line 4: mutation: 0 is not above 0 and at most 1");
    assertThat(problemsOfEngine("{kind: evolution, mutation: often}"))
        .containsExactly("line 4: mutation: 'often' is not a number above 0 and at most 1");
    assertThat(problemsOfEngine("{kind: evolution, population: 2}"))
        .containsExactly("line 4: population: 2 is not from 4 to 10000000");
  }

  @Test
  void refusesUnknownEnginesAndSettingsOfOtherEngines() {
    assertThat(problemsOfEngine("evolutoin"))
        .containsExactly(
            "line 4: engine 'evolutoin' is unknown (did you mean 'evolution'?); engines: random,"
                + " evolution, exact");
    assertThat(problemsOfEngine("{kind: annealing}"))
        .containsExactly(
            "line 4: engine 'annealing' is unknown; engines: random, evolution, exact");
    assertThat(problemsOfEngine("{population: 8}"))
        .containsExactly(
            "line 4: engine: 'kind' is missing; it is one of [random, evolution, exact]");
    assertThat(problemsOfEngine("{kind: random, population: 8}"))
        .containsExactly(
            "line 4: unknown key 'population' in engine random; known keys: kind, evaluations");
    assertThat(problemsOfEngine("{kind: evolution, start: warm}"))
        .containsExactly("line 4: start: 'warm' is not random or exact");
  }

  @Test
  void reportsAllProblemsTogether() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    supernet:
                    targets: [host-cpu]
                    budgets:
                      - {latency: 200}
                      - {macs: 2kg}
                    sed: 1
                    partitions: many
                    """))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("search.yaml has 5 problems:\n  line 6: unknown key 'sed'")
        .hasMessageContaining("line 1: supernet: a single value is expected, not nothing")
        .hasMessageContaining("line 4: latency: '200' has no unit")
        .hasMessageContaining("line 5: macs: '2kg' has a unit that is not one of macs")
        .hasMessageContaining("line 7: partitions: 'many' is not a whole number");
  }

  @Test
  void refusesWhatIsNotYamlOrEmpty() {
    assertThat(problems("supernet: [a\n").get(0)).startsWith("line 2: this is not YAML:");
    assertThat(problems("# nothing\n")).containsExactly("line 1: the request is empty");
    assertThat(problems("just words\n").get(0))
        .startsWith("line 1: the request: keys with values are expected");
  }

  @ParameterizedTest
  @CsvSource({
    "LATENCY, 150us, 150, 150us",
    "LATENCY, 0.2ms, 200, 200us",
    "LATENCY, 25ms, 25000, 25ms",
    "LATENCY, 1.5 us, 1.5, 1.5us",
    "MACS, 2M, 2000000, 2M",
    "MACS, 1234567, 1234567, 1.235M",
    "MACS, 850k, 850000, 850k",
    "PARAMETERS, 100, 100, 100",
  })
  void amountsAreReadAndWritten(Quantity quantity, String text, double value, String written) {
    assertThat(Amounts.parse(quantity, text)).isEqualTo(value);
    assertThat(Amounts.format(quantity, value)).isEqualTo(written);
  }

  @Test
  void aNumberOfBudgetsIsSpreadInEqualRatios() {
    BudgetRequest budgets = read("supernet: a\ntargets: x\nbudgets: 3\n").budgets();

    assertThat(budgets.of(100, 1600).stream().map(Budget::name))
        .containsExactly("latency-200us", "latency-400us", "latency-800us");
    assertThat(budgets.of(1000, 1001).stream().map(Budget::name)).containsExactly("latency-1100us");
  }
}
