package dev.espalier.deploy;

import dev.espalier.deploy.Node.Elementwise.Function;
import dev.espalier.deploy.Node.Tensor;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.Activation;
import dev.espalier.operator.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** Appends nodes and names what they make. */
final class GraphBuilder {

  private final Tensor input;
  private final List<Node> nodes = new ArrayList<>();

  GraphBuilder(TensorShape input) {
    this.input = new Tensor(Graph.INPUT, input);
  }

  Tensor input() {
    return input;
  }

  /** Names start with the node's number, so that they are unique and sort by execution. */
  private Tensor tensor(String name, TensorShape shape) {
    return new Tensor("n%03d.%s".formatted(nodes.size(), name), shape);
  }

  private Tensor append(Node node) {
    nodes.add(node);
    return node.output();
  }

  Tensor convolution(
      Tensor x, String name, WeightTensor weight, WeightTensor bias, int stride, int groups) {
    TensorShape shape = x.shape().convolved(stride, weight.size(0));
    return append(new Node.Convolution(x, tensor(name, shape), weight, bias, stride, groups));
  }

  Tensor elementwise(Tensor x, Function function) {
    return append(
        new Node.Elementwise(
            x, tensor(function.name().toLowerCase(Locale.ROOT), x.shape()), function));
  }

  Tensor activation(Tensor x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> elementwise(x, Function.RELU);
      case RELU6 -> elementwise(x, Function.RELU6);
      case H_SWISH -> elementwise(x, Function.HARD_SWISH);
    };
  }

  Tensor add(Tensor left, Tensor right) {
    return append(new Node.Add(left, right, tensor("add", left.shape())));
  }

  Tensor scale(Tensor x, Tensor scale) {
    return append(new Node.Scale(x, scale, tensor("scale", x.shape())));
  }

  Tensor maxPool(Tensor x, int kernel, int stride) {
    TensorShape shape = x.shape().convolved(stride, x.shape().channels());
    return append(new Node.Pool(x, tensor("max_pool", shape), Node.Pool.Kind.MAX, kernel, stride));
  }

  /** Of squares of the stride's side, side by side, or of windows padded by half the kernel. */
  Tensor averagePool(Tensor x, int kernel, int stride) {
    TensorShape shape = x.shape().convolved(stride, x.shape().channels());
    return append(
        new Node.Pool(x, tensor("average_pool", shape), Node.Pool.Kind.AVERAGE, kernel, stride));
  }

  Tensor globalPool(Tensor x) {
    TensorShape shape = new TensorShape(1, 1, x.shape().channels());
    return append(new Node.GlobalAveragePool(x, tensor("pool", shape)));
  }

  Tensor linear(Tensor x, String name, WeightTensor weight, WeightTensor bias) {
    TensorShape shape = new TensorShape(1, 1, weight.size(0));
    return append(new Node.Linear(x, tensor(name, shape), weight, bias));
  }

  /** The graph of all nodes; what the last one makes is its output. */
  Graph build(String name, SortedMap<String, String> metadata) {
    return new Graph(name, input, nodes.get(nodes.size() - 1).output(), nodes, metadata);
  }
}
