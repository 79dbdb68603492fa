package dev.espalier.deploy;

import dev.espalier.graph.Graph;
import dev.espalier.graph.GraphBuilder;
import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.BatchNormStatistics.Moments;
import dev.espalier.network.ElasticLayers;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.operator.Activation;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.Architecture;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Cuts a subnet out of a supernet: the first channels of every weight, kernels transformed to the
 * chosen side, re-calibrated batch norms folded into the convolutions before them.
 *
 * <p>Kernels follow OFA (Cai et al., ICLR 2020, section 3.2): {@code small = M · centre(large)} per
 * channel, step by step from the largest. Folding is done in double precision.
 */
public final class Extraction {
  private Extraction() {}

  /**
   * The graph of one subnet.
   *
   * @param statistics calibrated for {@code architecture}
   * @throws IllegalArgumentException naming the tensor or the batch norm that is missing or has
   *     another width
   */
  public static Graph extract(
      ElasticNetwork network,
      Weights weights,
      Architecture architecture,
      BatchNormStatistics statistics) {
    ElasticNetwork.InputShape input = network.input(architecture);
    GraphBuilder graph =
        new GraphBuilder(new TensorShape(input.side(), input.side(), input.channels()));
    network.forward(
        architecture,
        graph.input(),
        new Slicing(weights, statistics, network.batchNormEpsilon(), graph));
    String readable = network.space().format(architecture);
    SortedMap<String, String> metadata = new TreeMap<>();
    metadata.put("espalier.family", network.space().family());
    metadata.put("espalier.architecture", readable);
    metadata.put("espalier.code", architecture.toHex());
    return graph.build(network.space().family() + " " + readable, metadata);
  }

  /** The walk's interpreter. */
  private static final class Slicing implements ElasticLayers<Tensor> {
    private final Weights weights;
    private final BatchNormStatistics statistics;
    private final float epsilon;
    private final GraphBuilder graph;

    Slicing(Weights weights, BatchNormStatistics statistics, float epsilon, GraphBuilder graph) {
      this.weights = weights;
      this.statistics = statistics;
      this.epsilon = epsilon;
      this.graph = graph;
    }

    @Override
    public Tensor convolution(Tensor input, Convolution layer) {
      int kernel = layer.kernel();
      WeightTensor weight =
          first(
              weights.tensor(layer.weight()),
              layer.outputChannels(),
              layer.inputChannels(),
              kernel,
              kernel);
      Tensor x = normalised(input, weight, layer.batchNorm(), layer.weight(), layer.stride(), 1);
      return graph.activation(x, layer.activation());
    }

    @Override
    public Tensor depthwise(Tensor input, Depthwise layer) {
      int side = layer.kernels().get(layer.kernels().size() - 1);
      WeightTensor weight = first(weights.tensor(layer.weight()), layer.channels(), 1, side, side);
      for (int i = layer.kernels().size() - 1; layer.kernels().get(i) > layer.kernel(); i--) {
        int smaller = layer.kernels().get(i - 1);
        weight = smaller(weight, smaller, weights.tensor(layer.transform(weight.size(3), smaller)));
      }
      Tensor x =
          normalised(
              input, weight, layer.batchNorm(), layer.weight(), layer.stride(), layer.channels());
      return graph.activation(x, layer.activation());
    }

    @Override
    public Tensor squeezeExcitation(Tensor input, SqueezeExcitation layer) {
      int channels = layer.channels();
      int squeezed = layer.squeezeChannels();
      Tensor x = graph.globalPool(input);
      x = biased(x, layer.reduce(), squeezed, channels);
      x = graph.elementwise(x, Function.RELU);
      x = biased(x, layer.expand(), channels, squeezed);
      return graph.scale(input, graph.elementwise(x, Function.HARD_SIGMOID));
    }

    private Tensor biased(Tensor x, String name, int outputs, int inputs) {
      return graph.convolution(
          x,
          name,
          first(weights.tensor(name + ".weight"), outputs, inputs, 1, 1),
          first(weights.tensor(name + ".bias"), outputs),
          1,
          1);
    }

    @Override
    public Tensor maxPool(Tensor input, int kernel, int stride) {
      return graph.maxPool(input, kernel, stride);
    }

