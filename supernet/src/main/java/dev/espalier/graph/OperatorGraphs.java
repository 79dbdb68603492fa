package dev.espalier.graph;

import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Graphs of single operators with random weights, to be timed.
 *
 * <p>Weights are normal with variance {@code 1 / fan-in}, so that values stay in range: neither
 * infinities nor denormals, which would be timed instead of the operator.
 */
public final class OperatorGraphs {
  private final GraphBuilder graph;
  private final RandomGenerator random;

  private OperatorGraphs(GraphBuilder graph, RandomGenerator random) {
    this.graph = graph;
    this.random = random;
  }

  /**
   * The graph that extraction from a supernet makes of the same operator, all of it: expansion,
   * depthwise convolution, squeeze-and-excitation, projection and shortcut of an inverted residual
   * block.
   *
   * <p>An {@link OperatorKind#ADD} has two inputs and a graph has one: the graph adds its input to
   * the ReLU of it, so that two maps are read. That ReLU is no part of the operator; a timing that
   * takes off the same ReLU as the fixed cost of a run leaves the sum.
   *
   * @param random draws the weights
   * @throws IllegalArgumentException for any precision but float32
   */
  public static Graph of(Operator operator, RandomGenerator random) {
    if (operator.precision() != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "operator " + operator + " has no float32 graph: ask for it withPrecision(FLOAT32)");
    }
    GraphBuilder graph = new GraphBuilder(operator.input());
    OperatorGraphs operators = new OperatorGraphs(graph, random);
    Tensor x = graph.input();
    Tensor y =
        switch (operator.kind()) {
          case CONV -> operators.convolution(x, operator);
          case MBCONV -> operators.invertedResidual(x, operator);
          case BOTTLENECK -> operators.bottleneck(x, operator);
          case MAX_POOL -> graph.maxPool(x, operator.kernel(), operator.stride());
          case AVERAGE_POOL -> graph.averagePool(x, operator.kernel(), operator.stride());
          case GLOBAL_POOL -> graph.globalPool(x);
          case LINEAR ->
              graph.linear(
                  x,
                  "linear",
                  operators.weight(operator.output().channels(), operator.input().channels()),
                  operators.bias(operator.output().channels()));
          case ADD -> graph.add(x, graph.elementwise(x, Function.RELU));
        };
    if (operator.shortcut() == Shortcut.IDENTITY && operator.kind() != OperatorKind.BOTTLENECK) {
      graph.add(x, y);
    }
    return graph.build(operator.key(), new TreeMap<>(Map.of("espalier.operator", operator.key())));
  }

  private Tensor convolution(Tensor x, Operator operator) {
    Tensor y =
        convolution(
            x,
            "conv",
            weight(
                operator.output().channels(),
                x.shape().channels() / operator.groups(),
                operator.kernel(),
                operator.kernel()),
            operator.stride(),
            operator.groups());
    return graph.activation(y, operator.activation());
  }

  private Tensor invertedResidual(Tensor x, Operator operator) {
    int mid = operator.expansionChannels();
    int squeezed = operator.squeezeChannels();
    Tensor y = x;
    if (operator.expands()) {
      y = convolution(y, "expand", weight(mid, x.shape().channels(), 1, 1), 1, 1);
      y = graph.activation(y, operator.activation());
    }
    WeightTensor depthwise = weight(mid, 1, operator.kernel(), operator.kernel());
    y = convolution(y, "depthwise", depthwise, operator.stride(), mid);
    y = graph.activation(y, operator.activation());
    if (squeezed > 0) {
      Tensor scale = graph.globalPool(y);
      scale = convolution(scale, "squeeze_reduce", weight(squeezed, mid, 1, 1), 1, 1);
      scale = graph.elementwise(scale, Function.RELU);
      scale = convolution(scale, "squeeze_expand", weight(mid, squeezed, 1, 1), 1, 1);
      y = graph.scale(y, graph.elementwise(scale, Function.HARD_SIGMOID));
    }
    return convolution(y, "project", weight(operator.output().channels(), mid, 1, 1), 1, 1);
  }

  private Tensor bottleneck(Tensor x, Operator operator) {
    int mid = operator.expansionChannels();
    int channels = x.shape().channels();
    int outputs = operator.output().channels();
    Tensor y = convolution(x, "reduce", weight(mid, channels, 1, 1), 1, 1);
    y = graph.activation(y, operator.activation());
    WeightTensor middle = weight(mid, mid, operator.kernel(), operator.kernel());
    y = convolution(y, "middle", middle, operator.stride(), 1);
    y = graph.activation(y, operator.activation());
    y = convolution(y, "expand", weight(outputs, mid, 1, 1), 1, 1);
    Tensor shortcut = x;
    if (operator.shortcut() == Shortcut.PROJECTION) {
      if (operator.stride() > 1) {
        shortcut = graph.averagePool(shortcut, operator.stride(), operator.stride());
      }
      shortcut = convolution(shortcut, "project", weight(outputs, channels, 1, 1), 1, 1);
    }
    if (operator.shortcut() != Shortcut.NONE) {
      y = graph.add(y, shortcut);
    }
    return graph.activation(y, operator.activation());
  }

  private Tensor convolution(Tensor x, String name, WeightTensor weight, int stride, int groups) {
    return graph.convolution(x, name, weight, bias(weight.size(0)), stride, groups);
  }

  private WeightTensor weight(int... shape) {
    int size = 1;
    for (int d : shape) {
      size *= d;
    }
    return draw(shape, size, Math.sqrt((double) shape[0] / size));
  }

  private WeightTensor bias(int size) {
    return draw(new int[] {size}, size, 0.1);
  }

  private WeightTensor draw(int[] shape, int size, double deviation) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return new WeightTensor(shape, values);
  }
}
