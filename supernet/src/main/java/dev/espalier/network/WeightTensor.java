package dev.espalier.network;

import java.util.Arrays;

/** A dense float32 tensor in row-major order. Immutable; {@link #values()} copies. */
public final class WeightTensor {
  private final int[] shape;
  private final float[] values;

  /**
   * Copies shape and values.
   *
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public WeightTensor(int[] shape, float[] values) {
    this.shape = shape.clone();
    this.values = values.clone();
    long size = 1;
    for (int d : shape) {
      size *= d;
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + values.length + " values");
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

  /** Number of elements. */
  public int length() {
    return values.length;
  }

  /** One element by flat index. */
  public float value(int index) {
    return values[index];
  }

  /** A copy of the elements. */
  public float[] values() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightTensor t
        && Arrays.equals(shape, t.shape)
        && Arrays.equals(values, t.values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "float32" + Arrays.toString(shape);
  }
}
