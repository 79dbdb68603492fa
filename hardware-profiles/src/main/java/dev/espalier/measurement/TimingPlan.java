package dev.espalier.measurement;

/**
 * How long to time each subject.
 *
 * @param warmUpRuns untimed runs before a subject's first visit, at least 1
 * @param burstMicros how long a visit runs its subject, microseconds, at least 1
 * @param fewestVisits to each subject, at least 3
 * @param mostVisits to each subject, the cap
 * @param relativeError the standard error of a subject's median, relative to the median, at which
 *     visits end; above 0
 */
public record TimingPlan(
    int warmUpRuns, long burstMicros, int fewestVisits, int mostVisits, double relativeError) {
  /**
   * About 15 to 60 ms for each subject; half a percent is less than neighbouring kernels differ.
   */
  public static final TimingPlan STANDARD = new TimingPlan(30, 1_000, 15, 60, 0.005);

  public TimingPlan {
    if (warmUpRuns < 1
        || burstMicros < 1
        || fewestVisits < 3
        || mostVisits < fewestVisits
        || !(relativeError > 0)) {
      throw new IllegalArgumentException(
          "timing plan: warmUpRuns %d and burstMicros %d must be at least 1, fewestVisits %d at least 3 and at most mostVisits %d, relativeError %s above 0"
              .formatted(warmUpRuns, burstMicros, fewestVisits, mostVisits, relativeError));
    }
  }

  boolean enough(Samples visits) {
    return visits.count() >= mostVisits
        || (visits.count() >= fewestVisits
            && visits.medianStandardError() <= relativeError * visits.median());
  }

  /** In words, for provenance. */
  public String words() {
    return "median over %d to %d visits in shuffled rounds, each the median of a burst of %d us"
        .formatted(fewestVisits, mostVisits, burstMicros);
  }
}
