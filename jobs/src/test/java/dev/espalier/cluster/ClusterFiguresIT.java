package dev.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.cost.OperatorCost;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.SubnetEmission;
import dev.espalier.search.CostColumns;
import dev.espalier.search.LocalScorer;
import dev.espalier.search.Quantity;
import dev.espalier.search.SearchTarget;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.spark.SparkCandidateScorer;
import dev.espalier.spark.SubnetEvaluation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Spark costs: the same work on one thread without Spark, on one executor of one core, and on
 * two. Figures are of a machine with two idle cores, so this runs only when it is asked for; {@code
 * print} leaves out the limits, for a machine that does other work too.
 *
 * <pre>
 * mvn -q -pl jobs -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dit.test=ClusterFiguresIT -Dfailsafe.failIfNoSpecifiedTests=false -Despalier.figures=check
 * </pre>
 */
@EnabledIfSystemProperty(named = "espalier.figures", matches = "check|print")
class ClusterFiguresIT {
  private static final int CANDIDATES = 2_000_000;
  private static final int SUBNETS = 24;
  private static final int REPEATS = 3;

  private static final double LEAST_EFFICIENCY = 0.8;
  private static final double LEAST_SCORING_RATIO = 0.7;
  private static final double LEAST_EVALUATION_RATIO = 0.8;

  @TempDir private static Path folder;

  private static Supernet supernet;
  private static SearchSpace space;
  private static AccuracyPredictor predictor;
  private static EvaluationImages images;

  /** Some work. */
  @FunctionalInterface
  private interface Work {
    void go();
  }

  /** The time of work whose parallel loops have so many threads. */
  private static double secondsOnThreads(int threads, Work work) {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return seconds(() -> pool.submit(work::go).join());
    } finally {
      pool.shutdown();
    }
  }

  /** Work in tasks, as Spark counted it. */
  private static final class CpuTime extends SparkListener {
    private final AtomicLong nanos = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskMetrics() != null) {
        nanos.addAndGet(end.taskMetrics().executorCpuTime());
      }
    }
  }

  @BeforeAll
  static void read() {
    SupernetFolder shipped =
        SupernetFolder.open(
            new Storage(new Configuration()),
            new org.apache.hadoop.fs.Path(
                Path.of(System.getProperty("espalier.build"), "dist/supernets/fashion-mnist")
                    .toUri()));
    supernet = shipped.supernet();
    space = supernet.space();
    predictor = AccuracyPredictorFiles.read(shipped, supernet).mlp();
    images = EvaluationImages.of(shipped, supernet.dataset(), ImageSplit.VALIDATION, 500);
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** The least of several times, after a first that warms up; seconds. */
  private static double seconds(Work work) {
    work.go();
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      work.go();
      least = Math.min(least, (System.nanoTime() - start) / 1e9);
    }
    return least;
  }

  private static void print(String what, double alone, double one, double two, double cpu) {
    System.out.printf(
        "%s: %.2f s without Spark, %.2f s on one executor, %.2f s on two; Spark's ratio %.2f, efficiency of two %.2f; CPU time of tasks on one executor %.2f s%n",
        what, alone, one, two, alone / one, one / (2 * two), cpu);
  }

  private static void check(double alone, double one, double two, double leastRatio) {
    if (System.getProperty("espalier.figures").equals("check")) {
      assertThat(alone / one).as("per core, relative to no Spark").isGreaterThan(leastRatio);
      assertThat(one / (2 * two)).as("efficiency of two").isGreaterThan(LEAST_EFFICIENCY);
    }
  }

  private static StandaloneCluster.Application application(int executors) {
    StandaloneCluster.Application application =
        StandaloneCluster.shared()
            .application(
                Map.of(
                    "spark.cores.max",
                    String.valueOf(executors),
                    "spark.executor.memory",
                    "1536m"));
    application.awaitExecutors(executors);
    return application;
  }

  @Test
  void scoring() {
    SearchTarget target =
        new SearchTarget(
            "macs",
            Quantity.MACS,
            Map.of(Quantity.MACS, OperatorCost.MACS.compile(space)),
            List.of());
    CostColumns columns = CostColumns.of(List.of(target));
    byte[] codes = new byte[CANDIDATES * space.length()];
    RandomGenerator random = random(1);
    for (int i = 0; i < CANDIDATES; i++) {
      System.arraycopy(
          space.sample(random).toBytes(), 0, codes, i * space.length(), space.length());
    }
    double[] expected = new double[CANDIDATES];
    double[] accuracies = new double[CANDIDATES];
    double[] costs = new double[CANDIDATES];
    LocalScorer local = new LocalScorer(predictor, columns);
    Work scoring = () -> local.score(codes, CANDIDATES, expected, costs);
    double alone = secondsOnThreads(1, scoring);
    double both = secondsOnThreads(2, scoring);
    System.out.printf(
        "scoring %d without Spark: %.2f s on one thread, %.2f s on two; the machine's own efficiency of two %.2f%n",
        CANDIDATES, alone, both, alone / (2 * both));
    double[] times = new double[2];
    CpuTime cpu = new CpuTime();
    for (int executors = 1; executors <= 2; executors++) {
      try (StandaloneCluster.Application application = application(executors)) {
        SparkSession session = application.session();
        if (executors == 1) {
          session.sparkContext().addSparkListener(cpu);
        }
        try (SparkCandidateScorer scorer =
            new SparkCandidateScorer(session, predictor, columns, 8)) {
          times[executors - 1] = seconds(() -> scorer.score(codes, CANDIDATES, accuracies, costs));
        }
      }
      assertThat(Arrays.equals(accuracies, expected)).isTrue();
    }
    print(
        "scoring " + CANDIDATES, alone, times[0], times[1], cpu.nanos.get() / 1e9 / (REPEATS + 1));
    check(alone, times[0], times[1], LEAST_SCORING_RATIO);
  }

  @Test
  void evaluation() {
    RandomGenerator random = random(2);
    TreeSet<Architecture> distinct = new TreeSet<>();
    while (distinct.size() < SUBNETS) {
      distinct.add(space.sample(random));
    }
    List<Architecture> architectures = List.copyOf(distinct);
    List<Integer> expected = new ArrayList<>();
    double alone =
        seconds(
            () -> {
              expected.clear();
              try (SubnetEmission emission =
                  new SubnetEmission(supernet.network(), supernet.weights(), images)) {
                architectures.forEach(a -> expected.add(emission.correct(a)));
              }
            });
    double[] times = new double[2];
    CpuTime cpu = new CpuTime();
    for (int executors = 1; executors <= 2; executors++) {
      try (StandaloneCluster.Application application = application(executors)) {
        SparkSession session = application.session();
        if (executors == 1) {
          session.sparkContext().addSparkListener(cpu);
        }
        int run = executors;
        int[] repeat = {0};
        times[executors - 1] =
            seconds(
                () ->
                    assertThat(
                            new SubnetEvaluation(
                                    session,
                                    supernet,
                                    images,
                                    new org.apache.hadoop.fs.Path(
                                        folder.resolve(run + "-" + repeat[0]++).toUri()))
                                .measure(architectures, p -> {}))
                        .extracting(m -> m.correct())
                        .isEqualTo(expected));
      }
    }
    print(
        "evaluating " + SUBNETS, alone, times[0], times[1], cpu.nanos.get() / 1e9 / (REPEATS + 1));
    check(alone, times[0], times[1], LEAST_EVALUATION_RATIO);
  }
}
