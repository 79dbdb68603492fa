package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.cost.CostModel;
import dev.espalier.cost.OperatorCost;
import dev.espalier.search.Budget;
import dev.espalier.search.BudgetAnswer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.OptionValues;
import dev.espalier.search.Quantity;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchListener;
import dev.espalier.search.SearchOutcome;
import dev.espalier.search.SearchProblem;
import dev.espalier.search.SearchSettings;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.WalkEngine;
import dev.espalier.space.AdditiveFunction;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An engine is one class and a line that registers it. The line of the one here lies in a folder
 * that is on the class path of these tests alone, so that others see the engines that are shipped.
 */
class NewEngineTest {
  private static final String REQUEST =
      """
      supernet: a
      targets: [x]
      budgets: 1
      """;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private URLClassLoader extended;

  @BeforeEach
  void registerTheEngine() {
    URL folder = NewEngineTest.class.getResource("/new-engine/");
    extended = new URLClassLoader(new URL[] {folder}, before);
    Thread.currentThread().setContextClassLoader(extended);
  }

  @AfterEach
  void forgetTheEngine() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    extended.close();
  }

  private static EngineRequest engine(String engine) {
    return SearchRequestReader.read("search.yaml", REQUEST + "engine: " + engine + "\n").engine();
  }

  @Test
  void isReadWithItsOwnOptionAndDefaultsForTheOthers() {
    EngineRequest request = engine("{kind: walk, stride: 3}");

    assertThat(request.engine()).isInstanceOf(WalkEngine.class);
    assertThat(request.options().asMap())
        .containsExactly(Map.entry("evaluations", 50), Map.entry("stride", 3));
    assertThat(request).isEqualTo(engine("{stride: 3, evaluations: 50, kind: walk}"));
    assertThat(request).isNotEqualTo(engine("walk"));
  }

  @Test
  void runsAsTheRequestSays() {
    SearchOutcome outcome = run(engine("{kind: walk, evaluations: 4, stride: 1}"));

    assertThat(outcome.engine()).isEqualTo("walk");
    assertThat(outcome.evaluations()).isEqualTo(4);
    assertThat(outcome.target("x").answers())
        .singleElement()
        .isInstanceOf(BudgetAnswer.Feasible.class);
    assertThat(outcome).isEqualTo(run(engine("{kind: walk, evaluations: 4, stride: 1}")));
  }

  private static SearchOutcome run(EngineRequest request) {
    SearchSettings.Builder settings = SearchSettings.builder().seed(1);
    request.configure(settings);
    AdditiveFunction macs = OperatorCost.MACS.compile(SmallTarget.SPACE);
    CostModel model = SmallTarget.named("x");
    double most = model.latencyMicros().at(SmallTarget.SPACE.largest());
    SearchTarget target =
        new SearchTarget(
            model.target(),
            Quantity.LATENCY,
            Map.of(Quantity.LATENCY, model.latencyMicros()),
            List.of(Budget.atMost("all", Quantity.LATENCY, most)));
    SearchProblem problem =
        new SearchProblem(SmallTarget.SPACE, List.of(target), Optional.empty(), settings.build());
    CostColumns columns = CostColumns.of(problem.targets());
    AdditiveFunction accuracy = macs.scaled(1e-9, 0);
    return request
        .engine()
        .search(
            problem,
            (codes, count, accuracies, costs) -> {
              accuracy.at(codes, count, accuracies);
              columns.costs(codes, count, costs);
            },
            SearchListener.NONE);
  }

  @Test
  void isListedWhereverEnginesAre() {
    assertThat(SearchEngine.all().stream().map(SearchEngine::name))
        .containsExactly("random", "evolution", "exact", "walk");
    assertThatThrownBy(() -> engine("wlak"))
        .hasMessageContaining(
            "line 4: engine: 'wlak' is not one of random, evolution, exact, walk (did you mean"
                + " 'walk'?)");
    assertThatThrownBy(() -> engine("{kind: walk, strde: 3}"))
        .hasMessageContaining(
            "line 4: engine.strde: unknown key (did you mean 'stride'?); known here: kind,"
                + " evaluations, stride");
    assertThatThrownBy(() -> engine("{kind: walk, stride: 9}"))
        .hasMessageContaining("line 4: engine.stride: '9' is not a whole number from 1 to 8");
  }

  @Test
  void takesValuesOfItsOwnOptionsOnly() {
    assertThatThrownBy(() -> new EngineRequest("walk", OptionValues.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "engine walk has the options [evaluations, stride], and values are given for []; give"
                + " those of its options()");
  }
}
