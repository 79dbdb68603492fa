package dev.espalier.network;

import dev.espalier.operator.Activation;
import dev.espalier.space.Architecture;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** Random weights that keep activations in range, and their statistics. */
public final class TestWeights {
  private TestWeights() {}

  /** Every parameter of a network, drawn in the order of names. */
  public static Weights random(ElasticNetwork network, RandomGenerator random) {
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    for (Map.Entry<String, int[]> entry : NetworkParameters.shapesOf(network).entrySet()) {
      int[] shape = entry.getValue();
      int size = 1;
      for (int d : shape) {
        size *= d;
      }
      int fan = shape[0] == 0 ? 1 : Math.max(1, size / shape[0]);
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] =
            entry.getKey().endsWith("_var")
                ? 0.5f + random.nextFloat()
                : shape.length == 1
                    ? 1.5f * random.nextFloat() - 0.5f
                    : (float) (random.nextGaussian() / Math.sqrt(fan));
      }
      tensors.put(entry.getKey(), new WeightTensor(shape, values));
    }
    return new Weights(tensors);
  }

  /** Statistics of every batch norm that an architecture uses, as wide as it uses them. */
  public static BatchNormStatistics statistics(
      ElasticNetwork network, Architecture architecture, RandomGenerator random) {
    return statistics(
        network,
        architecture,
        (prefix, channels) -> {
          float[] mean = new float[channels];
          float[] variance = new float[channels];
          for (int c = 0; c < channels; c++) {
            mean[c] = random.nextFloat() - 0.5f;
            variance[c] = 0.3f + random.nextFloat();
          }
          int[] shape = {channels};
          return new BatchNormStatistics.Moments(
              new WeightTensor(shape, mean), new WeightTensor(shape, variance));
        });
  }

  /** The first of a supernet's own running statistics, as OFA evaluates without re-calibration. */
  public static BatchNormStatistics running(
      ElasticNetwork network, Architecture architecture, Weights weights) {
    return statistics(
        network,
        architecture,
        (prefix, channels) ->
            new BatchNormStatistics.Moments(
                first(weights.tensor(prefix + ".running_mean"), channels),
                first(weights.tensor(prefix + ".running_var"), channels)));
  }

  private static WeightTensor first(WeightTensor tensor, int length) {
    return new WeightTensor(new int[] {length}, Arrays.copyOf(tensor.values(), length));
  }

  private static BatchNormStatistics statistics(
      ElasticNetwork network,
      Architecture architecture,
      BiFunction<String, Integer, BatchNormStatistics.Moments> moments) {
    SortedMap<String, BatchNormStatistics.Moments> layers = new TreeMap<>();
    network.forward(
        architecture,
        0,
        new ElasticLayers<Integer>() {
          private int norm(String prefix, int channels) {
            if (!prefix.equals(NO_BATCH_NORM)) {
              layers.put(prefix, moments.apply(prefix, channels));
            }
            return 0;
          }

          @Override
          public Integer convolution(Integer input, Convolution layer) {
            return norm(layer.batchNorm(), layer.outputChannels());
          }

          @Override
          public Integer depthwise(Integer input, Depthwise layer) {
            return norm(layer.batchNorm(), layer.channels());
          }

          @Override
          public Integer squeezeExcitation(Integer input, SqueezeExcitation layer) {
            return 0;
          }

          @Override
          public Integer maxPool(Integer input, int kernel, int stride) {
            return 0;
          }

          @Override
          public Integer averagePool(Integer input, int stride) {
            return 0;
          }

          @Override
          public Integer activation(Integer input, Activation activation) {
            return 0;
          }

          @Override
          public Integer add(Integer left, Integer right) {
            return 0;
          }

          @Override
          public Integer globalPool(Integer input) {
            return 0;
          }

          @Override
          public Integer linear(Integer input, Linear layer) {
            return 0;
          }
        });
    return new BatchNormStatistics(layers);
  }
}
