package dev.espalier.latency;

import dev.espalier.space.Architecture;
import java.util.List;

/** Measures whole networks on the device of a profile. */
@FunctionalInterface
public interface NetworkTimer {
  /**
   * Measures all networks; together, so that a noisy machine can be shared fairly among them.
   *
   * @return the median latency of each, microseconds, in their order; above 0
   */
  double[] medianMicros(List<Architecture> networks);
}
