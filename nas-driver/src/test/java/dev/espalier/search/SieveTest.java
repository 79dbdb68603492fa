package dev.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SieveTest {
  private static double[][] points(RandomGenerator random, int count, int steps) {
    double[][] points = new double[2][count];
    for (int i = 0; i < count; i++) {
      points[0][i] = random.nextInt(steps) / 8.0;
      points[1][i] = random.nextInt(steps) / 8.0;
    }
    Arrays.sort(points[0]);
    return points;
  }

  @Test
  void neverDropsWhatFewerOthersDominateAndDropsMostOfTheRest() {
    for (long seed = 1; seed <= 60; seed++) {
      RandomGenerator random = SyntheticSpaces.random(seed);
      int layers = 1 + random.nextInt(4);
      // Few steps give many ties.
      int steps = seed % 2 == 0 ? 6 : 100_000;
      double[][] one = points(random, 1 + random.nextInt(40), steps);
      double[][] other = points(random, 1 + random.nextInt(60), steps);
      Sieve sieve = new Sieve(layers);
      sieve.fill(one, one[0].length, other, other[0].length);
      int passed = 0;
      int needed = 0;
      int[] indices = new int[other[0].length];
      for (int i = 0; i < one[0].length; i++) {
        int count =
            sieve.pass(new double[] {one[0][i], one[1][i]}, other, other[0].length, indices);
        passed += count;
        int[] found = Arrays.copyOf(indices, count);
        for (int j = 0; j < other[0].length; j++) {
          if (strictDominators(one, i, other, j) < layers) {
            needed++;
            assertThat(found).as("seed %d: %d and %d", seed, i, j).contains(j);
          }
        }
      }
      if (steps > 6 && one[0].length > 20 && other[0].length > 30) {
        assertThat(passed).as("seed %d, %d needed", seed, needed).isLessThan(8 * needed + 100);
      }
    }
  }

  /** Less in the first value, and no greater in the second. */
  private static int strictDominators(double[][] one, int i, double[][] other, int j) {
    double first = one[0][i] + other[0][j];
    double second = one[1][i] + other[1][j];
    int dominators = 0;
    for (int a = 0; a < one[0].length; a++) {
      for (int b = 0; b < other[0].length; b++) {
        dominators += one[0][a] + other[0][b] < first && one[1][a] + other[1][b] <= second ? 1 : 0;
      }
    }
    return dominators;
  }
}
