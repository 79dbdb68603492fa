package dev.espalier.search;

import dev.espalier.accuracy.AccuracyPredictor;

/** Scores in the calling thread. */
public final class LocalScorer implements CandidateScorer {
  private final AccuracyPredictor predictor;
  private final CostColumns columns;

  /** Scores with a predictor and the columns of the problem's targets. */
  public LocalScorer(AccuracyPredictor predictor, CostColumns columns) {
    this.predictor = predictor;
    this.columns = columns;
  }

  @Override
  public void score(byte[] codes, int count, double[] accuracies, double[] costs) {
    predictor.predict(codes, count, accuracies);
    columns.costs(codes, count, costs);
  }
}
