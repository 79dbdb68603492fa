package dev.espalier.accuracy;

import java.io.Serializable;

/** An additive predictor fitted on measurements. Immutable, thread-safe, serialisable. */
public final class AdditiveAccuracyPredictor
    implements AdditivePredictor, JudgedAccuracyPredictor, Serializable {
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
  public PredictorError error() {
    return error;
  }

  @Override
  public AdditiveWeighting weighting() {
    return weighting;
  }
}
