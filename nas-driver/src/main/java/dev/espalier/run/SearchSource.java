package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.search.ScoredBy;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;

/** What a search draws architectures from, loaded and checked. */
public sealed interface SearchSource {
  /** The space searched. */
  SearchSpace space();

  /** The most accurate predictor there is. */
  AccuracyPredictor predictor();

  /** The accuracy model that {@code exact} can optimise. */
  AdditiveFunction additive();

  /** The predictor whose accuracies an engine's outcome holds. */
  AccuracyPredictor predictor(ScoredBy scoredBy);

  /**
   * A supernet with its predictors.
   *
   * @param emission supernet and images
   * @param predictors fitted on subnets of it
   */
  record TrainedSupernet(EmissionInputs emission, AccuracyPredictors predictors)
      implements SearchSource {
    @Override
    public SearchSpace space() {
      return emission.supernet().space();
    }

    @Override
    public AccuracyPredictor predictor() {
      return predictors.mlp();
    }

    @Override
    public AdditiveFunction additive() {
      return predictors.additive().function();
    }

    @Override
    public JudgedAccuracyPredictor predictor(ScoredBy scoredBy) {
      return scoredBy == ScoredBy.ADDITIVE_MODEL ? predictors.additive() : predictors.mlp();
    }
  }

  /**
   * A stored predictor of a space without a supernet.
   *
   * @param stored with its additive part
   */
  record PredictorAlone(StoredPredictor stored) implements SearchSource {
    @Override
    public SearchSpace space() {
      return stored.space();
    }

    @Override
    public AccuracyPredictor predictor() {
      return stored.predictor();
    }

    @Override
    public AdditiveFunction additive() {
      return stored.additive().function();
    }

    @Override
    public AccuracyPredictor predictor(ScoredBy scoredBy) {
      return scoredBy == ScoredBy.ADDITIVE_MODEL ? stored.additive() : stored.predictor();
    }
  }
}
