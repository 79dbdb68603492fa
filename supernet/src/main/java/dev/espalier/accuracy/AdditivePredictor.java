package dev.espalier.accuracy;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;

/**
 * Predicts accuracy as a constant plus one term per slot, the form that dynamic programming over
 * slots optimises exactly. A candidate costs one table read per slot.
 */
public sealed interface AdditivePredictor extends AccuracyPredictor
    permits AdditiveAccuracyPredictor, AdditivePart {
  /** What it sums up. */
  AdditiveWeighting weighting();

  @Override
  default SearchSpace space() {
    return weighting().space();
  }

  /**
   * The sum, not limited to between 0 and 1 as {@link #predict} is, for engines that optimise it
   * slot by slot; it orders architectures alike.
   */
  default AdditiveFunction function() {
    return weighting().function();
  }

  /** The features it weighs. */
  default AdditiveBasis basis() {
    return weighting().basis();
  }

  @Override
  default void predict(byte[] codes, int count, double[] accuracies) {
    weighting().predict(codes, count, accuracies);
  }
}
