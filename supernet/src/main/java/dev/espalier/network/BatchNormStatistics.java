package dev.espalier.network;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The running mean and variance of every batch norm that one subnet uses, re-calibrated for it.
 *
 * @param layers by batch norm prefix, as in {@code stage1.block1.expand_bn}; each as wide as the
 *     subnet's layer
 */
public record BatchNormStatistics(SortedMap<String, Moments> layers) {
  public BatchNormStatistics {
    layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
  }

  /**
   * One batch norm's statistics.
   *
   * @param mean per channel
   * @param variance per channel
   */
  public record Moments(WeightTensor mean, WeightTensor variance) {}

  /**
   * The statistics of one batch norm.
   *
   * @throws IllegalArgumentException if the subnet these were calibrated for does not have it
   */
  public Moments layer(String prefix) {
    Moments moments = layers.get(prefix);
    if (moments == null) {
      throw new IllegalArgumentException(
          "batch norm '" + prefix + "' was not calibrated for this subnet");
    }
    return moments;
  }
}
