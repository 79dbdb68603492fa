package dev.espalier.network;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A dense float32 tensor in row-major order. Immutable; {@link #values()} copies. Its elements may
 * lie in a mapped file.
 */
public final class WeightTensor {
  private final int[] shape;
  private final FloatBuffer values;

  /**
   * Copies shape and values.
   *
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public WeightTensor(int[] shape, float[] values) {
    this(shape, FloatBuffer.wrap(values.clone()));
  }

  private WeightTensor(int[] shape, FloatBuffer values) {
    this.shape = shape.clone();
    this.values = values;
    long size = 1;
    for (int d : shape) {
      size *= d;
    }
    if (size != values.capacity()) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + values.capacity() + " values");
    }
  }

  /**
   * A view of a buffer, from its position to its limit; nobody may write what it shows.
   *
   * @throws IllegalArgumentException if the shape does not hold exactly these values
   */
  public static WeightTensor viewing(int[] shape, FloatBuffer values) {
    return new WeightTensor(shape, values.slice().asReadOnlyBuffer());
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
    return values.capacity();
  }

  /** One element by flat index. */
  public float value(int index) {
    return values.get(index);
  }

  /** A copy of the elements. */
  public float[] values() {
    float[] copy = new float[values.capacity()];
    values.get(0, copy);
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WeightTensor t
        && Arrays.equals(shape, t.shape)
        && Arrays.equals(values(), t.values());
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values());
  }

  @Override
  public String toString() {
    return "float32" + Arrays.toString(shape);
  }
}
