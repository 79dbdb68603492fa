package dev.espalier.graph;

import dev.espalier.operator.TensorShape;

/**
 * Where the windows of a convolution or pool lie along one axis.
 *
 * @param inputs positions of the input
 * @param outputs positions of the output
 * @param stride between windows
 * @param padding positions that the first window reaches over the border
 */
record Windows(int inputs, int outputs, int stride, int padding) {
  static Windows rows(TensorShape input, TensorShape output, int stride, int padding) {
    return new Windows(input.height(), output.height(), stride, padding);
  }

  static Windows columns(TensorShape input, TensorShape output, int stride, int padding) {
    return new Windows(input.width(), output.width(), stride, padding);
  }

  /** The input position that a tap of an output's window reads; it may lie outside. */
  int position(int output, int tap) {
    return output * stride + tap - padding;
  }

  /** The first output whose tap reads inside. */
  int first(int tap) {
    int outside = padding - tap;
    return outside <= 0 ? 0 : Math.min(outputs, (outside + stride - 1) / stride);
  }

  /** The output after the last one whose tap reads inside. */
  int end(int tap) {
    int room = inputs - 1 + padding - tap;
    return room < 0 ? 0 : Math.min(outputs, room / stride + 1);
  }
}
