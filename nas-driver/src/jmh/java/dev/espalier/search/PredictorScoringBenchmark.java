package dev.espalier.search;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.space.SearchSpace;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Architectures whose accuracy the shipped predictors predict per second, in one thread, in batches
 * of 4096 random architectures.
 *
 * <pre>{@code
 * mvn -q -Pjmh -pl nas-driver -am process-test-classes -Djmh=PredictorScoringBenchmark
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PredictorScoringBenchmark {
  private static final int BATCH = 4096;

  @Param({"mlp", "additive"})
  private String predictor;

  private AccuracyPredictor chosen;
  private byte[] codes;
  private double[] accuracies;

  /** Reads the shipped supernet and draws the batch. */
  @Setup
  public void draw() {
    SupernetFolder folder =
        SupernetFolder.open(
            new Storage(new Configuration()),
            new org.apache.hadoop.fs.Path(
                Path.of("../supernet/models/fashion-mnist").toAbsolutePath().normalize().toUri()));
    Supernet supernet = folder.supernet();
    AccuracyPredictors predictors = AccuracyPredictorFiles.read(folder, supernet);
    chosen = predictor.equals("mlp") ? predictors.mlp() : predictors.additive();
    SearchSpace space = supernet.space();
    accuracies = new double[BATCH];
    codes = SyntheticSpaces.codes(space, BATCH, 1);
  }

  /** One batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double[] predictedAccuracy() {
    chosen.predict(codes, BATCH, accuracies);
    return accuracies;
  }
}
