package dev.espalier.operator;

/** Whether, and how, an operator's input is added to its output. */
public enum Shortcut {
  NONE,
  IDENTITY,
  /**
   * The input is averaged over squares of the stride's side, then goes through a 1×1 convolution
   * with batch norm (He et al., CVPR 2019, section 4.1, ResNet-D).
   */
  PROJECTION
}
