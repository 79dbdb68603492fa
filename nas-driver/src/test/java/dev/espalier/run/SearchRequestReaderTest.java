package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.CostSpan;
import dev.espalier.search.EvolutionEngine;
import dev.espalier.search.OptionValues;
import dev.espalier.search.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
              - {peak-memory: 320KiB, weight-memory: 1MB}
            engine: {kind: evolution, population: 64, generations: 12, mutation: 0.25, start: random}
            seed: 7
            candidates-per-budget: 4
            formats: [tflite-int8, onnx]
            patches: forbidden
            partitions: 8
            output: runs/first
            """);

    assertThat(request.source()).isEqualTo(new SourceRequest.Supernet("nets/shoes"));
    assertThat(request.formats()).containsExactly("tflite-int8", "onnx");
    assertThat(request.patches()).isEqualTo(PatchRule.FORBIDDEN);
    assertThat(request.targets())
        .containsExactly(
            new TargetRequest.Named("host-cpu"), new TargetRequest.Named("profiles/pixel4"));
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
                        "parameters-300k", List.of(new Constraint(Quantity.PARAMETERS, 300_000))),
                    new Budget(
                        "peak-memory-320KiB_weight-memory-1MB",
                        List.of(
                            new Constraint(Quantity.PEAK_MEMORY, 320 * 1024),
                            new Constraint(Quantity.WEIGHT_MEMORY, 1e6))))));
    assertThat(request.engine())
        .isEqualTo(
            new EngineRequest(
                "evolution",
                OptionValues.builder(new EvolutionEngine().options())
                    .whole("population", 64)
                    .whole("generations", 12)
                    .share("mutation", 0.25)
                    .word("start", "random")
                    .build()));
    assertThat(request.seed()).isEqualTo(7);
    assertThat(request.candidatesPerBudget()).isEqualTo(4);
    assertThat(request.partitions()).isEqualTo(OptionalInt.of(8));
    assertThat(request.output()).contains("runs/first");
  }

  @Test
  void subnetsToEvaluateAreANumberOrInParts() {
    assertThat(read(MINIMAL).evaluation()).isEmpty();
    assertThat(read(MINIMAL + "evaluate: 200\n").evaluation())
        .contains(new EvaluationRequest(200, 20, 2, Optional.empty()));
    assertThat(read(MINIMAL + "evaluate: 12\n").evaluation())
        .contains(new EvaluationRequest(12, 12, 2, Optional.empty()));
    assertThat(
            read(MINIMAL
                    + "evaluate: {most: 60, per-round: 30, patience: 3, measurements: hdfs:/m}\n")
                .evaluation())
        .contains(new EvaluationRequest(60, 30, 3, Optional.of("hdfs:/m")));
  }

  @Test
  void refusesEvaluationsThatCannotBe() {
    assertThat(problems(MINIMAL + "evaluate: {per-round: 30}\n"))
        .anyMatch(p -> p.contains("most is missing"));
    assertThat(problems(MINIMAL + "evaluate: {most: 20, per-round: 30}\n"))
        .anyMatch(p -> p.contains("per-round is 30, more than most, which is 20"));
    assertThat(problems(MINIMAL + "evaluate: 3\n")).anyMatch(p -> p.contains("evaluate"));
    assertThat(problems(MINIMAL + "evaluate: {most: 20, rounds: 3}\n"))
        .anyMatch(p -> p.contains("rounds"));
    assertThat(problems(MINIMAL.replaceFirst("supernet: .*", "predictor: ofa") + "evaluate: 20\n"))
        .anyMatch(p -> p.contains("a predictor alone has no subnets to evaluate"));
  }

  @Test
  void fillsWhatIsLeftOut() {
    SearchRequest request = read(MINIMAL);

    assertThat(request.engine().kind()).isEqualTo("evolution");
    assertThat(request.engine().options().asMap())
        .containsExactly(
            Map.entry("evaluations", 0),
            Map.entry("generations", 40),
            Map.entry("islands", 1),
            Map.entry("migration", 10),
            Map.entry("mutation", 0.05),
            Map.entry("population", 128),
            Map.entry("stagnation", 0),
            Map.entry("start", "exact"),
            Map.entry("time-limit", 0));
    assertThat(request.seed()).isEqualTo(1);
    assertThat(request.candidatesPerBudget()).isEqualTo(3);
    assertThat(request.partitions()).isEmpty();
    assertThat(request.output()).isEmpty();
  }

  @Test
  void takesSingleValuesForLists() {
    SearchRequest request =
        read("supernet: a\ntargets: host-cpu\nbudgets: {latency: 1ms}\nengine: exact\n");

    assertThat(request.targets()).containsExactly(new TargetRequest.Named("host-cpu"));
    assertThat(request.budgets()).isEqualTo(read(MINIMAL.replace("150us", "1ms")).budgets());
    assertThat(request.engine()).isEqualTo(new EngineRequest("exact", OptionValues.NONE));
  }

  @Test
  void patchesAreAllowedUnlessForbidden() {
    assertThat(read(MINIMAL).patches()).isEqualTo(PatchRule.ALLOWED);
    assertThat(problems(MINIMAL + "patches: maybe\n"))
        .singleElement()
        .asString()
        .contains("patches", "'maybe'", "allowed", "forbidden");
  }

  @Test
  void namesLineAndNearestKeyOfAnUnknownKey() {
    assertThat(problems(MINIMAL + "sede: 3\n"))
        .containsExactly(
            "line 4: sede: unknown key (did you mean 'seed'?); known here: supernet, predictor,"
                + " targets, budgets, engine, evaluate, seed, candidates-per-budget, formats, patches,"
                + " partitions, output");
    assertThat(problemsOfBudget("{latncy: 150us}"))
        .containsExactly(
            "line 3: budgets[0].latncy: unknown key (did you mean 'latency'?); known here:"
                + " grid, latency, macs, parameters, peak-memory, weight-memory");
    assertThat(problemsOfEngine("{kind: exact, populaton: 3}"))
        .containsExactly("line 4: engine.populaton: unknown key; known here: kind");
    assertThat(problemsOfEngine("{kind: evolution, populaton: 30}").get(0))
        .contains("(did you mean 'population'?)");
  }

  @Test
  void refusesAmountsWithoutOrWithAnotherUnit() {
    assertThat(problemsOfBudget("{latency: 200}"))
        .containsExactly(
            "line 3: budgets[0].latency: '200' has no unit; allowed units are us, ms, as in 150us"
                + " or 0.2ms");
    assertThat(problemsOfBudget("{latency: 200kg}"))
        .containsExactly(
            "line 3: budgets[0].latency: '200kg' has a unit that is not one of latency; allowed"
                + " units are us, ms, as in 150us or 0.2ms");
    assertThat(problemsOfBudget("{macs: 2ms}"))
        .containsExactly(
            "line 3: budgets[0].macs: '2ms' has a unit that is not one of macs; allowed units are"
                + " k, M, G, as in 2M or 850k");
    assertThat(problemsOfBudget("{latency: soon}"))
        .containsExactly(
            "line 3: budgets[0].latency: 'soon' is not an amount with a unit; write it as 150us or"
                + " 0.2ms");
    assertThat(problemsOfBudget("{peak-memory: 320000}"))
        .containsExactly(
            "line 3: budgets[0].peak-memory: '320000' has no unit; allowed units are B, kB, KB, KiB,"
                + " MB, MiB, GB, GiB, as in 320KiB or 1MB");
    assertThat(problemsOfBudget("{latency: -5us}").get(0)).contains("is not an amount");
    assertThat(problemsOfBudget("{latency: 0us}"))
        .containsExactly("line 3: budgets[0].latency: '0us' must be above 0");
  }

  @Test
  void refusesBudgetsThatLimitNothingOrAreRepeated() {
    assertThat(problemsOfBudget("{}"))
        .containsExactly(
            "line 3: budgets[0]: a budget limits nothing; it can limit latency, macs, parameters,"
                + " peak-memory, weight-memory");
    assertThat(problemsOfBudget("{latency: 1ms}, {latency: 1000us}"))
        .containsExactly("line 3: budgets[1]: latency-1000us is listed twice");
    assertThat(problemsOfBudget("150us"))
        .containsExactly(
            "line 3: budgets[0]: '150us' is not a budget, as in {latency: 150us}; it can limit"
                + " latency, macs, parameters, peak-memory, weight-memory");
    assertThat(problems("supernet: a\ntargets: [x]\nbudgets: 0\n"))
        .containsExactly("line 3: budgets: '0' is not a whole number from 1 to 100");
    assertThat(problems("supernet: a\ntargets: [x]\nbudgets: []\n"))
        .containsExactly("line 3: budgets: the list is empty");
  }

  @Test
  void namesEveryMissingKey() {
    assertThat(problems("seed: 3\n"))
        .containsExactly(
            "line 1: supernet: missing; a supernet, or instead of it the folder of a predictor, is needed",
            "line 1: targets: missing; a profile, or a list of them, is needed",
            "line 1: budgets: missing; a list of limits, or their number, is needed");
  }

  @Test
  void aPredictorTakesTheSupernetsPlaceButNotBeside() {
    assertThat(read(MINIMAL.replace("supernet: fashion-mnist", "predictor: nets/ofa")).source())
        .isEqualTo(new SourceRequest.Predictor("nets/ofa"));
    assertThat(problems(MINIMAL + "predictor: nets/ofa\n"))
        .containsExactly(
            "line 4: predictor: supernet is given too, which has predictors of its own; one of the"
                + " two is allowed");
  }

  @Test
  void refusesTargetsListedTwiceAndKeysGivenTwice() {
    assertThat(problems("supernet: a\ntargets: [x, x]\nbudgets: [{macs: 2M}]\n"))
        .containsExactly("line 2: targets[1]: x is listed twice");
    assertThat(problems(MINIMAL + "seed: 1\nseed: 2\n"))
        .containsExactly("line 5: seed: given twice, first in line 4");
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThat(problems(MINIMAL + "seed: -1\n"))
        .containsExactly("line 4: seed: '-1' is not a whole number of at least 0");
    assertThat(problems(MINIMAL + "partitions: 0\n"))
        .containsExactly("line 4: partitions: '0' is not a whole number from 1 to 100000");
    assertThat(problems(MINIMAL + "formats: [onnx, stone, onnx]\n"))
        .hasSize(2)
        .anySatisfy(p -> assertThat(p).contains("formats[1]: 'stone'").contains("tflite-int8"))
        .anySatisfy(p -> assertThat(p).contains("onnx is listed twice"));
    assertThat(problems(MINIMAL + "candidates-per-budget: few\n"))
        .containsExactly(
            "line 4: candidates-per-budget: 'few' is not a whole number from 1 to 100");
    assertThat(problemsOfEngine("{kind: evolution, mutation: 0}"))
        .containsExactly("line 4: engine.mutation: '0' is not a number above 0 and at most 1");
    assertThat(problemsOfEngine("{kind: evolution, mutation: often}"))
        .containsExactly("line 4: engine.mutation: 'often' is not a number above 0 and at most 1");
    assertThat(problemsOfEngine("{kind: evolution, population: 2}"))
        .containsExactly("line 4: engine.population: '2' is not a whole number from 4 to 10000000");
  }

  @Test
  void refusesUnknownEnginesAndSettingsOfOtherEngines() {
    assertThat(problemsOfEngine("evolutoin"))
        .containsExactly(
            "line 4: engine: 'evolutoin' is not one of random, evolution, exact (did you mean"
                + " 'evolution'?)");
    assertThat(problemsOfEngine("{kind: annealing, steps: 8}"))
        .containsExactly("line 4: engine.kind: 'annealing' is not one of random, evolution, exact");
    assertThat(problemsOfEngine("{population: 8}"))
        .containsExactly("line 4: engine.kind: missing; one of random, evolution, exact is needed");
    assertThat(problemsOfEngine("[exact]"))
        .containsExactly("line 4: engine: a list is not an engine, as in exact or {kind: exact}");
    assertThat(problemsOfEngine("{kind: random, population: 8}"))
        .containsExactly("line 4: engine.population: unknown key; known here: kind, evaluations");
    assertThat(problemsOfEngine("{kind: evolution, start: warm}"))
        .containsExactly("line 4: engine.start: 'warm' is not one of random, corners, exact");
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
        .hasMessageStartingWith(
            "search.yaml has 5 problems:\n  line 1: supernet: nothing is not text\n")
        .hasMessageContaining("\n  line 4: budgets[0].latency: '200' has no unit")
        .hasMessageContaining(
            "\n  line 5: budgets[1].macs: '2kg' has a unit that is not one of macs")
        .hasMessageContaining("\n  line 6: sed: unknown key (did you mean 'seed'?)")
        .hasMessageContaining(
            "\n  line 7: partitions: 'many' is not a whole number from 1 to 100000");
  }

  @Test
  void refusesWhatIsNotYamlOrEmpty() {
    assertThat(problems("supernet: [a\n").get(0)).startsWith("line 2: this is not YAML:");
    assertThat(problems("# nothing\n"))
        .containsExactly("line 1: expected an object of 'key: value' lines, found nothing");
    assertThat(problems("just words\n"))
        .containsExactly("line 1: expected an object of 'key: value' lines, found 'just words'");
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

  private static List<String> names(BudgetRequest budgets, double least, double greatest) {
    return budgets.of(quantity -> new CostSpan(least, greatest)).stream()
        .map(Budget::name)
        .toList();
  }

  @Test
  void aNumberOfBudgetsIsAGridInEqualRatios() {
    BudgetRequest budgets = read("supernet: a\ntargets: x\nbudgets: 3\n").budgets();

    assertThat(budgets)
        .isEqualTo(read(MINIMAL.replace("latency: 150us", "grid: 3, of: latency")).budgets());
    assertThat(names(budgets, 100, 1600))
        .containsExactly("latency-200us", "latency-400us", "latency-800us");
    assertThat(names(budgets, 1000, 1100))
        .as("as many digits as keep them apart")
        .containsExactly("latency-1030us", "latency-1050us", "latency-1080us");
    assertThat(names(budgets, 1000, 1000)).containsExactly("latency-1000us");
  }

  @Test
  void aGridStandsBesideOtherBudgets() {
    BudgetRequest budgets =
        read(MINIMAL.replace("{latency: 150us}", "{grid: 2, of: macs}, {latency: 1ms}")).budgets();

    assertThat(names(budgets, 1e6, 8e6)).containsExactly("latency-1000us", "macs-2M", "macs-4M");
    assertThat(budgets.stated()).extracting(Budget::name).containsExactly("latency-1000us");
  }

  @Test
  void refusesGridsThatCannotBe() {
    assertThat(problemsOfBudget("{grid: 0, of: macs}"))
        .containsExactly("line 3: budgets[0].grid: '0' is not a whole number from 1 to 100");
    assertThat(problemsOfBudget("{grid: 4, of: peak-memory}"))
        .containsExactly(
            "line 3: budgets[0].of: 'peak-memory' is not one of latency, macs, parameters,"
                + " weight-memory (did you mean 'weight-memory'?)");
    assertThat(problemsOfBudget("{grid: 4}"))
        .containsExactly(
            "line 3: budgets[0].of: missing; one of latency, macs, parameters, weight-memory is"
                + " needed");
    assertThat(problemsOfBudget("{grid: 4, of: macs, latency: 1ms}"))
        .containsExactly("line 3: budgets[0].latency: unknown key; known here: grid, of");
  }

  @Test
  void targetsArePatternsAndTablesToo() {
    assertThat(
            read(MINIMAL.replace("[host-cpu]", "[a, 'p/*', 'hdfs://n/{b,c}', {table: fleet.csv}]"))
                .targets())
        .containsExactly(
            new TargetRequest.Named("a"),
            new TargetRequest.Matching("p/*"),
            new TargetRequest.Matching("hdfs://n/{b,c}"),
            new TargetRequest.Table("fleet.csv"));
    assertThat(read(MINIMAL.replace("[host-cpu]", "{table: fleet.csv}")).targets())
        .containsExactly(new TargetRequest.Table("fleet.csv"));
    assertThat(problems(MINIMAL.replace("host-cpu", "{tabel: fleet.csv}")))
        .containsExactly(
            "line 2: targets[0].table: missing; the path of a CSV file is needed",
            "line 2: targets[0].tabel: unknown key (did you mean 'table'?); known here: table");
    assertThat(problems(MINIMAL.replace("[host-cpu]", "[{table: a}, {table: a}]")))
        .containsExactly("line 2: targets[1]: {table=a} is listed twice");
  }
}
