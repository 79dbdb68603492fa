package dev.espalier.accuracy;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.io.Serializable;

/**
 * Predicts accuracy as a constant plus one term per slot, the form that dynamic programming over
 * slots optimises exactly.
 *
 * <p>A candidate costs one table read per slot. {@link #predict} limits the sum to between 0 and 1;
 * {@link #function()} does not, and orders architectures alike. Immutable, thread-safe,
 * serialisable.
 */
public final class AdditiveAccuracyPredictor implements JudgedAccuracyPredictor, Serializable {
  private static final long serialVersionUID = 2;

  private final AdditiveWeighting weighting;
  private final PredictorError error;

  /** Joins a weighting and the error that it was found to have. */
  public AdditiveAccuracyPredictor(AdditiveWeighting weighting, PredictorError error) {
    this.weighting = weighting;
    this.error = error;
  }

  /**
   * Compiles a weighting of a basis.
   *
   * @param intercept fraction
   * @param coefficients fraction, by feature of the basis
   * @throws IllegalArgumentException if there is not one finite coefficient per feature
   */
  public AdditiveAccuracyPredictor(
      AdditiveBasis basis, double intercept, double[] coefficients, PredictorError error) {
    this(new AdditiveWeighting(basis, intercept, coefficients), error);
  }

  @Override
  public String kind() {
    return "additive";
  }

  @Override
  public SearchSpace space() {
    return weighting.space();
  }

  @Override
  public PredictorError error() {
    return error;
  }

  /** The unlimited sum, for engines that optimise it slot by slot. */
  public AdditiveFunction function() {
    return weighting.function();
  }

  /** The features it weighs. */
  public AdditiveBasis basis() {
    return weighting.basis();
  }

  AdditiveWeighting weighting() {
    return weighting;
  }

  @Override
  public void predict(byte[] codes, int count, double[] accuracies) {
    weighting.predict(codes, count, accuracies);
  }
}
