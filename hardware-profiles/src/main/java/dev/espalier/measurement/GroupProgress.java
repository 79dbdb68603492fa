package dev.espalier.measurement;

import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/** Turns the shares done of one group of subjects after another into progress over all of them. */
final class GroupProgress {
  private final Progress progress;
  private final String what;
  private final int all;
  private final LongSupplier nanos;
  private final long start;

  /** Starts the clock. */
  GroupProgress(Progress progress, String what, int all, LongSupplier nanos) {
    this.progress = progress;
    this.what = what;
    this.all = all;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  /**
   * Takes the share done of a group.
   *
   * @param before subjects in the groups before it
   * @param size subjects in it
   */
  DoubleConsumer within(int before, int size) {
    return share -> {
      double done = before + size * share;
      double seconds = (nanos.getAsLong() - start) / 1e9;
      progress.report(what, (int) done, all, seconds / done * (all - done));
    };
  }
}
