package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * Time of engine {@code exact} for one target of five latency budgets over a whole space, in one
 * thread, space analysis included.
 *
 * <pre>{@code
 * mvn -q -Pjmh -pl nas-driver -am process-test-classes -Djmh=ExactEngineBenchmark
 * mvn -q -Pjmh -pl nas-driver -am process-test-classes -Djmh="ExactEngineBenchmark -p space=imagenet"
 * }</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExactEngineBenchmark {
  /** {@code small}: 1.6e9 architectures; {@code imagenet}: 5.4e20. */
  @Param("small")
  public String space;

  /** Candidates per budget. */
  @Param({"1", "8"})
  public int candidates;

  private SearchProblem problem;

  /** Makes the problem. */
  @Setup
  public void make() {
    SearchSpace searched =
        space.equals("imagenet") ? SyntheticSpaces.imageNetSize() : SyntheticSpaces.realSize();
    AdditiveFunction latency = SyntheticSpaces.latency(searched, 1);
    double least = latency.at(searched.smallest());
    double most = latency.at(searched.largest());
    List<Budget> budgets = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      budgets.add(Budget.atMost("budget" + i, Quantity.LATENCY, least + (most - least) * i / 6));
    }
    problem =
        new SearchProblem(
            searched,
            List.of(
                new SearchTarget(
                    "target", Quantity.LATENCY, SyntheticSpaces.costs(searched, 1), budgets)),
            Optional.of(SyntheticSpaces.accuracy(searched, 2)),
            SearchSettings.builder().candidates(candidates).build());
  }

  /** One target. */
  @Benchmark
  public SearchOutcome wholeFrontAndBudgets() {
    return new ExactEngine()
        .search(
            problem,
            (codes, count, accuracies, costs) -> {
              throw new IllegalStateException("exact scores no candidates one by one");
            },
            SearchListener.NONE);
  }
}
