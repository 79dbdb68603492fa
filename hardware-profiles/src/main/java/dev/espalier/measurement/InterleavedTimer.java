package dev.espalier.measurement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Times many subjects in rounds, so that a noisy second falls on one visit of many subjects and not
 * on all visits of one. Not thread-safe; the subjects run on the calling thread.
 */
final class InterleavedTimer {
  /** A visit of an operator of 1 us stays well below a million clock readings. */
  private static final int MOST_RUNS = 2_000;

  private static final int FEWEST_RUNS = 3;

  /** Runs that bring a subject's weights back into the caches the others have filled. */
  private static final int SETTLING_RUNS = 2;

  private final TimingPlan plan;
  private final LongSupplier nanos;

  InterleavedTimer(TimingPlan plan, LongSupplier nanos) {
    this.plan = plan;
    this.nanos = nanos;
  }

  /**
   * Times all subjects.
   *
   * @param subjects each does its work once when run
   * @param random shuffles the rounds
   * @param done is told after each round which share of the visits is made or not needed
   * @return the visits of each subject, microseconds, in the order of subjects
   */
  List<Samples> time(
      List<? extends Runnable> subjects, RandomGenerator random, DoubleConsumer done) {
    double[][] visits = new double[subjects.size()][0];
    List<Integer> pending = new ArrayList<>();
    for (int i = 0; i < subjects.size(); i++) {
      for (int run = 0; run < plan.warmUpRuns(); run++) {
        subjects.get(i).run();
      }
      pending.add(i);
    }
    for (int round = 1; !pending.isEmpty(); round++) {
      shuffle(pending, random);
      for (int subject : pending) {
        visits[subject] = Arrays.copyOf(visits[subject], round);
        visits[subject][round - 1] = visit(subjects.get(subject));
      }
      pending.removeIf(subject -> plan.enough(Samples.of(visits[subject])));
      double left = pending.size() * (double) (plan.mostVisits() - round);
      done.accept(1 - left / ((double) subjects.size() * plan.mostVisits()));
    }
    return Arrays.stream(visits).map(Samples::of).toList();
  }

  private static void shuffle(List<Integer> values, RandomGenerator random) {
    for (int i = values.size() - 1; i > 0; i--) {
      Collections.swap(values, i, random.nextInt(i + 1));
    }
  }

  /** The median run of one burst, microseconds. */
  private double visit(Runnable subject) {
    for (int run = 0; run < SETTLING_RUNS; run++) {
      subject.run();
    }
    double[] runs = new double[MOST_RUNS];
    int count = 0;
    long start = nanos.getAsLong();
    long end = start + plan.burstMicros() * 1_000;
    while (count < MOST_RUNS && (count < FEWEST_RUNS || start < end)) {
      subject.run();
      long now = nanos.getAsLong();
      runs[count++] = (now - start) / 1e3;
      start = now;
    }
    return Samples.of(Arrays.copyOf(runs, count)).median();
  }
}
