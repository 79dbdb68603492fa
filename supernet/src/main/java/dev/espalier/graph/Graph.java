package dev.espalier.graph;

import dev.espalier.graph.Node.Tensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A network with static shapes and folded weights, of no engine: what every emitter writes from.
 *
 * @param name what it is, as in {@code ofa-mobilenetv3 r28 d3:k7e6,k3e3,k5e4}
 * @param input its only input
 * @param output its only output, made by the last node
 * @param nodes in an order of execution; each output is made once, before it is used
 * @param metadata travels into formats that have a place for it
 */
public record Graph(
    String name,
    Tensor input,
    Tensor output,
    List<Node> nodes,
    SortedMap<String, String> metadata) {
  /** The name of the input tensor, in every format that names it. */
  public static final String INPUT = "image";

  /** The name of the output tensor, in every format that names it. */
  public static final String OUTPUT = "logits";

  public Graph {
    nodes = List.copyOf(nodes);
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    Map<String, Tensor> known = new HashMap<>();
    known.put(input.name(), input);
    for (Node node : nodes) {
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

  /** The same with other metadata. */
  public Graph withMetadata(SortedMap<String, String> other) {
    return new Graph(name, input, output, nodes, other);
  }

  /**
   * The element-wise function of a feature map that nothing else uses; O(nodes).
   *
   * @return empty if there is none, or the feature map is the output or has other users
   */
  public Optional<Node.Elementwise> onlyUser(Tensor tensor) {
    List<Node> users = nodes.stream().filter(node -> node.inputs().contains(tensor)).toList();
    return users.size() == 1 && users.get(0) instanceof Node.Elementwise function
        ? Optional.of(function)
        : Optional.empty();
  }

  /** Multiply-accumulates for one image. */
  public long macs() {
    return nodes.stream().mapToLong(Node::macs).sum();
  }

  /** Weights and biases, batch norms being folded into them. */
  public long parameters() {
    return nodes.stream().mapToLong(Node::parameters).sum();
  }
}
