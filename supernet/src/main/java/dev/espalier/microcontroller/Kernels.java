package dev.espalier.microcontroller;

import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kernels a graph is made of. */
final class Kernels {
  private Kernels() {}

  /**
   * The steps of a graph, in its order; a table whose input nothing else uses goes into the step
   * before it.
   */
  static List<Step> of(QuantisedGraph graph) {
    Map<Tensor, Integer> uses = new HashMap<>();
    graph.nodes().forEach(n -> n.inputs().forEach(t -> uses.merge(t, 1, Integer::sum)));
    List<Step> steps = new ArrayList<>();
    for (QuantisedNode node : graph.nodes()) {
      Step before = steps.isEmpty() ? null : steps.get(steps.size() - 1);
      if (node instanceof QuantisedNode.Table table
          && before != null
          && before.function().isEmpty()
          && !(before.node() instanceof QuantisedNode.Table)
          && !(before.node() instanceof QuantisedNode.Pool)
          && before.output().equals(table.input())
          && uses.get(table.input()) == 1) {
        steps.set(steps.size() - 1, new Step(before.node(), Optional.of(table)));
      } else {
        steps.add(new Step(node, Optional.empty()));
      }
    }
    return List.copyOf(steps);
  }

  /**
   * The shapes of a graph's steps.
   *
   * @throws UnsupportedNodeException naming a node that there is no kernel for
   */
  static List<Kernel> shapes(QuantisedGraph graph, List<Step> steps) {
    Map<Tensor, Integer> values = new HashMap<>(Map.of(graph.input(), 0));
    List<Kernel> kernels = new ArrayList<>();
    for (Step step : steps) {
      kernels.add(step.kernel(values));
      values.put(step.output(), kernels.size());
    }
    return List.copyOf(kernels);
  }
}
