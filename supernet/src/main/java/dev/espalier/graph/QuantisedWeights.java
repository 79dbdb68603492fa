package dev.espalier.graph;

import java.util.Arrays;

/**
 * The weights of a layer in 8 bits, symmetric, one scale an output channel, and its biases in 32
 * bits. A weight stands for {@code scale(channel) · value}, a bias for {@code inputScale ·
 * scale(channel) · bias(channel)}. Immutable; accessors of arrays copy.
 */
public final class QuantisedWeights {
  /** The largest absolute weight. */
  public static final int MOST = 127;

  private final int[] shape;
  private final byte[] values;
  private final float[] scales;
  private final int[] biases;

  /**
   * Copies its parts.
   *
   * @param shape {@code (out, in / groups, k, k)}, or {@code (out, in)} of a linear layer
   * @param values row-major, -127 to 127
   * @param scales {@code (out)}, positive
   * @param biases {@code (out)}
   */
  public QuantisedWeights(int[] shape, byte[] values, float[] scales, int[] biases) {
    this.shape = shape.clone();
    this.values = values.clone();
    this.scales = scales.clone();
    this.biases = biases.clone();
    long size = 1;
    for (int d : shape) {
      size *= d;
    }
    if (shape.length == 0
        || size != values.length
        || shape[0] != scales.length
        || shape[0] != biases.length) {
      throw new IllegalArgumentException(
          "weights of shape %s do not have %d values, %d scales and %d biases"
              .formatted(Arrays.toString(shape), values.length, scales.length, biases.length));
    }
  }

  /** A copy of the shape. */
  public int[] shape() {
    return shape.clone();
  }

  /** Size of one dimension. */
  public int size(int dimension) {
    return shape[dimension];
  }

  /** Output channels. */
  public int channels() {
    return shape[0];
  }

  /** Number of weights, biases not counted. */
  public int length() {
    return values.length;
  }

  /** One weight by flat index. */
  public byte value(int index) {
    return values[index];
  }

  /** The scale of an output channel's weights. */
  public float scale(int channel) {
    return scales[channel];
  }

  /** The bias of an output channel. */
  public int bias(int channel) {
    return biases[channel];
  }

  /** A copy of the weights, row-major. */
  public byte[] values() {
    return values.clone();
  }

  /** A copy of the scales. */
  public float[] scales() {
    return scales.clone();
  }

  /** A copy of the biases. */
  public int[] biases() {
    return biases.clone();
  }

  /** The same weights with other biases. */
  public QuantisedWeights withBiases(int[] others) {
    return new QuantisedWeights(shape, values, scales, others);
  }

  /** Bytes of weights and biases; scales are not counted. */
  public long bytes() {
    return values.length + (long) Integer.BYTES * biases.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantisedWeights w
        && Arrays.equals(shape, w.shape)
        && Arrays.equals(values, w.values)
        && Arrays.equals(scales, w.scales)
        && Arrays.equals(biases, w.biases);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(biases);
  }

  @Override
  public String toString() {
    return "int8" + Arrays.toString(shape);
  }
}
