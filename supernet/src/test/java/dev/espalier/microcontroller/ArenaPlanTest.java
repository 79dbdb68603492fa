package dev.espalier.microcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.graph.TestGraphs;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArenaPlanTest {
  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  /** Runs the plan: every byte belongs to who wrote it last, and readers find what they expect. */
  @ParameterizedTest
  @MethodSource("spaces")
  void noStepWritesOverWhatALaterOneReads(SearchSpace space) {
    for (long seed = 0; seed < 30; seed++) {
      QuantisedGraph graph =
          TestGraphs.quantised(TestGraphs.subnet(space, seed), RangeRule.DEFAULT);
      List<Step> steps = Kernels.of(graph);
      ArenaPlan plan = ArenaPlan.of(graph.input(), graph.output(), steps);
      Map<Integer, String> owner = new HashMap<>();
      write(owner, plan, graph.input());
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        for (Tensor input : step.inputs()) {
          for (int b = 0; b < input.shape().elements(); b++) {
            assertThat(owner.get(plan.offsets().get(input.name()) + b))
                .as("seed %d, step %d", seed, i)
                .isEqualTo(input.name());
          }
        }
        int scratch = plan.scratch().get(i);
        for (int b = 0; b < step.scratchBytes(); b++) {
          String held = owner.put(scratch + b, "scratch");
          assertThat(step.inputs().stream().map(Tensor::name)).doesNotContain(held);
        }
        write(owner, plan, step.output());
        assertThat(scratch + step.scratchBytes()).isLessThanOrEqualTo(plan.bytes());
      }
      assertThat(plan.bytes()).as("seed %d", seed).isEqualTo(plan.leastBytes());
    }
  }

  private static void write(Map<Integer, String> owner, ArenaPlan plan, Tensor tensor) {
    int offset = plan.offsets().get(tensor.name());
    assertThat(offset + tensor.shape().elements()).isLessThanOrEqualTo(plan.bytes());
    for (int b = 0; b < tensor.shape().elements(); b++) {
      owner.put(offset + b, tensor.name());
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void isTheSamePlanEveryTime(SearchSpace space) {
    QuantisedGraph graph = TestGraphs.quantised(TestGraphs.subnet(space, 4), RangeRule.DEFAULT);
    assertThat(ArenaPlan.of(graph.input(), graph.output(), Kernels.of(graph)))
        .isEqualTo(ArenaPlan.of(graph.input(), graph.output(), Kernels.of(graph)));
  }
}
