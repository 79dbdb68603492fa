package dev.espalier.job;

import dev.espalier.run.Progress;
import dev.espalier.run.Progress.Stage;
import java.util.HashMap;
import java.util.Map;

/** Turns reports of several measurements into stages; one that begins ends the one before it. */
final class MeasurementStages implements dev.espalier.measurement.Progress, AutoCloseable {
  private final String verb;
  private final Progress progress;
  private final Map<String, Integer> sizes = new HashMap<>();
  private Stage current = done -> {};

  /**
   * @param verb what is done to the subjects, as in {@code timing}
   */
  MeasurementStages(String verb, Progress progress) {
    this.verb = verb;
    this.progress = progress;
  }

  @Override
  public void report(String what, int done, int all, double secondsLeft) {
    if (!Integer.valueOf(all).equals(sizes.put(what, all))) {
      current.close();
      current = progress.begin(verb + " " + all + " " + what, all);
    }
    current.done(done);
  }

  @Override
  public void close() {
    current.close();
  }
}
