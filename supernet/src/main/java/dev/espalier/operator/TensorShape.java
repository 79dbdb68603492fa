package dev.espalier.operator;

/**
 * The shape of one image's feature map.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 * @param channels at least 1
 */
public record TensorShape(int height, int width, int channels) {
  public TensorShape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          "shape "
              + height
              + "x"
              + width
              + "x"
              + channels
              + ": every dimension must be at least 1");
    }
  }

  /** Number of elements. */
  public long elements() {
    return (long) height * width * channels;
  }

  /** The shape after a convolution padded by half its kernel: {@code (size - 1) / stride + 1}. */
  public TensorShape convolved(int stride, int outputChannels) {
    return new TensorShape((height - 1) / stride + 1, (width - 1) / stride + 1, outputChannels);
  }

  /** Parses {@code HxWxC}, the form that {@link #toString()} writes. */
  public static TensorShape parse(String text) {
    String[] parts = text.split("x", -1);
    try {
      if (parts.length == 3) {
        return new TensorShape(
            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("shape '" + text + "' is not HxWxC, as in 14x14x96", e);
    }
    throw new IllegalArgumentException("shape '" + text + "' is not HxWxC, as in 14x14x96");
  }

  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
