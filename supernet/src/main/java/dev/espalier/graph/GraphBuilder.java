package dev.espalier.graph;

import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.Activation;
import dev.espalier.operator.TensorShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * Appends nodes and names what they make; each method returns the tensor it makes. Not thread-safe.
 */
public final class GraphBuilder {

  private final Tensor input;
  private final List<Node> nodes = new ArrayList<>();

  /** Begins a graph of images of a shape. */
  public GraphBuilder(TensorShape input) {
    this.input = new Tensor(Graph.INPUT, input);
  }

  /** The image. */
  public Tensor input() {
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

  /**
   * A convolution padded by half its kernel: {@code weight} is {@code (out, in / groups, k, k)}.
   */
  public Tensor convolution(
      Tensor x, String name, WeightTensor weight, WeightTensor bias, int stride, int groups) {
    TensorShape shape = x.shape().convolved(stride, weight.size(0));
    return append(new Node.Convolution(x, tensor(name, shape), weight, bias, stride, groups));
  }

  /** An element-wise function. */
  public Tensor elementwise(Tensor x, Function function) {
    return append(
        new Node.Elementwise(
            x, tensor(function.name().toLowerCase(Locale.ROOT), x.shape()), function));
  }

  /** An activation; {@code NONE} appends nothing. */
  public Tensor activation(Tensor x, Activation activation) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> elementwise(x, Function.RELU);
      case RELU6 -> elementwise(x, Function.RELU6);
      case H_SWISH -> elementwise(x, Function.HARD_SWISH);
    };
  }

  /** The sum of two equal shapes. */
  public Tensor add(Tensor left, Tensor right) {
    return append(new Node.Add(left, right, tensor("add", left.shape())));
  }

  /** A feature map times one value a channel. */
  public Tensor scale(Tensor x, Tensor scale) {
    return append(new Node.Scale(x, scale, tensor("scale", x.shape())));
  }

  /** The largest value of each window, padded by half the kernel. */
  public Tensor maxPool(Tensor x, int kernel, int stride) {
    TensorShape shape = x.shape().convolved(stride, x.shape().channels());
    return append(new Node.Pool(x, tensor("max_pool", shape), Node.Pool.Kind.MAX, kernel, stride));
  }

  /** Of squares of the stride's side, side by side, or of windows padded by half the kernel. */
  public Tensor averagePool(Tensor x, int kernel, int stride) {
    TensorShape shape = x.shape().convolved(stride, x.shape().channels());
    return append(
        new Node.Pool(x, tensor("average_pool", shape), Node.Pool.Kind.AVERAGE, kernel, stride));
  }

  /** The average over all positions. */
  public Tensor globalPool(Tensor x) {
    TensorShape shape = new TensorShape(1, 1, x.shape().channels());
    return append(new Node.GlobalAveragePool(x, tensor("pool", shape)));
  }

  /** A linear layer over one position: {@code weight} is {@code (out, in)}. */
  public Tensor linear(Tensor x, String name, WeightTensor weight, WeightTensor bias) {
    TensorShape shape = new TensorShape(1, 1, weight.size(0));
    return append(new Node.Linear(x, tensor(name, shape), weight, bias));
  }

  /** The graph of all nodes; what the last one makes is its output. */
  public Graph build(String name, SortedMap<String, String> metadata) {
    return new Graph(name, input, nodes.get(nodes.size() - 1).output(), nodes, metadata);
  }
}
