package dev.espalier.latency;

import dev.espalier.space.Architecture;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Deals networks at random into groups that are kept out of fits in turn. Equal networks go
 * together; neither the order of measurements nor how often one was made matters.
 */
public final class Folds {
  /** Number of groups; some of very few networks may be empty. */
  public static final int COUNT = 5;

  private static final long SEED = 1;

  private Folds() {}

  /** The group of each network, from 0. */
  public static Map<Architecture, Integer> of(List<Architecture> networks) {
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Architecture, Integer> folds = new TreeMap<>();
    for (Architecture network : new TreeSet<>(networks)) {
      folds.put(network, random.nextInt(COUNT));
    }
    return folds;
  }
}
