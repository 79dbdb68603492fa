package dev.espalier.accuracy;

import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;

/**
 * Predicts a subnet's top-1 accuracy, a fraction between 0 and 1, more being better. Immutable and
 * thread-safe.
 */
public interface AccuracyPredictor {
  /** The kind of predictor, as in {@code MLP}. */
  String kind();

  /** The space it was fitted on. */
  SearchSpace space();

  /** What is known of how far its predictions are off, in words. */
  default String errorWords() {
    return "its error is not known";
  }

  /**
   * Predicts many architectures.
   *
   * @param codes flat canonical codes, {@code (count, decisions)}
   * @param accuracies receives {@code count} fractions, never NaN
   */
  void predict(byte[] codes, int count, double[] accuracies);

  /** Predicts one architecture. */
  default double predict(Architecture architecture) {
    double[] accuracy = new double[1];
    predict(architecture.toBytes(), 1, accuracy);
    return accuracy[0];
  }
}
