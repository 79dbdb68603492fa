package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class StaircaseTest {
  @Test
  void admitsWhatNothingBeforeIsNowhereGreaterThan() {
    Staircase stairs = new Staircase();
    for (long seed = 0; seed < 100; seed++) {
      RandomGenerator random = SyntheticSpaces.random(seed);
      List<double[]> before = new ArrayList<>();
      stairs.clear();
      for (int i = 0; i < 400; i++) {
        // Falling sums, so that stairs grow long; few values, so that many are equal.
        double one = random.nextInt(200);
        double other = 250 - one + random.nextInt(60) - i / 8;
        boolean expected = before.stream().noneMatch(p -> p[0] <= one && p[1] <= other);
        assertThat(stairs.admit(one, other)).as("seed %d, pair %d", seed, i).isEqualTo(expected);
        before.add(new double[] {one, other});
      }
    }
  }
}
