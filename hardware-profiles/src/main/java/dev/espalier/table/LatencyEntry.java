package dev.espalier.table;

import dev.espalier.provenance.Origin;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one operator costs.
 *
 * @param meanMicros mean, microseconds, finite and not negative
 * @param stdMicros standard deviation of the samples, microseconds, finite and not negative; empty
 *     where it is not known, as in tables published without it, which is not the same as 0
 * @param medianMicros median, where it is known
 * @param samples number of values that the mean is over, where it is known; 0 only where a model
 *     made the number
 * @param origin how it came about; the profile's provenance of that origin tells the rest
 */
public record LatencyEntry(
    double meanMicros,
    OptionalDouble stdMicros,
    OptionalDouble medianMicros,
    OptionalLong samples,
    Origin origin) {
  public LatencyEntry {
    Objects.requireNonNull(origin);
    requireMicros("mean", meanMicros);
    stdMicros.ifPresent(std -> requireMicros("std", std));
    medianMicros.ifPresent(median -> requireMicros("median", median));
    long count = samples.orElse(1);
    if (count < 0 || (count == 0 && origin != Origin.MODELLED)) {
      throw new IllegalArgumentException(
          "latency entry: samples " + count + " must be at least 1 unless modelled, and then 0");
    }
  }

  /** An entry whose spread and number of samples are known. */
  public LatencyEntry(
      double meanMicros,
      double stdMicros,
      OptionalDouble medianMicros,
      long samples,
      Origin origin) {
    this(meanMicros, OptionalDouble.of(stdMicros), medianMicros, OptionalLong.of(samples), origin);
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
