package dev.espalier.search;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** One random stream per candidate, so that no result depends on who draws first. */
final class CandidateStreams {
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private CandidateStreams() {}

  /** The stream of a slot of a generation; the same numbers for the same three arguments. */
  static RandomGenerator stream(long seed, int generation, int slot) {
    return FACTORY.create(mix(mix(mix(seed) + generation) + slot));
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, 2014) on the next Weyl step. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
