package dev.espalier.run;

/** Hears how long work goes. Implementations are thread-safe and cheap enough for every unit. */
public interface Progress {
  /** Hears nothing. */
  Progress SILENT =
      new Progress() {
        @Override
        public Stage begin(String what, long units) {
          return done -> {};
        }

        @Override
        public void note(String line) {}
      };

  /**
   * Begins a stretch of work, which lasts until its stage is closed.
   *
   * @param what is done, as in {@code verifying}
   * @param units of it in all, at least 1
   */
  Stage begin(String what, long units);

  /** Tells something that stays readable beside the progress. */
  void note(String line);

  /** A stretch of work. */
  @FunctionalInterface
  interface Stage extends AutoCloseable {
    /** So many units are done, counted from the beginning. */
    void done(long units);

    @Override
    default void close() {}
  }
}
