package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.LocalScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** Scores each batch in parts, one a task; predictor and cost functions are broadcast once. */
final class SparkScorer implements CandidateScorer {
  private final JavaSparkContext context;
  private final Broadcast<AccuracyPredictor> predictor;
  private final Broadcast<CostColumns> columns;
  private final int decisions;
  private final int width;
  private final int partitions;

  SparkScorer(
      JavaSparkContext context, AccuracyPredictor predictor, CostColumns columns, int partitions) {
    this.context = context;
    this.predictor = context.broadcast(predictor);
    this.columns = context.broadcast(columns);
    this.decisions = predictor.space().length();
    this.width = columns.count();
    this.partitions = partitions;
  }

  @Override
  public void score(byte[] codes, int count, double[] accuracies, double[] costs) {
    int parts = Math.max(1, Math.min(partitions, count));
    List<byte[]> slices = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      slices.add(
          Arrays.copyOfRange(
              codes,
              start(part, parts, count) * decisions,
              start(part + 1, parts, count) * decisions));
    }
    Broadcast<AccuracyPredictor> predictors = predictor;
    Broadcast<CostColumns> functions = columns;
    List<double[]> scored =
        context
            .parallelize(slices, parts)
            .map(slice -> score(predictors, functions, slice))
            .collect();
    for (int part = 0; part < parts; part++) {
      int first = start(part, parts, count);
      int size = start(part + 1, parts, count) - first;
      System.arraycopy(scored.get(part), 0, accuracies, first, size);
      System.arraycopy(scored.get(part), size, costs, first * width, size * width);
    }
  }

  private static int start(int part, int parts, int count) {
    return (int) ((long) count * part / parts);
  }

  /** Accuracies, then costs, of one slice. */
  private static double[] score(
      Broadcast<AccuracyPredictor> predictor, Broadcast<CostColumns> columns, byte[] slice) {
    int count = slice.length / predictor.value().space().length();
    double[] accuracies = new double[count];
    double[] costs = new double[count * columns.value().count()];
    new LocalScorer(predictor.value(), columns.value()).score(slice, count, accuracies, costs);
    double[] both = Arrays.copyOf(accuracies, count + costs.length);
    System.arraycopy(costs, 0, both, count, costs.length);
    return both;
  }
}
