package dev.espalier.work;

import java.util.Locale;

/** What runtimes execute. */
public enum PrimitiveKind {
  /** A 1×1 convolution of stride 1: a matrix product over positions. */
  POINTWISE,
  /** Any other convolution over all, or a group, of its input channels. */
  CONVOLUTION,
  /** A convolution of each channel by itself. */
  DEPTHWISE,
  /** A matrix product over one position. */
  LINEAR,
  /** The largest value or the average of windows. */
  POOL,
  /** The average over all positions. */
  GLOBAL_POOL,
  /** The sum of two maps. */
  ADD,
  /** A map times a factor per channel, as squeeze-and-excitation has it. */
  SCALE,
  /** A non-linearity that needs a pass of its own: a map times a function of it. */
  H_SWISH;

  /** As messages and files have it. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
