package dev.espalier.accuracy;

/**
 * Both predictors of one supernet, fitted on the same measurements.
 *
 * @param conditions under which the measurements were taken
 * @param evaluationImages images that each was measured on
 * @param seed of sampling, splitting and fitting
 * @param mlp the more exact one
 * @param additive the one that can be optimised exactly
 */
public record AccuracyPredictors(
    MeasurementConditions conditions,
    int evaluationImages,
    long seed,
    MlpAccuracyPredictor mlp,
    AdditiveAccuracyPredictor additive) {
  public AccuracyPredictors {
    if (!mlp.space().equals(additive.space())) {
      throw new IllegalArgumentException("the two accuracy predictors are of different spaces");
    }
  }
}
