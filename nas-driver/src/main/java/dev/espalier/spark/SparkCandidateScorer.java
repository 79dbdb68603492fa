package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.LocalScorer;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Scores candidates on Spark's executors: predictor and costs are broadcast once, each batch is cut
 * into slices of codes. A batch of fewer than {@value #LEAST} is scored in the driver, which takes
 * less time than a job does to start. Scores are bit-identical to those of {@link LocalScorer},
 * whatever the number of partitions.
 */
public final class SparkCandidateScorer implements CandidateScorer, AutoCloseable {
  /** Scored in the driver, OFA's predictor takes about 10 ms for as many. */
  static final int LEAST = 4096;

  private final JavaSparkContext spark;
  private final LocalScorer local;
  private final Scoring scoring;
  private final int decisions;
  private final int columns;
  private final int partitions;

  /** Made when a batch is large enough. */
  private Broadcast<Scoring> broadcast;

  /** What is broadcast. */
  record Scoring(AccuracyPredictor predictor, CostColumns columns) {}

  /**
   * Scores with a predictor and the columns of the problem's targets.
   *
   * @param predictor serialisable
   * @param partitions tasks that a batch is cut into, at least 1
   */
  public SparkCandidateScorer(
      SparkSession session, AccuracyPredictor predictor, CostColumns columns, int partitions) {
    if (partitions < 1) {
      throw new IllegalArgumentException("scoring in " + partitions + " partitions: at least 1");
    }
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.scoring = new Scoring(predictor, columns);
    this.local = new LocalScorer(predictor, columns);
    this.decisions = predictor.space().length();
    this.columns = columns.count();
    this.partitions = partitions;
  }

  @Override
  public void score(byte[] codes, int count, double[] accuracies, double[] costs) {
    if (count < LEAST) {
      local.score(codes, count, accuracies, costs);
      return;
    }
    if (broadcast == null) {
      broadcast = spark.broadcast(scoring);
    }
    List<byte[]> slices = new ArrayList<>();
    int parts = Math.min(partitions, count);
    for (int p = 0; p < parts; p++) {
      slices.add(
          Arrays.copyOfRange(
              codes, start(p, parts, count) * decisions, start(p + 1, parts, count) * decisions));
    }
    List<double[]> scores =
        spark.parallelize(slices, parts).map(new Slice(broadcast, decisions)::score).collect();
    for (int p = 0; p < parts; p++) {
      int first = start(p, parts, count);
      int size = start(p + 1, parts, count) - first;
      System.arraycopy(scores.get(p), 0, accuracies, first, size);
      System.arraycopy(scores.get(p), size, costs, first * columns, size * columns);
    }
  }

  private static int start(int part, int parts, int count) {
    return (int) ((long) part * count / parts);
  }

  /** What runs on an executor. */
  private record Slice(Broadcast<Scoring> scoring, int decisions) implements Serializable {
    /** Accuracies, then costs, of all codes of a slice. */
    double[] score(byte[] codes) {
      CostColumns columns = scoring.value().columns();
      int count = codes.length / decisions;
      double[] accuracies = new double[count];
      scoring.value().predictor().predict(codes, count, accuracies);
      double[] costs = new double[count * columns.count()];
      columns.costs(codes, count, costs);
      double[] scores = Arrays.copyOf(accuracies, count + costs.length);
      System.arraycopy(costs, 0, scores, count, costs.length);
      return scores;
    }
  }

  /** Frees the broadcast. */
  @Override
  public void close() {
    if (broadcast != null) {
      broadcast.destroy();
    }
  }
}
