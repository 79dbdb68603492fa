package dev.espalier.deploy;

import dev.espalier.operator.TensorShape;

/**
 * How TFLite gets the windows of a convolution or pool that are padded at the front by a given
 * width: by its own padding, which puts the smaller half in front, or by an operator before it.
 *
 * @param front rows and columns before the map
 * @param bottom rows behind it that windows reach
 * @param right columns behind it that windows reach
 * @param own whether TFLite's padding {@code SAME} is the same
 */
record TflitePadding(int front, int bottom, int right, boolean own) {

  static TflitePadding of(
      TensorShape input, TensorShape output, int kernel, int stride, int front) {
    int bottom = behind(input.height(), output.height(), kernel, stride, front);
    int right = behind(input.width(), output.width(), kernel, stride, front);
    return new TflitePadding(
        front,
        Math.max(0, bottom),
        Math.max(0, right),
        same(input.height(), output.height(), kernel, stride, front)
            && same(input.width(), output.width(), kernel, stride, front));
  }

  private static int behind(int inputs, int outputs, int kernel, int stride, int front) {
    return (outputs - 1) * stride + kernel - inputs - front;
  }

  private static boolean same(int inputs, int outputs, int kernel, int stride, int front) {
    return Math.max(0, (outputs - 1) * stride + kernel - inputs) / 2 == front;
  }

  /** The map with its border. */
  TensorShape padded(TensorShape input) {
    return new TensorShape(
        input.height() + front + bottom, input.width() + front + right, input.channels());
  }

  /** What {@code PAD} takes: before and behind, for every dimension. */
  int[] amounts() {
    return new int[] {0, 0, front, bottom, front, right, 0, 0};
  }
}
