package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class FrontPointsTest {
  private static FrontPoints front(long seed, int size) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    TreeSet<Double> micros = new TreeSet<>();
    TreeSet<Double> accuracies = new TreeSet<>();
    while (micros.size() < size) {
      micros.add(100 * random.nextDouble());
    }
    while (accuracies.size() < size) {
      accuracies.add(random.nextDouble());
    }
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      codes.add(Integer.toString(i));
    }
    return new FrontPoints(List.copyOf(micros), List.copyOf(accuracies), codes, size);
  }

  /** Under the staircase, up to the last latency and from accuracy 0. */
  private static double area(FrontPoints front) {
    double area = 0;
    for (int i = 0; i + 1 < front.size(); i++) {
      area +=
          (front.latencyMicros().get(i + 1) - front.latencyMicros().get(i))
              * front.accuracies().get(i);
    }
    return area;
  }

  private static FrontPoints without(FrontPoints front, int removed) {
    List<Double> micros = new ArrayList<>(front.latencyMicros());
    List<Double> accuracies = new ArrayList<>(front.accuracies());
    List<String> codes = new ArrayList<>(front.codes());
    micros.remove(removed);
    accuracies.remove(removed);
    codes.remove(removed);
    return new FrontPoints(micros, accuracies, codes, front.all());
  }

  @Test
  void eachPointThatGoesIsTheOneThatTakesTheLeastArea() {
    for (long seed = 1; seed <= 30; seed++) {
      FrontPoints expected = front(seed, 20);
      for (int most = 19; most >= 2; most--) {
        FrontPoints best = null;
        for (int i = 1; i < expected.size() - 1; i++) {
          FrontPoints one = without(expected, i);
          best = best == null || area(one) > area(best) + 1e-12 ? one : best;
        }
        expected = best;
        assertThat(front(seed, 20).thinned(most))
            .as("seed %d, most %d", seed, most)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void thinningTwiceKeepsWhatThinningOnceKeeps() {
    for (long seed = 1; seed <= 10; seed++) {
      FrontPoints front = front(seed, 300);
      assertThat(front.thinned(100).thinned(17)).as("seed %d", seed).isEqualTo(front.thinned(17));
    }
  }

  @Test
  void fewPointsStayAsTheyAre() {
    FrontPoints front = front(1, 5);
    assertThat(front.thinned(5)).isSameAs(front);
    assertThat(front.thinned(2).codes()).containsExactly("0", "4");
    assertThat(front.thinned(2).all()).isEqualTo(5);
  }
}
