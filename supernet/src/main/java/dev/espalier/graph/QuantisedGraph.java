package dev.espalier.graph;

import dev.espalier.graph.QuantisedNode.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A network of 8-bit integers: what every integer emitter writes from.
 *
 * @param name what it is, as in {@code ofa-mobilenetv3 r28 d3:k7e6,k3e3,k5e4}
 * @param input its only input
 * @param output its only output, made by the last node
 * @param nodes in an order of execution; each output is made once, before it is used
 * @param metadata travels into formats that have a place for it
 */
public record QuantisedGraph(
    String name,
    Tensor input,
    Tensor output,
    List<QuantisedNode> nodes,
    SortedMap<String, String> metadata) {
  public QuantisedGraph {
    nodes = List.copyOf(nodes);
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    Map<String, Tensor> known = new HashMap<>();
    known.put(input.name(), input);
    for (QuantisedNode node : nodes) {
      for (Tensor tensor : node.inputs()) {
        if (!tensor.equals(known.get(tensor.name()))) {
          throw new IllegalArgumentException(
              "node %s uses %s, which no node before it makes"
                  .formatted(node.output().name(), tensor));
        }
      }
      if (known.put(node.output().name(), node.output()) != null) {
        throw new IllegalArgumentException("tensor " + node.output().name() + " is made twice");
      }
    }
    if (nodes.isEmpty() || !nodes.get(nodes.size() - 1).output().equals(output)) {
      throw new IllegalArgumentException("output " + output + " is not made by the last node");
    }
  }

  /** Multiply-accumulates for one image. */
  public long macs() {
    return nodes.stream().mapToLong(QuantisedNode::macs).sum();
  }

  /** Bytes of weights and biases. */
  public long weightBytes() {
    return nodes.stream().mapToLong(QuantisedNode::weightBytes).sum();
  }
}
