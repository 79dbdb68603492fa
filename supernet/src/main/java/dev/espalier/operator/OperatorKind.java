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
  /** Average over all positions. */
  GLOBAL_POOL,
  /** A matrix product with bias over a flattened input. */
  LINEAR
}
