package dev.espalier.operator;

/** Element-wise non-linearities. */
public enum Activation {
  NONE,
  RELU,
  /** min(max(x, 0), 6). */
  RELU6,
  /** x · relu6(x + 3) / 6 (Howard et al., ICCV 2019, section 5.2). */
  H_SWISH
}
