package dev.espalier.importer;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one entry says an operator takes.
 *
 * @param file where
 * @param line where in it
 * @param run the run of measurements that it belongs to
 * @param meanMicros above 0
 * @param stdMicros at least 0, where it is known
 * @param samples at least 1, where it is known
 */
record Reading(
    SourceFile file,
    int line,
    String run,
    double meanMicros,
    OptionalDouble stdMicros,
    OptionalLong samples) {
  String place() {
    return file.place(line);
  }

  /** Whether it says the same as another, so that one may be a copy of the other. */
  boolean same(Reading other) {
    return meanMicros == other.meanMicros
        && stdMicros.equals(other.stdMicros)
        && samples.equals(other.samples);
  }
}
