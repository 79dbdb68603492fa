package dev.espalier.accuracy;

import dev.espalier.network.WeightTensor;
import java.util.List;

/**
 * A multilayer perceptron with ReLU between its layers and one output, in flat float arrays.
 *
 * <p>Inputs are zeros and ones, so the first layer is a sum of weight rows. Additions happen in a
 * fixed order whatever the processor, so equal inputs give bit-identical outputs. Immutable and
 * thread-safe.
 */
final class DenseNetwork {
  private final List<Layer> layers;
  private final float[][] weights;
  private final float[][] biases;
  private final int widest;

  /**
   * One layer as in PyTorch.
   *
   * @param weight {@code (out, in)}
   * @param bias {@code (out)}
   */
  record Layer(WeightTensor weight, WeightTensor bias) {
    Layer {
      if (weight.shape().length != 2
          || bias.shape().length != 1
          || weight.size(0) != bias.size(0)) {
        throw new IllegalArgumentException(
            "layer weight " + weight + " and bias " + bias + " must be (out, in) and (out)");
      }
    }
  }

  /** Scratch space for one thread. */
  static final class Scratch {
    private final float[] input;
    private final float[] output;
    private final int[] alive;

    private Scratch(int widest) {
      input = new float[widest];
      output = new float[widest];
      alive = new int[widest];
    }
  }

  /**
   * Chains layers.
   *
   * @throws IllegalArgumentException if shapes do not fit each other or the last has more than one
   *     output
   */
  DenseNetwork(List<Layer> layers) {
    this.layers = List.copyOf(layers);
    weights = new float[layers.size()][];
    biases = new float[layers.size()][];
    int width = 1;
    for (int l = 0; l < layers.size(); l++) {
      WeightTensor weight = layers.get(l).weight();
      if (l > 0 && weight.size(1) != layers.get(l - 1).weight().size(0)) {
        throw new IllegalArgumentException(
            "layer %d takes %d inputs, but the layer before it gives %d"
                .formatted(l, weight.size(1), layers.get(l - 1).weight().size(0)));
      }
      weights[l] = transposed(weight);
      biases[l] = layers.get(l).bias().values();
      width = Math.max(width, weight.size(0));
    }
    int outputs = biases[biases.length - 1].length;
    if (outputs != 1) {
      throw new IllegalArgumentException("the last layer gives " + outputs + " values, not 1");
    }
    widest = width;
  }

  /** To (in, out), so that one input's weights lie together. */
  private static float[] transposed(WeightTensor weight) {
    int out = weight.size(0);
    int in = weight.size(1);
    float[] values = weight.values();
    float[] rows = new float[values.length];
    for (int o = 0; o < out; o++) {
      for (int i = 0; i < in; i++) {
        rows[i * out + o] = values[o * in + i];
      }
    }
    return rows;
  }

  List<Layer> layers() {
    return layers;
  }

  int inputs() {
    return layers.get(0).weight().size(1);
  }

  /** The width of the widest layer. */
  int widest() {
    return widest;
  }

  /** Scratch for networks whose layers are at most this wide. */
  static Scratch scratch(int widest) {
    return new Scratch(widest);
  }

  /**
   * The output for inputs that are one in {@code count} places and zero elsewhere.
   *
   * @param ones ascending indices
   */
  float output(int[] ones, int count, Scratch scratch) {
    float[] input = scratch.input;
    float[] output = scratch.output;
    addRows(weights[0], biases[0], ones, count, output);
    for (int l = 1; l < weights.length; l++) {
      int width = biases[l - 1].length;
      int alive = 0;
      for (int i = 0; i < width; i++) {
        if (output[i] > 0) {
          scratch.alive[alive++] = i;
        }
      }
      float[] swapped = input;
      input = output;
      output = swapped;
      addScaledRows(weights[l], biases[l], input, scratch.alive, alive, output);
    }
    return output[0];
  }

  private static void addRows(float[] rows, float[] bias, int[] ones, int count, float[] sum) {
    int width = bias.length;
    System.arraycopy(bias, 0, sum, 0, width);
    for (int i = 0; i < count; i++) {
      int row = ones[i] * width;
      for (int j = 0; j < width; j++) {
        sum[j] += rows[row + j];
      }
    }
  }

  /** Inputs that ReLU made zero are skipped; four rows a pass keep the sums in registers longer. */
  private static void addScaledRows(
      float[] rows, float[] bias, float[] input, int[] alive, int count, float[] sum) {
    int width = bias.length;
    System.arraycopy(bias, 0, sum, 0, width);
    int i = 0;
    for (; i + 3 < count; i += 4) {
      int r0 = alive[i] * width;
      int r1 = alive[i + 1] * width;
      int r2 = alive[i + 2] * width;
      int r3 = alive[i + 3] * width;
      float x0 = input[alive[i]];
      float x1 = input[alive[i + 1]];
      float x2 = input[alive[i + 2]];
      float x3 = input[alive[i + 3]];
      for (int j = 0; j < width; j++) {
        sum[j] += x0 * rows[r0 + j] + x1 * rows[r1 + j] + (x2 * rows[r2 + j] + x3 * rows[r3 + j]);
      }
    }
    for (; i < count; i++) {
      int row = alive[i] * width;
      float x = input[alive[i]];
      for (int j = 0; j < width; j++) {
        sum[j] += x * rows[row + j];
      }
    }
  }
}
