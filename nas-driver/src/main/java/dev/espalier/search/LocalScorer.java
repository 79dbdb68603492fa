package dev.espalier.search;

import dev.espalier.accuracy.AccuracyPredictor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Scores in this process, on the threads of the common pool and the calling one. Batches are cut
 * into slices of {@value #SLICE} candidates.
 */
public final class LocalScorer implements CandidateScorer {
  /** What predictors work through at once. */
  private static final int SLICE = 64;

  private final AccuracyPredictor predictor;
  private final CostColumns columns;
  private final int decisions;

  /**
   * Scores with a predictor and the columns of the problem's targets.
   *
   * @param predictor thread-safe
   */
  public LocalScorer(AccuracyPredictor predictor, CostColumns columns) {
    this.predictor = predictor;
    this.columns = columns;
    this.decisions = predictor.space().length();
  }

  @Override
  public void score(byte[] codes, int count, double[] accuracies, double[] costs) {
    int slices = (count + SLICE - 1) / SLICE;
    if (slices <= 1) {
      predictor.predict(codes, count, accuracies);
      columns.costs(codes, count, costs);
      return;
    }
    IntStream.range(0, slices)
        .parallel()
        .forEach(
            slice ->
                score(
                    codes, slice * SLICE, Math.min(count, (slice + 1) * SLICE), accuracies, costs));
  }

  private void score(byte[] codes, int from, int to, double[] accuracies, double[] costs) {
    byte[] part = Arrays.copyOfRange(codes, from * decisions, to * decisions);
    int count = to - from;
    double[] partAccuracies = new double[count];
    double[] partCosts = new double[count * columns.count()];
    predictor.predict(part, count, partAccuracies);
    columns.costs(part, count, partCosts);
    System.arraycopy(partAccuracies, 0, accuracies, from, count);
    System.arraycopy(partCosts, 0, costs, from * columns.count(), partCosts.length);
  }
}
