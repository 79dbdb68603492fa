package dev.espalier.pareto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NonDominatedSortTest {
  @Test
  void ranksEqualThoseOfPeelingFrontsOneByOne() {
    for (long seed = 0; seed < 200; seed++) {
      RandomGenerator random = RandomPoints.random(seed);
      List<ParetoPoint> points = RandomPoints.of(random, random.nextInt(1, 50), 10);
      NonDominatedSort sort = sort(points);
      List<Integer> remaining = new ArrayList<>(IntStream.range(0, points.size()).boxed().toList());
      int rank = 0;
      while (!remaining.isEmpty()) {
        List<Integer> front =
            remaining.stream()
                .filter(
                    i -> remaining.stream().noneMatch(j -> points.get(j).dominates(points.get(i))))
                .toList();
        for (int i : front) {
          assertThat(sort.rank(i)).as("seed %d, point %d", seed, i).isEqualTo(rank);
        }
        remaining.removeAll(front);
        rank++;
      }
      assertThat(sort.fronts()).isEqualTo(rank);
    }
  }

  @Test
  void crowdingIsTheNormalisedSpanOfTheNeighbours() {
    double[] accuracies = {0.0, 0.2, 0.8, 1.0};
    double[] costs = {10, 20, 30, 50};
    NonDominatedSort sort = NonDominatedSort.of(accuracies, costs, 4);
    assertThat(sort.crowding(0)).isInfinite();
    assertThat(sort.crowding(1)).isEqualTo(0.8 + 0.5);
    assertThat(sort.crowding(2)).isEqualTo(0.8 + 0.75);
    assertThat(sort.crowding(3)).isInfinite();
  }

  @Test
  void ordersByRankThenCrowdingThenTie() {
    double[] accuracies = {0.0, 0.2, 0.8, 1.0, 0.1};
    double[] costs = {10, 20, 30, 50, 60};
    NonDominatedSort sort = NonDominatedSort.of(accuracies, costs, 5);
    int[] order = IndexOrder.sorted(5, (a, b) -> sort.compare(a, b, Integer::compare));
    assertThat(order).containsExactly(0, 3, 2, 1, 4);
  }

  @Test
  void sortsIndicesStably() {
    for (long seed = 0; seed < 50; seed++) {
      RandomGenerator random = RandomPoints.random(seed);
      int[] keys = random.ints(random.nextInt(200), 0, 20).toArray();
      List<Integer> expected =
          IntStream.range(0, keys.length)
              .boxed()
              .sorted((a, b) -> Integer.compare(keys[a], keys[b]))
              .toList();
      assertThat(IndexOrder.sorted(keys.length, (a, b) -> Integer.compare(keys[a], keys[b])))
          .as("seed %d", seed)
          .containsExactly(expected.toArray(Integer[]::new));
    }
  }

  private static NonDominatedSort sort(List<ParetoPoint> points) {
    return NonDominatedSort.of(
        points.stream().mapToDouble(ParetoPoint::accuracy).toArray(),
        points.stream().mapToDouble(ParetoPoint::cost).toArray(),
        points.size());
  }
}
