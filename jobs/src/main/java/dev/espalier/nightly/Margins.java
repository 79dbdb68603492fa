package dev.espalier.nightly;

import java.util.OptionalDouble;

/**
 * What is no reason to replace a model.
 *
 * @param accuracyNoise a gain of accuracy up to this is noise, fraction of 1; where empty, what the
 *     accuracies themselves state of their error
 * @param latencyTolerance by how much predicted latency may exceed a limit before a model breaks
 *     its budget, relative to the limit; other quantities are exact and have none
 */
public record Margins(OptionalDouble accuracyNoise, double latencyTolerance) {
  /** Stated noise, and limits as they are. */
  public static final Margins STATED = new Margins(OptionalDouble.empty(), 0);

  public Margins {
    if (!(accuracyNoise.orElse(0) >= 0 && latencyTolerance >= 0)) {
      throw new IllegalArgumentException(
          "margins must not be negative: accuracy %s, latency %s"
              .formatted(accuracyNoise, latencyTolerance));
    }
  }
}
