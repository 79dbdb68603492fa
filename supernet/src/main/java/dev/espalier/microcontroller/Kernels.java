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
   *
   * @throws UnsupportedNodeException naming a node that there is no kernel for
   */
  static List<Step> of(QuantisedGraph graph) {
    Map<Tensor, Integer> uses = new HashMap<>();
    graph.nodes().forEach(n -> n.inputs().forEach(t -> uses.merge(t, 1, Integer::sum)));
    List<Step> steps = new ArrayList<>();
    for (QuantisedNode node : graph.nodes()) {
      require(node);
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

  private static void require(QuantisedNode node) {
    if (!(node instanceof QuantisedNode.Convolution c)) {
      return;
    }
    if (c.groups() != 1 && !c.depthwise()) {
      throw new UnsupportedNodeException(
          c.output().name(),
          "a convolution of %d groups over %d channels; there are kernels for one group, and for a group a channel"
              .formatted(c.groups(), c.input().shape().channels()));
    }
    if (c.depthwise() && (c.kernel() == 1 || c.stride() > 2)) {
      throw new UnsupportedNodeException(
          c.output().name(),
          "a depthwise convolution of kernel %d and stride %d; there are kernels for sides of 3 and more, and strides 1 and 2"
              .formatted(c.kernel(), c.stride()));
    }
  }
}
