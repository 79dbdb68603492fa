package dev.espalier.table;

import dev.espalier.provenance.Origin;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What one operator costs.
 *
 * @param meanMicros mean, microseconds, finite and not negative
 * @param stdMicros standard deviation of the samples, microseconds, finite and not negative
 * @param medianMicros median, where it is known
 * @param samples number of values that the mean is over; 0 only where a model made the number
 * @param origin how it came about; the profile's provenance of that origin tells the rest
 */
public record LatencyEntry(
    double meanMicros, double stdMicros, OptionalDouble medianMicros, long samples, Origin origin) {
  public LatencyEntry {
    Objects.requireNonNull(origin);
    requireMicros("mean", meanMicros);
    requireMicros("std", stdMicros);
    medianMicros.ifPresent(median -> requireMicros("median", median));
    if (samples < 0 || (samples == 0 && origin != Origin.MODELLED)) {
      throw new IllegalArgumentException(
          "latency entry: samples " + samples + " must be at least 1 unless modelled, and then 0");
    }
  }

  private static void requireMicros(String name, double value) {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "latency entry: " + name + " " + value + " us must be finite and not negative");
    }
  }

  /** The value that costs are summed from: the median where it is known, the mean otherwise. */
  public double micros() {
    return medianMicros.orElse(meanMicros);
  }
}
