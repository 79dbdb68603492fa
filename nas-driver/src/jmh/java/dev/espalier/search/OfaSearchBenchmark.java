package dev.espalier.search;

import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import dev.espalier.spark.AdditivePartFit;
import dev.espalier.spark.EspalierSpark;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a warm search of OFA's space takes for one budget, with OFA's predictor and its Note10
 * tables: on all cores, another seed each time. What it finds, {@code OfaSearchIT} shows. Needs the
 * published files in {@code ../shared/data}.
 *
 * <pre>{@code
 * mvn -q -Pjmh -pl nas-driver -am process-test-classes -Djmh=OfaSearchBenchmark
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class OfaSearchBenchmark {
  @Param({"15", "20", "25", "30", "40", "50", "60"})
  private int milliseconds;

  @Param({"QUICK", "EQUAL"})
  private OfaSearchSettings settings;

  private SearchSpace space;
  private SearchTarget target;
  private AdditiveFunction additive;
  private CandidateScorer scorer;
  private long seed;

  /** Reads the published files and fits the additive part. */
  @Setup
  public void read() {
    space = ReleasedOfa.space();
    MlpEnsemble predictor = ReleasedOfa.predictor(space);
    System.setProperty("spark.master", "local[2]");
    SparkSession session = EspalierSpark.session("benchmark");
    AdditivePart part =
        new AdditivePartFit(session).fit(predictor, AdditivePartFit.Settings.of(space, 1));
    session.stop();
    additive = part.function();
    target =
        ReleasedOfa.target(ReleasedOfa.latencyMicros(space, ReleasedOfa.RESOLUTIONS), milliseconds);
    scorer = new LocalScorer(predictor, CostColumns.of(List.of(target)));
  }

  /** One search. */
  @Benchmark
  public SearchOutcome search() {
    return new EvolutionEngine()
        .search(
            new SearchProblem(space, List.of(target), Optional.of(additive), settings.with(seed++)),
            scorer,
            SearchListener.NONE);
  }
}
