package dev.espalier.pareto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
  @Test
  void holdsExactlyThePointsThatNoOtherDominates() {
    for (long seed = 0; seed < 300; seed++) {
      RandomGenerator random = RandomPoints.random(seed);
      List<ParetoPoint> points = RandomPoints.of(random, random.nextInt(1, 60), 12);
      List<ParetoPoint> front = ParetoFront.of(points).points();
      for (ParetoPoint a : front) {
        assertThat(front).as("seed %d", seed).noneMatch(b -> b.dominates(a));
      }
      for (ParetoPoint point : points) {
        assertThat(front)
            .as("seed %d, %s", seed, point)
            .anyMatch(
                f ->
                    f.dominates(point)
                        || (f.accuracy() == point.accuracy()
                            && f.cost() == point.cost()
                            && f.architecture().compareTo(point.architecture()) <= 0));
      }
      assertThat(front).isSortedAccordingTo(Comparator.comparingDouble(ParetoPoint::cost));
      assertThat(front).isSortedAccordingTo(Comparator.comparingDouble(ParetoPoint::accuracy));
    }
  }

  @Test
  void doesNotDependOnTheOrderOfItsPointsNorOnHowTheyAreGrouped() {
    for (long seed = 0; seed < 100; seed++) {
      RandomGenerator random = RandomPoints.random(seed);
      List<ParetoPoint> points = RandomPoints.of(random, 40, 8);
      ParetoFront front = ParetoFront.of(points);
      List<ParetoPoint> shuffled = new ArrayList<>(points);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(ParetoFront.of(shuffled)).as("seed %d", seed).isEqualTo(front);
      ParetoFront united = ParetoFront.empty();
      for (int from = 0; from < 40; from += 8) {
        united = united.union(ParetoFront.of(shuffled.subList(from, from + 8)));
      }
      assertThat(united).as("seed %d", seed).isEqualTo(front);
    }
  }

  @Test
  void findsTheBestPointUnderALimit() {
    for (long seed = 0; seed < 100; seed++) {
      RandomGenerator random = RandomPoints.random(seed);
      List<ParetoPoint> points = RandomPoints.of(random, 30, 10);
      double limit = random.nextInt(-1, 11) / 4.0;
      assertThat(ParetoFront.of(points).best(limit).map(ParetoPoint::accuracy))
          .as("seed %d, limit %s", seed, limit)
          .isEqualTo(
              points.stream()
                  .filter(p -> p.cost() <= limit)
                  .map(ParetoPoint::accuracy)
                  .max(Comparator.naturalOrder()));
    }
  }

  @Test
  void hypervolumeCountsTheCellsThatThePointsDominate() {
    for (long seed = 0; seed < 200; seed++) {
      RandomGenerator random = RandomPoints.random(seed);
      int grid = 14;
      List<ParetoPoint> points = RandomPoints.of(random, random.nextInt(1, 30), grid);
      int referenceAccuracy = random.nextInt(grid);
      int referenceCost = random.nextInt(grid);
      int cells = 0;
      for (int accuracy = referenceAccuracy; accuracy < grid; accuracy++) {
        for (int cost = 0; cost < referenceCost; cost++) {
          double cellAccuracy = (accuracy + 0.5) / 8;
          double cellCost = (cost + 0.5) / 4;
          if (points.stream().anyMatch(p -> p.accuracy() >= cellAccuracy && p.cost() <= cellCost)) {
            cells++;
          }
        }
      }
      assertThat(
              ParetoFront.of(points)
                  .hypervolume(new ReferencePoint(referenceAccuracy / 8.0, referenceCost / 4.0)))
          .as("seed %d", seed)
          .isEqualTo(cells / 32.0);
    }
  }

  @Test
  void refusesPointsThatAreNotFinite() {
    Architecture architecture = Architecture.ofHex("0001");
    assertThatThrownBy(() -> new ParetoPoint(architecture, Double.NaN, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("architecture 0001 has accuracy NaN and cost 3.0; both must be finite");
    assertThatThrownBy(() -> new ReferencePoint(0, Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("reference point of accuracy 0.0 and cost Infinity: both must be finite");
  }
}
