package dev.espalier.network;

import dev.espalier.operator.Activation;
import java.util.List;

/**
 * The layers from which elastic networks are made; an interpreter gives them meaning.
 *
 * <p>Layers name the <em>largest</em> weights and say how much of them is used: the first output
 * and the first input channels. Layouts are PyTorch's: convolution weights {@code (out, in /
 * groups, k, k)}, linear weights {@code (out, in)}, batch norms {@code NAME.weight}, {@code
 * NAME.bias}, {@code NAME.running_mean} and {@code NAME.running_var}.
 *
 * @param <T> what flows between layers: a batch of feature maps, a node of a graph, a shape
 */
public interface ElasticLayers<T> {
  /** Marks a layer without batch norm. */
  String NO_BATCH_NORM = "";

  /**
   * A dense convolution padded by half its kernel, without bias, then batch norm, then activation.
   *
   * @param weight name of the weight tensor
   * @param batchNorm prefix of the batch norm's tensors, or {@link #NO_BATCH_NORM}
   */
  record Convolution(
      String weight,
      String batchNorm,
      int inputChannels,
      int outputChannels,
      int kernel,
      int stride,
      Activation activation) {}

  /**
   * A depthwise convolution padded by half its kernel, then batch norm, then activation. A kernel
   * smaller than the largest is derived step by step: the centre of the next larger one, flattened
   * and multiplied by the matrix {@code KERNELTRANSFORM_LtoS} of shape {@code (S², S²)} (OFA,
   * section 3.2, elastic kernel size): {@code small = matrix · centre(large)}.
   *
   * @param weight name of the weight tensor {@code (channels, 1, K, K)} of the largest kernel
   * @param batchNorm prefix of the batch norm's tensors
   * @param kernelTransform prefix of the transformation matrices
   * @param channels used
   * @param kernel used
   * @param kernels all kernel sides, ascending
   */
  record Depthwise(
      String weight,
      String batchNorm,
      String kernelTransform,
      int channels,
      int kernel,
      List<Integer> kernels,
      int stride,
      Activation activation) {
    public Depthwise {
      kernels = List.copyOf(kernels);
    }

    /** The name of the matrix between two neighbouring kernel sides. */
    public String transform(int larger, int smaller) {
      return kernelTransform + "_" + larger + "to" + smaller;
    }
  }

  /**
   * Squeeze-and-excitation: pooled to one value a channel, a 1×1 convolution with bias and ReLU to
   * {@code squeezeChannels}, one with bias and hard sigmoid ({@code relu6(x + 3) / 6}) back, then a
   * product with the input.
   *
   * @param reduce prefix of the first convolution's {@code .weight} and {@code .bias}
   * @param expand prefix of the second's
   */
  record SqueezeExcitation(String reduce, String expand, int channels, int squeezeChannels) {}

  /**
   * A linear layer with bias.
   *
   * @param name prefix of {@code .weight} and {@code .bias}
   */
  record Linear(String name, int inputFeatures, int outputFeatures) {}

  T convolution(T input, Convolution layer);

  T depthwise(T input, Depthwise layer);

  T squeezeExcitation(T input, SqueezeExcitation layer);

  /** The largest value of each window, padded by half the kernel. */
  T maxPool(T input, int kernel, int stride);

  /**
   * The average over each square of side {@code stride}; squares that the border cuts average what
   * is inside.
   */
  T averagePool(T input, int stride);

  T activation(T input, Activation activation);

  /** The sum of two equal shapes. */
  T add(T left, T right);

  /**
   * The average over all positions, keeping the dimensions: {@code (n, c, h, w)} to {@code (n, c,
   * 1, 1)}.
   */
  T globalPool(T input);

  /** From {@code (n, c, 1, 1)} to {@code (n, out)}. */
  T linear(T input, Linear layer);
}
