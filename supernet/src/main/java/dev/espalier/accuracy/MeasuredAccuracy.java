package dev.espalier.accuracy;

import dev.espalier.space.Architecture;

/**
 * An architecture whose accuracy somebody measured: here, under conditions that are known in full,
 * or elsewhere, as a file reports it. Never a prediction.
 */
public sealed interface MeasuredAccuracy permits AccuracyMeasurement, ReportedAccuracy {
  /** What was measured. */
  Architecture architecture();

  /** Top-1 accuracy, a fraction between 0 and 1, more being better. */
  double accuracy();

  /** Whether both were taken alike, so that they can be fitted together. */
  boolean comparableWith(MeasuredAccuracy other);

  /** What is known of how it was taken, in words, as in {@code as file SHA-256 reports}. */
  String circumstances();
}
