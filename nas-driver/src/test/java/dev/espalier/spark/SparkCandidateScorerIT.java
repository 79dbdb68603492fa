package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.operator.Operator;
import dev.espalier.search.CostColumns;
import dev.espalier.search.Quantity;
import dev.espalier.search.SearchTarget;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkCandidateScorerIT {
  private static final SearchSpace SPACE = SparkTesting.space();
  private static final int DISTINCT = 100;
  private static final int COUNT = 42 * DISTINCT;

  private static CostColumns columns() {
    AdditiveFunction macs =
        AdditiveFunction.compile(
            SPACE,
            0,
            (slot, code) -> SPACE.operators(slot, code).stream().mapToLong(Operator::macs).sum());
    SearchTarget one =
        new SearchTarget(
            "one",
            Quantity.LATENCY,
            Map.of(Quantity.MACS, macs, Quantity.LATENCY, macs.scaled(0.1, 3)),
            List.of());
    SearchTarget two =
        new SearchTarget("two", Quantity.MACS, Map.of(Quantity.MACS, macs), List.of());
    return CostColumns.of(List.of(one, two));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 50})
  void scoresAreThoseOfTheLocalScorerForAnyNumberOfPartitions(int partitions) {
    byte[] distinct = SparkTesting.codes(SparkTesting.architectures(SPACE, DISTINCT, 2));
    byte[] codes = new byte[COUNT * SPACE.length()];
    for (int start = 0; start < codes.length; start += distinct.length) {
      System.arraycopy(distinct, 0, codes, start, distinct.length);
    }
    assertThat(COUNT).isGreaterThan(SparkCandidateScorer.LEAST);
    CostColumns columns = columns();
    for (AccuracyPredictor predictor :
        List.of(SyntheticPredictors.mlp(SPACE), SyntheticPredictors.additive(SPACE, 1, 9))) {
      double[] accuracies = new double[COUNT];
      double[] costs = new double[COUNT * columns.count()];
      predictor.predict(codes, COUNT, accuracies);
      columns.costs(codes, COUNT, costs);
      double[] sparkAccuracies = new double[COUNT];
      double[] sparkCosts = new double[costs.length];

      try (SparkCandidateScorer scorer =
          new SparkCandidateScorer(SparkTesting.session(), predictor, columns, partitions)) {
        scorer.score(codes, COUNT, sparkAccuracies, sparkCosts);
        scorer.score(codes, 0, new double[0], new double[0]);
        double[] few = new double[DISTINCT];
        scorer.score(codes, DISTINCT, few, new double[DISTINCT * columns.count()]);
        assertThat(few).isEqualTo(Arrays.copyOf(accuracies, DISTINCT));
      }

      assertThat(sparkAccuracies).isEqualTo(accuracies);
      assertThat(sparkCosts).isEqualTo(costs);
    }
  }
}
