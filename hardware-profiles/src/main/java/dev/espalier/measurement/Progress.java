package dev.espalier.measurement;

/** Receives word of how far a measurement is. Called on the measuring thread, between visits. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = (what, done, all, secondsLeft) -> {};

  /**
   * Something was done.
   *
   * @param what is being timed, as in {@code operators}
   * @param done how many of {@code all}; subjects are timed in rounds, so this is their share
   * @param all how many there are
   * @param secondsLeft estimated from the time so far; an upper bound, since stable subjects end
   *     early
   */
  void report(String what, int done, int all, double secondsLeft);
}
