package dev.espalier.accuracy;

import dev.espalier.accuracy.MlpEnsemble.TargetScale;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import java.io.Serializable;
import java.util.List;

/**
 * An {@link MlpEnsemble} that was fitted here, with its error. Made by {@link MlpTraining} or read
 * by {@link AccuracyPredictorFiles}. Immutable, thread-safe, serialisable.
 */
public final class MlpAccuracyPredictor implements JudgedAccuracyPredictor, Serializable {
  private static final long serialVersionUID = 2;

  private final MlpEnsemble ensemble;
  private final PredictorError error;

  /** Joins networks and what is known of their error. */
  MlpAccuracyPredictor(MlpEnsemble ensemble, PredictorError error) {
    this.ensemble = ensemble;
    this.error = error;
  }

  /** Puts networks together; see {@link MlpEnsemble}. */
  MlpAccuracyPredictor(
      SearchSpace space, List<DenseNetwork> members, TargetScale scale, PredictorError error) {
    this(new MlpEnsemble(space, members, scale), error);
  }

  @Override
  public String kind() {
    return ensemble.kind();
  }

  @Override
  public SearchSpace space() {
    return ensemble.space();
  }

  @Override
  public PredictorError error() {
    return error;
  }

  @Override
  public void predict(byte[] codes, int count, double[] accuracies) {
    ensemble.predict(codes, count, accuracies);
  }

  /** The networks. */
  public MlpEnsemble ensemble() {
    return ensemble;
  }

  TargetScale scale() {
    return ensemble.scale();
  }

  /** Every weight; see {@link MlpEnsemble#weights()}. */
  Weights weights() {
    return ensemble.weights();
  }

  /** Undoes {@link #weights()}; see {@link MlpEnsemble#of}. */
  static MlpAccuracyPredictor of(
      SearchSpace space, Weights weights, TargetScale scale, PredictorError error) {
    return new MlpAccuracyPredictor(MlpEnsemble.of(space, weights, scale), error);
  }
}
