package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditivePredictor;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.search.ScoredBy;
import dev.espalier.space.SearchSpace;

/** What a search draws architectures from, loaded and checked. */
public sealed interface SearchSource {
  /** The most accurate predictor there is. */
  AccuracyPredictor predictor();

  /** The one that {@code exact} can optimise. */
  AdditivePredictor additive();

  /** The space searched. */
  default SearchSpace space() {
    return predictor().space();
  }

  /** The predictor whose accuracies an engine's outcome holds. */
  default AccuracyPredictor predictor(ScoredBy scoredBy) {
    return switch (scoredBy) {
      case ADDITIVE_MODEL -> additive();
      case CANDIDATE_SCORER -> predictor();
    };
  }

  /**
   * A supernet with its predictors.
   *
   * @param emission supernet and images
   * @param accurate the most accurate predictor, fitted on subnets of it
   * @param additive the one that can be optimised exactly, fitted on subnets of it too
   */
  record TrainedSupernet(
      EmissionInputs emission, JudgedAccuracyPredictor accurate, AdditiveAccuracyPredictor additive)
      implements SearchSource {
    /** With the predictors that the supernet brings. */
    public TrainedSupernet(EmissionInputs emission, AccuracyPredictors predictors) {
      this(emission, predictors.mlp(), predictors.additive());
    }

    @Override
    public JudgedAccuracyPredictor predictor() {
      return accurate;
    }

    @Override
    public JudgedAccuracyPredictor predictor(ScoredBy scoredBy) {
      return switch (scoredBy) {
        case ADDITIVE_MODEL -> additive;
        case CANDIDATE_SCORER -> accurate;
      };
    }
  }

  /**
   * A stored predictor of a space without a supernet.
   *
   * @param stored with its additive part
   */
  record PredictorAlone(StoredPredictor stored) implements SearchSource {
    @Override
    public AccuracyPredictor predictor() {
      return stored.predictor();
    }

    @Override
    public AdditivePredictor additive() {
      return stored.additive();
    }
  }
}
