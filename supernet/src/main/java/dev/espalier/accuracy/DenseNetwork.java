package dev.espalier.accuracy;

import dev.espalier.network.WeightTensor;
import java.util.Arrays;
import java.util.List;

/**
 * A multilayer perceptron with ReLU between its layers and one output, in flat float arrays.
 *
 * <p>Inputs are zeros and ones, so the first layer is a sum of weight rows; the others are products
 * of up to {@link #ROWS} candidates at once, by {@link DenseKernel}. Additions happen in a fixed
 * order whatever the processor and whatever candidates lie beside, so equal inputs give
 * bit-identical outputs. Immutable and thread-safe.
 */
final class DenseNetwork {
  /** Most candidates of one call: their values fit the second-level cache. */
  static final int ROWS = 64;

  private static final DenseKernel KERNEL = DenseKernel.fastest();

  private final List<Layer> layers;
  private final DenseKernel kernel;
  private final float[][] biases;

  /** Of the first layer, {@code (in, padded out)}. */
  private final float[] table;

  /** Of each layer between the first and the last, as the kernel wants them. */
  private final float[][] panels;

  private final float[] lastWeight;
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
    private float[] inputs;
    private float[] sums;

    private Scratch(int widest) {
      inputs = new float[ROWS * widest];
      sums = new float[ROWS * widest];
    }
  }

  /**
   * Chains layers.
   *
   * @throws IllegalArgumentException if shapes do not fit each other or the last has more than one
   *     output
   */
  DenseNetwork(List<Layer> layers) {
    this(layers, KERNEL);
  }

  /** The same with a kernel of choice. */
  DenseNetwork(List<Layer> layers, DenseKernel kernel) {
    this.layers = List.copyOf(layers);
    this.kernel = kernel;
    biases = new float[layers.size()][];
    panels = new float[layers.size()][];
    int width = 1;
    for (int l = 0; l < layers.size(); l++) {
      WeightTensor weight = layers.get(l).weight();
      if (l > 0 && weight.size(1) != layers.get(l - 1).weight().size(0)) {
        throw new IllegalArgumentException(
            "layer %d takes %d inputs, but the layer before it gives %d"
                .formatted(l, weight.size(1), layers.get(l - 1).weight().size(0)));
      }
      biases[l] = Arrays.copyOf(layers.get(l).bias().values(), DenseKernel.padded(weight.size(0)));
      if (l > 0 && l < layers.size() - 1) {
        panels[l] = panels(weight);
      }
      width = Math.max(width, biases[l].length);
    }
    int outputs = layers.get(layers.size() - 1).weight().size(0);
    if (outputs != 1) {
      throw new IllegalArgumentException("the last layer gives " + outputs + " values, not 1");
    }
    lastWeight = layers.get(layers.size() - 1).weight().values();
    table = table(layers.get(0).weight());
    widest = width;
  }

  /** To (in, padded out), so that one input's weights lie together. */
  private static float[] table(WeightTensor weight) {
    int padded = DenseKernel.padded(weight.size(0));
    float[] values = weight.values();
    float[] table = new float[weight.size(1) * padded];
    for (int o = 0; o < weight.size(0); o++) {
      for (int i = 0; i < weight.size(1); i++) {
        table[i * padded + o] = values[o * weight.size(1) + i];
      }
    }
    return table;
  }

  private static float[] panels(WeightTensor weight) {
    int inputs = weight.size(1);
    float[] values = weight.values();
    float[] panels = new float[inputs * DenseKernel.padded(weight.size(0))];
    for (int o = 0; o < weight.size(0); o++) {
      for (int i = 0; i < inputs; i++) {
        int panel = o / DenseKernel.PANEL * inputs + i;
        panels[panel * DenseKernel.PANEL + o % DenseKernel.PANEL] = values[o * inputs + i];
      }
    }
    return panels;
  }

  List<Layer> layers() {
    return layers;
  }

  int inputs() {
    return layers.get(0).weight().size(1);
  }

  /** The width of the widest layer, padded. */
  int widest() {
    return widest;
  }

  /** Scratch for networks whose layers are at most this wide. */
  static Scratch scratch(int widest) {
    return new Scratch(widest);
  }

  /**
   * The outputs for inputs that are one in some places and zero elsewhere.
   *
   * @param ones ascending indices of each row, {@code (rows, stride)} of which {@code counts[row]}
   *     are used
   * @param rows at most {@link #ROWS}
   * @param outputs receives one value a row
   */
  void outputs(int[] ones, int stride, int[] counts, int rows, Scratch scratch, float[] outputs) {
    int width = biases[0].length;
    for (int row = 0; row < rows; row++) {
      kernel.sumRows(biases[0], table, ones, row * stride, counts[row], scratch.sums, row * width);
    }
    if (layers.size() == 1) {
      for (int row = 0; row < rows; row++) {
        outputs[row] = scratch.sums[row * width];
      }
      return;
    }
    for (int l = 1; l < layers.size(); l++) {
      int inputStride = biases[l - 1].length;
      float[] swapped = scratch.inputs;
      scratch.inputs = scratch.sums;
      scratch.sums = swapped;
      kernel.relu(scratch.inputs, rows * inputStride);
      if (l < layers.size() - 1) {
        int padded = biases[l].length;
        for (int row = 0; row < rows; row++) {
          System.arraycopy(biases[l], 0, scratch.sums, row * padded, padded);
        }
        kernel.addProduct(
            scratch.inputs,
            rows,
            layers.get(l).weight().size(1),
            inputStride,
            panels[l],
            scratch.sums,
            padded);
      } else {
        last(scratch.inputs, rows, inputStride, outputs);
      }
    }
  }

  /** One output a row; four rows side by side, since each waits for its own additions. */
  private void last(float[] inputs, int rows, int stride, float[] outputs) {
    float[] weight = lastWeight;
    float bias = biases[layers.size() - 1][0];
    int row = 0;
    for (; row + 3 < rows; row += 4) {
      int r0 = row * stride;
      int r1 = r0 + stride;
      int r2 = r1 + stride;
      int r3 = r2 + stride;
      float s0 = bias;
      float s1 = bias;
      float s2 = bias;
      float s3 = bias;
      for (int i = 0; i < weight.length; i++) {
        s0 = Math.fma(inputs[r0 + i], weight[i], s0);
        s1 = Math.fma(inputs[r1 + i], weight[i], s1);
        s2 = Math.fma(inputs[r2 + i], weight[i], s2);
        s3 = Math.fma(inputs[r3 + i], weight[i], s3);
      }
      outputs[row] = s0;
      outputs[row + 1] = s1;
      outputs[row + 2] = s2;
      outputs[row + 3] = s3;
    }
    for (; row < rows; row++) {
      float sum = bias;
      for (int i = 0; i < weight.length; i++) {
        sum = Math.fma(inputs[row * stride + i], weight[i], sum);
      }
      outputs[row] = sum;
    }
  }
}
