package dev.espalier.microcontroller;

import dev.espalier.operator.TensorShape;
import java.util.List;

/**
 * One kernel by its shapes, which are all that its memory depends on: the same whether it comes
 * from a network with weights or from an operator of a search space.
 *
 * <p>Values are numbered: 0 is what the first kernel of a sequence takes, {@code i + 1} what kernel
 * {@code i} makes.
 *
 * @param name in messages
 * @param kind what it computes
 * @param reads the values that it takes, in order
 * @param input shape of the first of them
 * @param output shape of what it makes
 * @param side of its windows; 1 where it has none
 * @param stride of its windows
 * @param padding rows and columns that windows reach over each border
 * @param tables functions of 256 values that it holds, 0 or 1
 */
public record Kernel(
    String name,
    Kind kind,
    List<Integer> reads,
    TensorShape input,
    TensorShape output,
    int side,
    int stride,
    int padding,
    int tables) {

  /** What there are kernels for. */
  public enum Kind {
    /** 1 × 1 over all channels, or a linear layer. */
    POINTWISE,
    CONVOLUTION,
    DEPTHWISE,
    /** A function of every element. */
    TABLE,
    ADD,
    /** A map times one value a channel. */
    SCALE,
    POOL,
    GLOBAL_POOL
  }

  public Kernel {
    reads = List.copyOf(reads);
  }

  /** A convolution padded by half its side, or a linear layer, of a value. */
  static Kernel convolution(
      String name,
      int value,
      TensorShape input,
      TensorShape output,
      int side,
      int stride,
      int groups,
      int tables) {
    boolean depthwise = groups == input.channels() && groups == output.channels();
    if (groups != 1 && !depthwise) {
      throw new UnsupportedNodeException(
          name,
          "a convolution of %d groups over %d channels; there are kernels for one group, and for a group a channel"
              .formatted(groups, input.channels()));
    }
    if (depthwise && (side == 1 || stride > 2)) {
      throw new UnsupportedNodeException(
          name,
          "a depthwise convolution of kernel %d and stride %d; there are kernels for sides of 3 and more, and strides 1 and 2"
              .formatted(side, stride));
    }
    Kind kind =
        depthwise ? Kind.DEPTHWISE : side == 1 && stride == 1 ? Kind.POINTWISE : Kind.CONVOLUTION;
    return new Kernel(name, kind, List.of(value), input, output, side, stride, side / 2, tables);
  }

  /** A kernel without windows. */
  static Kernel of(
      String name,
      Kind kind,
      List<Integer> reads,
      TensorShape input,
      TensorShape output,
      int tables) {
    return new Kernel(name, kind, reads, input, output, 1, 1, 0, tables);
  }

  /** The same with other numbers of values. */
  Kernel reading(List<Integer> values) {
    return new Kernel(name, kind, values, input, output, side, stride, padding, tables);
  }

  /** The same with a function of its results. */
  Kernel withTable() {
    return new Kernel(name, kind, reads, input, output, side, stride, padding, tables + 1);
  }

  /** Inputs in whose place the output may be written when they are used for the last time. */
  List<Integer> replaceable() {
    return switch (kind) {
      case TABLE, ADD -> reads;
      case SCALE, DEPTHWISE -> reads.subList(0, 1);
      default -> List.of();
    };
  }

  /** Bytes that are needed while it runs, only then. */
  long scratchBytes() {
    return switch (kind) {
      case POINTWISE, CONVOLUTION -> KernelMemory.convolutionScratch(input, side, stride);
      case DEPTHWISE -> KernelMemory.depthwiseScratch(input, side);
      default -> 0;
    };
  }

  /** The same for a part of the map. */
  long patchScratchBytes(TensorShape part) {
    return switch (kind) {
      case POINTWISE, CONVOLUTION -> KernelMemory.patchScratch(part, side, kind);
      case DEPTHWISE -> KernelMemory.depthwiseScratch(part, side);
      default -> 0;
    };
  }

  /** Whether each position of the output follows from positions around it alone. */
  boolean local() {
    return kind != Kind.SCALE && kind != Kind.GLOBAL_POOL;
  }

  /** Positions of the output. */
  long positions() {
    return (long) output.height() * output.width();
  }

  /** Multiply-accumulates for some positions of the output. */
  long macs(long positions) {
    return switch (kind) {
      case POINTWISE, CONVOLUTION -> positions * input.channels() * output.channels() * side * side;
      case DEPTHWISE -> positions * output.channels() * side * side;
      default -> 0;
    };
  }

  /** Bytes of weights, channels and tables. */
  public long constantBytes() {
    long table = (long) tables * KernelMemory.TABLE_BYTES;
    return switch (kind) {
      case POINTWISE, CONVOLUTION ->
          table
              + KernelMemory.convolutionConstants(
                  (long) input.channels() * side * side, output.channels());
      case DEPTHWISE -> table + KernelMemory.depthwiseConstants(output.channels(), side);
      default -> table;
    };
  }
}
