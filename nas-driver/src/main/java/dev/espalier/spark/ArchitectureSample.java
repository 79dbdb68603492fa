package dev.espalier.spark;

import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Distinct architectures to fit on and judge by. */
final class ArchitectureSample {
  /** Draws per architecture wanted before a space counts as exhausted. */
  private static final int MOST_DRAWS = 1000;

  private ArchitectureSample() {}

  /**
   * The smallest, the largest, then distinct random architectures in the order of drawing.
   *
   * @param count at least 2
   * @throws IllegalArgumentException if the space has fewer, or so few that draws find no new one
   */
  static List<Architecture> of(SearchSpace space, int count, RandomGenerator random) {
    if (space.size().compareTo(BigInteger.valueOf(count)) < 0) {
      throw new IllegalArgumentException(
          "%d architectures are asked for, the space has %s".formatted(count, space.size()));
    }
    Set<Architecture> drawn = new LinkedHashSet<>(List.of(space.smallest(), space.largest()));
    long draws = 0;
    while (drawn.size() < count) {
      drawn.add(space.sample(random));
      if (++draws > (long) MOST_DRAWS * count) {
        throw new IllegalArgumentException(
            "%d random draws gave only %d distinct architectures of %s: ask for fewer than %d"
                .formatted(draws, drawn.size(), space.size(), count));
      }
    }
    return new ArrayList<>(drawn);
  }
}