    @Override
    public Tensor averagePool(Tensor input, int stride) {
      return stride == 1 ? input : graph.averagePool(input, stride, stride);
    }

    @Override
    public Tensor activation(Tensor input, Activation activation) {
      return graph.activation(input, activation);
    }

    @Override
    public Tensor add(Tensor left, Tensor right) {
      return graph.add(left, right);
    }

    @Override
    public Tensor globalPool(Tensor input) {
      return graph.globalPool(input);
    }

    @Override
    public Tensor linear(Tensor input, Linear layer) {
      return graph.linear(
          input,
          layer.name(),
          first(
              weights.tensor(layer.name() + ".weight"),
              layer.outputFeatures(),
              layer.inputFeatures()),
          first(weights.tensor(layer.name() + ".bias"), layer.outputFeatures()));
    }

    /**
     * A convolution with its batch norm folded: {@code w' = w · γ / √(σ² + ε)}, {@code b' = β - μ ·
     * γ / √(σ² + ε)}; without batch norm the bias is zero.
     */
    private Tensor normalised(
        Tensor x, WeightTensor weight, String batchNorm, String name, int stride, int groups) {
      int channels = weight.size(0);
      float[] bias = new float[channels];
      if (batchNorm.equals(NO_BATCH_NORM)) {
        return graph.convolution(
            x, name, weight, new WeightTensor(new int[] {channels}, bias), stride, groups);
      }
      WeightTensor gamma = weights.tensor(batchNorm + ".weight");
      WeightTensor beta = weights.tensor(batchNorm + ".bias");
      Moments moments = statistics.layer(batchNorm);
      if (moments.mean().length() != channels || moments.variance().length() != channels) {
        throw new IllegalArgumentException(
            "batch norm '%s' was calibrated with %d channels, this subnet has %d: calibrate it for this architecture"
                .formatted(batchNorm, moments.mean().length(), channels));
      }
      float[] values = weight.values();
      int size = values.length / channels;
      for (int c = 0; c < channels; c++) {
        double factor = gamma.value(c) / Math.sqrt((double) moments.variance().value(c) + epsilon);
        bias[c] = (float) (beta.value(c) - moments.mean().value(c) * factor);
        for (int i = c * size; i < (c + 1) * size; i++) {
          values[i] = (float) (values[i] * factor);
        }
      }
      return graph.convolution(
          x,
          name,
          new WeightTensor(weight.shape(), values),
          new WeightTensor(new int[] {channels}, bias),
          stride,
          groups);
    }

    /** The corner of a tensor that starts at its first element. */
    private static WeightTensor first(WeightTensor tensor, int... shape) {
      int[] from = tensor.shape();
      boolean fits = from.length == shape.length;
      int size = 1;
      for (int d = 0; fits && d < shape.length; d++) {
        fits = shape[d] <= from[d];
        size *= shape[d];
      }
      if (!fits) {
        throw new IllegalArgumentException(
            tensor
                + " has no part of shape "
                + Arrays.toString(shape)
                + ": other weights are needed");
      }
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        int rest = i;
        int index = 0;
        int step = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
          index += rest % shape[d] * step;
          rest /= shape[d];
          step *= from[d];
        }
        values[i] = tensor.value(index);
      }
      return new WeightTensor(shape, values);
    }

    /** One step of the kernel transformation: {@code (c, 1, L, L)} to {@code (c, 1, S, S)}. */
    private static WeightTensor smaller(WeightTensor weight, int side, WeightTensor matrix) {
      int channels = weight.size(0);
      int larger = weight.size(3);
      int margin = (larger - side) / 2;
      int area = side * side;
      float[] values = new float[channels * area];
      double[] centre = new double[area];
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < area; i++) {
          int row = margin + i / side;
          centre[i] = weight.value((c * larger + row) * larger + margin + i % side);
        }
        for (int i = 0; i < area; i++) {
          double sum = 0;
          for (int j = 0; j < area; j++) {
            sum += matrix.value(i * area + j) * centre[j];
          }
          values[c * area + i] = (float) sum;
        }
      }
      return new WeightTensor(new int[] {channels, 1, side, side}, values);
    }
  }
}
