package dev.espalier.microcontroller;

import dev.espalier.operator.TensorShape;

/**
 * Bytes that kernels need beside the feature maps, from shapes alone, so that what a network needs
 * can be told before its weights are known. The C sources state the same layouts.
 */
public final class KernelMemory {
  /** Feature maps and scratch areas start at multiples of this. */
  public static final int ALIGNMENT = 4;

  /** Bias and multiplier of an output channel, 32 bits each. */
  public static final int CHANNEL_BYTES = 8;

  /** An element-wise function: one byte for each of 256 inputs. */
  public static final int TABLE_BYTES = 256;

  /** Inputs that one word of weights holds. */
  private static final int WORD = 4;

  private KernelMemory() {}

  /** Bytes of a buffer, rounded up to the alignment. */
  public static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * Scratch of a convolution over all channels, or of a linear layer: inputs of one position, or of
   * two where there are two, as pairs of 16 bits, and the bytes of one window where it is not a
   * position of the map.
   *
   * @param kernel side
   * @param stride of the windows
   */
  public static long convolutionScratch(TensorShape input, int kernel, int stride) {
    long window = (long) input.channels() * kernel * kernel;
    long words = (window + WORD - 1) / WORD;
    boolean pointwise = kernel == 1 && stride == 1;
    if (pointwise) {
      boolean one = input.height() * input.width() == 1;
      return (one ? 1 : 2) * words * 2 * WORD;
    }
    return 2 * words * 2 * WORD + aligned(window);
  }

  /** Scratch of a convolution over all channels on a part of a map, two positions at a time. */
  static long patchScratch(TensorShape part, int kernel, Kernel.Kind kind) {
    long window = (long) part.channels() * kernel * kernel;
    long pairs = 2 * ((window + WORD - 1) / WORD) * 2 * WORD;
    return kind == Kernel.Kind.POINTWISE ? pairs : pairs + aligned(window);
  }

  /**
   * Scratch of a depthwise convolution: the padded plane of one channel in 16 bits, rows of even
   * length, and the kernel of that channel as pairs of 16 bits.
   */
  public static long depthwiseScratch(TensorShape input, int kernel) {
    long pitch = (input.width() + kernel + 2L) / 2 * 2;
    return pitch * (input.height() + kernel - 1L) * Short.BYTES
        + (long) kernel * (kernel - 1) * Integer.BYTES;
  }

  /**
   * Constants of a convolution over all channels, or of a linear layer: weights of two output
   * channels together, the inputs filled up to whole words, and the channels.
   *
   * @param window inputs of one output: channels times the kernel's positions
   */
  public static long convolutionConstants(long window, int outputs) {
    long pairs = (outputs + 1L) / 2;
    return pairs * ((window + WORD - 1) / WORD) * 2 * WORD + (long) outputs * CHANNEL_BYTES;
  }

  /** Constants of a depthwise convolution: weights channel by channel, and the channels. */
  public static long depthwiseConstants(int channels, int kernel) {
    return (long) channels * kernel * kernel + (long) channels * CHANNEL_BYTES;
  }
}
