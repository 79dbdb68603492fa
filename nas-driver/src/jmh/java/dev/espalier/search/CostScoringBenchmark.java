package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.concurrent.TimeUnit;
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
 * Architectures scored per second by one compiled cost function, in one thread, in batches of 4096
 * random architectures of the space of 1.6e9, and of OFA's with 25 resolutions.
 *
 * <pre>{@code
 * mvn -q -Pjmh -pl nas-driver -am process-test-classes -Djmh=CostScoringBenchmark
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CostScoringBenchmark {
  private static final int BATCH = 4096;

  @Param({"small", "ofa"})
  private String size;

  private byte[] codes;
  private double[] values;
  private AdditiveFunction latency;

  /** Draws the batch. */
  @Setup
  public void draw() {
    SearchSpace space =
        size.equals("ofa") ? SyntheticSpaces.imageNetSize() : SyntheticSpaces.realSize();
    latency = SyntheticSpaces.latency(space, 1);
    values = new double[BATCH];
    codes = SyntheticSpaces.codes(space, BATCH, 1);
  }

  /** One batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double[] compiledCost() {
    latency.at(codes, BATCH, values);
    return values;
  }
}
