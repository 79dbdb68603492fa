package dev.espalier.training;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random streams of one training, each from the seed, its purpose and a position, so that a resumed
 * training draws what an undisturbed one would have drawn.
 *
 * @param seed of the training
 */
record TrainingRandom(long seed) {
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  /** What a stream is for. */
  enum Stream {
    WEIGHTS,
    ORDER,
    RESOLUTION,
    TEACHER,
    /** The first subnet's; each further subnet of a step has the stream after it. */
    SUBNET
  }

  RandomGenerator of(Stream stream, long position) {
    return of(stream, 0, position);
  }

  RandomGenerator of(Stream stream, int offset, long position) {
    long mixed = seed;
    for (long part : new long[] {stream.ordinal() + (long) offset, position}) {
      mixed = (mixed ^ (part + 0x9E3779B97F4A7C15L)) * 0xBF58476D1CE4E5B9L;
      mixed ^= mixed >>> 31;
    }
    return FACTORY.create(mixed);
  }
}
