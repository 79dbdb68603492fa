package dev.espalier.accuracy;

import dev.espalier.space.SearchSpace;
import java.io.Serializable;

/**
 * A predictor plus an additive correction that was fitted to what it missed on new measurements.
 * Immutable, thread-safe; serialisable if its base is.
 *
 * @param base what is corrected
 * @param correction added to its predictions, fraction of 1
 * @param measurements that the correction was fitted on
 * @param error of the sum, on architectures that it was not fitted on
 */
public record CorrectedAccuracyPredictor(
    AccuracyPredictor base, AdditiveWeighting correction, int measurements, PredictorError error)
    implements JudgedAccuracyPredictor, Serializable {
  public CorrectedAccuracyPredictor {
    if (!base.space().equals(correction.space())) {
      throw new IllegalArgumentException("predictor and correction are of different spaces");
    }
  }

  @Override
  public String kind() {
    return base.kind() + " corrected by " + measurements + " measurements";
  }

  @Override
  public SearchSpace space() {
    return base.space();
  }

  @Override
  public void predict(byte[] codes, int count, double[] accuracies) {
    base.predict(codes, count, accuracies);
    double[] corrections = new double[count];
    correction.function().at(codes, count, corrections);
    for (int i = 0; i < count; i++) {
      accuracies[i] = Math.max(0, Math.min(1, accuracies[i] + corrections[i]));
    }
  }
}
