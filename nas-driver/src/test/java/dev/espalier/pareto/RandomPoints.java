package dev.espalier.pareto;

import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Seeded points on a coarse grid, so that ties are many. */
final class RandomPoints {
  private RandomPoints() {}

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static List<ParetoPoint> of(RandomGenerator random, int count, int grid) {
    List<ParetoPoint> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Architecture architecture =
          Architecture.ofCanonical(new byte[] {(byte) random.nextInt(100), (byte) i});
      points.add(
          new ParetoPoint(architecture, random.nextInt(grid) / 8.0, random.nextInt(grid) / 4.0));
    }
    return points;
  }
}
