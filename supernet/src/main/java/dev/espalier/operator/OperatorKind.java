package dev.espalier.operator;

/** The kinds of operator a latency table can hold. */
public enum OperatorKind {
  /** A convolution with its folded batch norm or bias and its activation. */
  CONV,
  /**
   * An inverted residual block (Sandler et al., CVPR 2018, section 3.3): 1×1 expansion, depthwise
   * convolution, optional squeeze-and-excitation, linear 1×1 projection, optional identity
   * shortcut.
   */
  MBCONV,
  /**
   * A residual bottleneck (He et al., CVPR 2016, section 4.1): 1×1 convolution, k×k convolution
   * with the stride, linear 1×1 convolution, shortcut, then the activation once more.
   */
  BOTTLENECK,
  /** The largest value of each window, padded by half the kernel. */
  MAX_POOL,
  /**
   * The average of each window. Windows of the stride's side lie side by side, and those that the
   * border cuts average what is inside; other windows have an odd side and are padded by half of
   * it, and the padding does not count in the average.
   */
  AVERAGE_POOL,
  /** Average over all positions. */
  GLOBAL_POOL,
  /** A matrix product with bias over a flattened input. */
  LINEAR,
  /** The sum of two equal shapes, {@code input} being the shape of each. */
  ADD
}
