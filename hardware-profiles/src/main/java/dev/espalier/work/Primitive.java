package dev.espalier.work;

import java.util.Objects;

/**
 * One part of an operator, for one image.
 *
 * @param kind what it is
 * @param positions of its output, rows times columns, at least 1
 * @param inputs channels that each output channel is made of, 1 where channels do not mix
 * @param outputs channels, at least 1
 * @param taps of its window or kernel, rows times columns, at least 1
 */
public record Primitive(PrimitiveKind kind, long positions, int inputs, int outputs, int taps) {
  public Primitive {
    Objects.requireNonNull(kind);
    if (positions < 1 || inputs < 1 || outputs < 1 || taps < 1) {
      throw new IllegalArgumentException(
          "%s: positions %d, inputs %d, outputs %d and taps %d must be at least 1"
              .formatted(kind.word(), positions, inputs, outputs, taps));
    }
  }

  /** Elements of its output. */
  public long outputElements() {
    return positions * outputs;
  }

  /** Multiply-accumulates, counted as {@link dev.espalier.operator.Operator#macs()} does. */
  public long macs() {
    return switch (kind) {
      case POINTWISE, CONVOLUTION, DEPTHWISE, LINEAR -> outputElements() * inputs * taps;
      case POOL, GLOBAL_POOL, ADD, SCALE, H_SWISH -> 0;
    };
  }

  /** Weights, biases not counted. */
  public long weights() {
    return switch (kind) {
      case POINTWISE, CONVOLUTION, DEPTHWISE, LINEAR -> (long) inputs * outputs * taps;
      case POOL, GLOBAL_POOL, ADD, SCALE, H_SWISH -> 0;
    };
  }
}
