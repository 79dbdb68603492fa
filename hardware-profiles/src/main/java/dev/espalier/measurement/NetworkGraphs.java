package dev.espalier.measurement;

import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.graph.OperatorGraphs;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Whole networks with random weights, to be timed: what latency depends on is in the operators, so
 * a space can be measured before any supernet of it is trained.
 */
public final class NetworkGraphs {
  private NetworkGraphs() {}

  /**
   * The graph that runs operators one after another.
   *
   * <p>An operator takes what the one before it makes. Operators do not say where a network
   * branches: one that takes another shape takes the last map of that shape, and a sum adds the
   * last two maps of its shape (one to itself where there is no other). So a branch that keeps the
   * shape runs behind the one before it and not beside it: the same operators, in a row.
   *
   * @param operators at least one, each taking a shape that one before it makes, or the first takes
   * @param random draws the weights
   * @throws IllegalArgumentException naming the operator that no map fits
   */
  public static Graph of(String name, List<Operator> operators, RandomGenerator random) {
    List<Node> nodes = new ArrayList<>();
    Tensor image = new Tensor(Graph.INPUT, operators.get(0).input());
    List<Tensor> maps = new ArrayList<>(List.of(image)); // the last one first
    for (int i = 0; i < operators.size(); i++) {
      Operator operator = operators.get(i);
      List<Tensor> fitting =
          maps.stream().filter(t -> t.shape().equals(operator.input())).limit(2).toList();
      if (fitting.isEmpty()) {
        throw new IllegalArgumentException(
            "network %s: no operator before makes the input of %s".formatted(name, operator));
      }
      Tensor input = fitting.get(0);
      String prefix = i == operators.size() - 1 ? "" : "operator%02d.".formatted(i);
      if (operator.kind() == OperatorKind.ADD) {
        Tensor other = fitting.get(fitting.size() - 1);
        nodes.add(new Node.Add(input, other, new Tensor(prefix + "add", operator.output())));
      } else {
        for (Node node : OperatorGraphs.of(operator, random).nodes()) {
          nodes.add(
              renamed(
                  node,
                  t ->
                      t.name().equals(Graph.INPUT)
                          ? input
                          : new Tensor(prefix + t.name(), t.shape())));
        }
      }
      maps.add(0, nodes.get(nodes.size() - 1).output());
    }
    return new Graph(name, image, maps.get(0), nodes, new TreeMap<>());
  }

  private static Node renamed(Node node, UnaryOperator<Tensor> tensor) {
    // A chain of tests and not a switch over patterns, which JDK 17 has as a preview only.
    Tensor output = tensor.apply(node.output());
    if (node instanceof Node.Convolution n) {
      return new Node.Convolution(
          tensor.apply(n.input()), output, n.weight(), n.bias(), n.stride(), n.groups());
    } else if (node instanceof Node.Elementwise n) {
      return new Node.Elementwise(tensor.apply(n.input()), output, n.function());
    } else if (node instanceof Node.Add n) {
      return new Node.Add(tensor.apply(n.left()), tensor.apply(n.right()), output);
    } else if (node instanceof Node.Scale n) {
      return new Node.Scale(tensor.apply(n.input()), tensor.apply(n.scale()), output);
    } else if (node instanceof Node.Pool n) {
      return new Node.Pool(tensor.apply(n.input()), output, n.kind(), n.kernel(), n.stride());
    } else if (node instanceof Node.GlobalAveragePool n) {
      return new Node.GlobalAveragePool(tensor.apply(n.input()), output);
    } else if (node instanceof Node.Linear n) {
      return new Node.Linear(tensor.apply(n.input()), output, n.weight(), n.bias());
    }
    throw new AssertionError(node);
  }
}
