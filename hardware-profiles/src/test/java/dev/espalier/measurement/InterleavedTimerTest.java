package dev.espalier.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InterleavedTimerTest {
  /** A clock that only work moves. */
  private static final class Clock {
    private long nanos;
    private long slowFrom = Long.MAX_VALUE;
    private long slowTo = Long.MAX_VALUE;

    void work(double micros) {
      boolean slow = nanos >= slowFrom && nanos < slowTo;
      nanos += Math.round(micros * 1000 * (slow ? 3 : 1));
    }
  }

  private final Clock clock = new Clock();
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);

  private InterleavedTimer timer(TimingPlan plan) {
    return new InterleavedTimer(plan, () -> clock.nanos);
  }

  private List<Samples> time(TimingPlan plan, List<Runnable> subjects) {
    return timer(plan).time(subjects, random, share -> {});
  }

  @Test
  void findsWhatEachSubjectTakes() {
    List<Runnable> subjects =
        List.of(() -> clock.work(5), () -> clock.work(80), () -> clock.work(2_500));
    List<Samples> samples = time(new TimingPlan(2, 500, 4, 8, 0.01), subjects);
    assertThat(samples).extracting(Samples::median).containsExactly(5.0, 80.0, 2500.0);
    assertThat(samples).extracting(Samples::count).containsOnly(4);
  }

  @Test
  void aSlowSpellDoesNotMoveAnyMedian() {
    // 40 subjects of 10 visits of about 200 us each make 80 ms; 20 of those are three times slower.
    clock.slowFrom = 30_000_000;
    clock.slowTo = 50_000_000;
    List<Runnable> subjects =
        IntStream.rangeClosed(1, 40).<Runnable>mapToObj(i -> () -> clock.work(i)).toList();
    List<Samples> samples = time(new TimingPlan(1, 200, 10, 10, 0.01), subjects);
    for (int i = 0; i < 40; i++) {
      assertThat(samples.get(i).median()).isCloseTo(i + 1, within(1e-9));
    }
    assertThat(samples.stream().filter(s -> s.quantile(1) > 2 * s.median()).count())
        .isGreaterThan(30);
  }

  @Test
  void visitsStableSubjectsLessOften() {
    Runnable steady = () -> clock.work(10);
    Runnable noisy = () -> clock.work(10 + 20 * random.nextDouble());
    List<Samples> samples = time(new TimingPlan(1, 30, 5, 25, 1e-6), List.of(steady, noisy));
    assertThat(samples).extracting(Samples::count).containsExactly(5, 25);
  }

  @Test
  void shufflesEveryRound() {
    List<Integer> order = new ArrayList<>();
    List<Runnable> subjects =
        IntStream.range(0, 10)
            .<Runnable>mapToObj(
                i ->
                    () -> {
                      clock.work(1_000);
                      if (order.isEmpty() || order.get(order.size() - 1) != i) {
                        order.add(i);
                      }
                    })
            .toList();
    time(new TimingPlan(1, 1, 3, 3, 1), subjects);
    List<Integer> first = order.subList(10, 20);
    List<Integer> second = order.subList(20, 30);
    assertThat(order.subList(0, 10)).isSorted();
    assertThat(new HashSet<>(first)).hasSize(10);
    assertThat(first).isNotEqualTo(order.subList(0, 10)).isNotEqualTo(second);
  }

  @Test
  void tellsWhichShareIsDoneUpToTheEnd() {
    List<Double> shares = new ArrayList<>();
    timer(new TimingPlan(1, 10, 3, 6, 0.01))
        .time(List.of(() -> clock.work(10), () -> clock.work(20)), random, shares::add);
    assertThat(shares).containsExactly(1 - 10 / 12.0, 1 - 8 / 12.0, 1.0);
  }

  @Test
  void progressOverGroupsAddsUp() {
    List<String> reports = new ArrayList<>();
    GroupProgress groups =
        new GroupProgress(
            (what, done, all, left) ->
                reports.add("%s %d/%d %.1f".formatted(what, done, all, left)),
            "operators",
            8,
            () -> clock.nanos);
    clock.nanos = 1_000_000_000;
    groups.within(0, 4).accept(0.5);
    clock.nanos = 2_000_000_000;
    groups.within(0, 4).accept(1);
    clock.nanos = 3_000_000_000L;
    groups.within(4, 4).accept(0.5);
    clock.nanos = 4_000_000_000L;
    groups.within(4, 4).accept(1);
    assertThat(reports)
        .containsExactly(
            "operators 2/8 3.0", "operators 4/8 2.0", "operators 6/8 1.0", "operators 8/8 0.0");
  }

  @Test
  void refusesAPlanThatMeasuresNothing() {
    assertThatThrownBy(() -> new TimingPlan(1, 1, 2, 5, 0.1))
        .hasMessageContaining("fewestVisits 2 at least 3 and at most mostVisits 5");
    assertThatThrownBy(() -> new TimingPlan(1, 1, 9, 5, 0.1))
        .hasMessageContaining("fewestVisits 9 at least 3 and at most mostVisits 5");
    assertThatThrownBy(() -> new TimingPlan(1, 1, 3, 5, 0))
        .hasMessageContaining("relativeError 0.0 above 0");
  }
}
