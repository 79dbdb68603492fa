package dev.espalier.measurement;

import dev.espalier.deploy.Graph;
import dev.espalier.deploy.Node;
import dev.espalier.deploy.Node.Tensor;
import dev.espalier.deploy.OperatorGraphs;
import dev.espalier.operator.Operator;
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
   * @param operators at least one, each taking the shape that the one before it makes
   * @param random draws the weights
   */
  public static Graph of(String name, List<Operator> operators, RandomGenerator random) {
    List<Node> nodes = new ArrayList<>();
    Tensor image = new Tensor(Graph.INPUT, operators.get(0).input());
    Tensor x = image;
    for (int i = 0; i < operators.size(); i++) {
      Graph graph = OperatorGraphs.of(operators.get(i), random);
      Tensor input = x;
      String prefix = i == operators.size() - 1 ? "" : "operator%02d.".formatted(i);
      for (Node node : graph.nodes()) {
        Node renamed =
            renamed(
                node,
                t ->
                    t.name().equals(Graph.INPUT)
                        ? new Tensor(input.name(), t.shape())
                        : new Tensor(prefix + t.name(), t.shape()));
        nodes.add(renamed);
        x = renamed.output();
      }
    }
    return new Graph(name, image, x, nodes, new TreeMap<>());
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
