package dev.espalier.kit;

import dev.espalier.measurement.Samples;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What was timed of one model.
 *
 * @param meanMicros above 0
 * @param stdMicros standard deviation, not negative; empty where it is not known
 * @param medianMicros above 0; empty where only a mean was told
 * @param samples at least 1
 */
public record Timing(
    double meanMicros, OptionalDouble stdMicros, OptionalDouble medianMicros, long samples) {
  public Timing {
    if (!(meanMicros > 0 && meanMicros < Double.POSITIVE_INFINITY)
        || !(stdMicros.orElse(0) >= 0 && stdMicros.orElse(0) < Double.POSITIVE_INFINITY)
        || !(medianMicros.orElse(1) > 0 && medianMicros.orElse(1) < Double.POSITIVE_INFINITY)
        || samples < 1) {
      throw new IllegalArgumentException(
          "timing: mean %s and median %s us must be above 0, std %s us not negative, all finite, samples %d at least 1"
              .formatted(meanMicros, medianMicros, stdMicros, samples));
    }
  }

  static Timing of(Samples samples) {
    return new Timing(
        samples.mean(),
        samples.count() == 1
            ? OptionalDouble.empty()
            : OptionalDouble.of(samples.standardDeviation()),
        OptionalDouble.of(samples.median()),
        samples.count());
  }

  /** The value that stands for all of them: the median where it is known, the mean otherwise. */
  public double micros() {
    return medianMicros.orElse(meanMicros);
  }

  /**
   * Several runs as one: mean and deviation over the samples of all, {@code Σ n m / Σ n} and the
   * root of {@code Σ n (s² + (m - mean)²) / Σ n}. Medians do not pool: of several runs none is
   * known, unless there is but one run.
   */
  static Timing pool(List<Timing> runs) {
    if (runs.size() == 1) {
      return runs.get(0);
    }
    // In an order that does not depend on that of the files.
    List<Timing> ordered =
        runs.stream().sorted(Comparator.comparingDouble(Timing::meanMicros)).toList();
    long samples = ordered.stream().mapToLong(Timing::samples).sum();
    double mean = ordered.stream().mapToDouble(r -> r.samples * r.meanMicros).sum() / samples;
    boolean known = ordered.stream().allMatch(r -> r.stdMicros.isPresent());
    double squares =
        ordered.stream()
            .mapToDouble(
                r ->
                    r.samples
                        * (r.stdMicros.orElse(0) * r.stdMicros.orElse(0)
                            + (r.meanMicros - mean) * (r.meanMicros - mean)))
            .sum();
    return new Timing(
        mean,
        known ? OptionalDouble.of(Math.sqrt(squares / samples)) : OptionalDouble.empty(),
        OptionalDouble.empty(),
        samples);
  }
}
