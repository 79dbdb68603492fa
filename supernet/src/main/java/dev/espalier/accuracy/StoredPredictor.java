package dev.espalier.accuracy;

import dev.espalier.space.SearchSpace;
import java.util.Optional;

/**
 * An accuracy predictor that belongs to a space and to no supernet, with the additive part that
 * engines optimise in its place. {@link StoredPredictorFolder} keeps it.
 *
 * @param mlp predicts
 * @param error of {@code mlp} on measurements kept out of its fit; empty where nobody measured it
 * @param additive part of {@code mlp}
 * @param source where {@code mlp} came from
 */
public record StoredPredictor(
    MlpEnsemble mlp,
    Optional<PredictorError> error,
    AdditivePart additive,
    PredictorSource source) {
  public StoredPredictor {
    if (!mlp.space().equals(additive.space())) {
      throw new IllegalArgumentException(
          "the predictor and its additive part are of different spaces");
    }
  }

  /** The space whose architectures it predicts. */
  public SearchSpace space() {
    return mlp.space();
  }

  /** The predictor, a {@link JudgedAccuracyPredictor} where its error is known. */
  public AccuracyPredictor predictor() {
    return error.isPresent() ? new MlpAccuracyPredictor(mlp, error.orElseThrow()) : mlp;
  }

  /**
   * Of everything in it, weights included: SHA-256 in hexadecimal, equal for equal predictors; the
   * one that {@value StoredPredictorFolder#DESCRIPTION} states.
   */
  public String digest() {
    return StoredPredictorFolder.digest(this);
  }
}
