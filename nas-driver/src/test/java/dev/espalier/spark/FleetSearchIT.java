package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.accuracy.PredictorSource;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.measurement.Samples;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.run.BudgetResult;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.SearchInputs;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import dev.espalier.run.SearchRun;
import dev.espalier.run.SearchSource;
import dev.espalier.run.Target;
import dev.espalier.search.Quantity;
import dev.espalier.search.ReleasedOfa;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fleet of targets, 20 budgets each, in the space of OFA's MobileNetV3 with five resolutions, its
 * released predictor's additive part, and the Note10's measured tables, perturbed by a factor for
 * each kind of operator and kernel.
 *
 * <pre>{@code
 * mvn -q -o -pl nas-driver -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dit.test=FleetSearchIT -Dfailsafe.failIfNoSpecifiedTests=false -Despalier.fleet=1000 \
 *     -Despalier.it.heap=2g
 * }</pre>
 */
class FleetSearchIT {
  private static final Logger LOG = LoggerFactory.getLogger(FleetSearchIT.class);

  /** How many targets; the figures in the README are of 1,000. */
  private static final int TARGETS = Integer.getInteger("espalier.fleet", 8);

  private static final int BUDGETS = 20;
  private static final int CHECKED = 50;
  private static final double DEVIATION = 0.3;
  private static final long SEED = 20;

  @TempDir private static Path folder;

  private static SearchSpace space;
  private static StoredPredictor predictor;
  private static List<Target> targets;

  /** Without a supernet no model is timed. */
  private static final class NoTimer implements ModelTimer {
    @Override
    public boolean reaches(ProfileDescription profile) {
      return false;
    }

    @Override
    public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
      throw new AssertionError("nothing is built");
    }

    @Override
    public String conditions() {
      return "none";
    }
  }

  @BeforeAll
  static void makeFleet() {
    assumeTrue(
        Files.exists(ReleasedOfa.DATA),
        "published files are not here: " + ReleasedOfa.DATA.toAbsolutePath());
    space = ReleasedOfa.space();
    MlpEnsemble mlp = ReleasedOfa.predictor(space);
    AdditivePart part =
        new AdditivePartFit(SparkTesting.session())
            .fit(
                mlp,
                TARGETS < 100
                    ? new AdditivePartFit.Settings(400, 100, 1)
                    : AdditivePartFit.Settings.of(space, 1));
    predictor =
        new StoredPredictor(
            mlp,
            java.util.Optional.empty(),
            part,
            new PredictorSource("OFA's released predictor", "0".repeat(64), 1));
    long before = System.nanoTime();
    LatencyTable table = ReleasedOfa.table(ReleasedOfa.RESOLUTIONS);
    targets =
        IntStream.range(0, TARGETS)
            .parallel()
            .mapToObj(i -> Target.of(CostModel.compile(space, perturbed(table, i))))
            .toList();
    LOG.info(
        "{} targets of {} operators made and compiled in {} s",
        TARGETS,
        table.size(),
        seconds(before));
  }

  private static HardwareProfile perturbed(LatencyTable table, int number) {
    RandomGenerator random = SparkTesting.random(SEED + number);
    Map<String, Double> factors = new HashMap<>();
    Map<Operator, LatencyEntry> entries = new HashMap<>();
    // In the order of keys, so that each draw belongs to one kind.
    table.entries().entrySet().stream()
        .sorted(java.util.Comparator.comparing(e -> e.getKey().key()))
        .forEach(
            e -> {
              String kind = e.getKey().kind() + " " + e.getKey().kernel();
              double factor =
                  factors.computeIfAbsent(kind, k -> Math.exp(DEVIATION * random.nextGaussian()));
              entries.put(
                  e.getKey(),
                  new LatencyEntry(
                      factor * e.getValue().micros(),
                      0,
                      OptionalDouble.empty(),
                      0,
                      Origin.MODELLED));
            });
    return HardwareProfile.builder()
        .name("device-%04d".formatted(number))
        .device("perturbed Note10")
        .deviceClass(DeviceClass.CPU)
        .runtime("none")
        .precision(Precision.FLOAT32)
        .provenance(
            new Modelled(
                "a factor for each kind of operator", "Note10", 1, 0.5, LocalDate.of(2026, 1, 1)))
        .table(LatencyTable.of(entries))
        .build();
  }

  private static String seconds(long before) {
    return "%.1f".formatted((System.nanoTime() - before) / 1e9);
  }

  private static SearchResult search(
      List<Target> fleet, int candidates, OptionalInt partitions, String run) {
    SparkSession session = SparkTesting.session();
    return SearchRun.builder()
        .storage(new Storage(session.sparkContext().hadoopConfiguration()))
        .backend(new SparkSearchBackend(session, partitions))
        .timer(new NoTimer())
        .build()
        .run(
            new SearchInputs(
                SearchRequestReader.read(
                    "fleet",
                    """
                    predictor: ofa
                    targets: 'fleet/*'
                    budgets: [{grid: %d, of: latency}]
                    engine: exact
                    candidates-per-budget: %d
                    """
                        .formatted(BUDGETS, candidates)),
                new SearchSource.PredictorAlone(predictor),
                fleet,
                List.of()),
            new org.apache.hadoop.fs.Path(folder.resolve(run).toUri()));
  }

  private static double processorSeconds() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
            .getProcessCpuTime()
        / 1e9;
  }

  @Test
  void everyFrontAndBudgetOfTheFleetIsAnsweredInLinearTime() {
    search(targets.subList(0, Math.min(4, TARGETS)), 1, OptionalInt.empty(), "warm");
    Map<Integer, Double> micros = new HashMap<>();
    SearchResult result = null;
    double processor = 0;
    for (int size :
        IntStream.of(10, 100, 1000, TARGETS)
            .filter(n -> n <= TARGETS)
            .distinct()
            .sorted()
            .toArray()) {
      long before = System.nanoTime();
      double cpuBefore = processorSeconds();
      result = search(targets.subList(0, size), 1, OptionalInt.empty(), "fleet-" + size);
      double each = (System.nanoTime() - before) / 1e3 / size;
      micros.put(size, each);
      processor = processorSeconds() - cpuBefore;
      LOG.info(
          "{} targets, {} budgets each: fronts and selections found and stored in {} s, {} ms a target; {} s of processor, heap of {} MiB",
          size,
          BUDGETS,
          seconds(before),
          "%.1f".formatted(each / 1e3),
          "%.1f".formatted(processor),
          Runtime.getRuntime().maxMemory() >> 20);
    }
    assertThat(result.infeasible()).isEmpty();
    assertThat(result.budgets()).hasSize(TARGETS * BUDGETS);
    assertStored(result);
    assertChecked(result);
    if (TARGETS >= 1000) {
      assertThat(micros.get(1000)).as("linear").isLessThan(1.5 * micros.get(100));
      assertThat(micros.get(1000) * 1000 / 1e6).as("seconds").isLessThan(60);
    }
  }

  private static void assertStored(SearchResult result) {
    SparkSession session = SparkTesting.session();
    long points =
        result.outcome().targets().stream().mapToLong(t -> t.front().points().size()).sum();
    LOG.info("{} points on the fronts", points);
    String fronts = new org.apache.hadoop.fs.Path(result.folder(), "fronts.parquet").toString();
    assertThat(session.read().parquet(fronts).count()).isEqualTo(points);
    assertThat(session.read().parquet(fronts).select("target").distinct().count())
        .isEqualTo(TARGETS);
    String selections =
        new org.apache.hadoop.fs.Path(result.folder(), "selections.parquet").toString();
    assertThat(session.read().parquet(selections).filter("answer = 'predicted'").count())
        .isEqualTo((long) TARGETS * BUDGETS);
  }

  /** Against a solver that shares nothing with the engine. */
  private static void assertChecked(SearchResult result) {
    AdditiveFunction accuracy = predictor.additive().function();
    RandomGenerator random = SparkTesting.random(SEED);
    for (Architecture architecture : SparkTesting.architectures(space, 20, SEED)) {
      for (AdditiveFunction function : List.of(accuracy, targets.get(0).latencyMicros())) {
        assertThat(StagewiseSolver.stagewise(space, function, architecture))
            .isCloseTo(
                function.at(architecture), within(1e-9 * Math.abs(function.at(architecture))));
      }
    }
    Map<String, StagewiseSolver> solvers = new HashMap<>();
    for (int i = 0; i < CHECKED; i++) {
      BudgetResult budget = result.budgets().get(random.nextInt(result.budgets().size()));
      Target target = budget.target();
      StagewiseSolver solver =
          solvers.computeIfAbsent(
              target.name(), n -> new StagewiseSolver(space, accuracy, target.latencyMicros()));
      double limit = budget.budget().constraints().get(0).limit();
      ScoredArchitecture best = budget.attempts().get(0).candidate();
      assertThat(best.cost(Quantity.LATENCY)).isLessThanOrEqualTo(limit);
      assertThat(best.predictedAccuracy())
          .as("%s, %s", target.name(), budget.budget().name())
          .isCloseTo(solver.best(limit), within(1e-9));
    }
  }

  @Test
  void aFleetIsTheSameWhateverThePartitions() {
    List<Target> few = targets.subList(0, Math.min(5, TARGETS));
    String digest = search(few, 3, OptionalInt.of(1), "one").digest();

    assertThat(search(few, 3, OptionalInt.of(3), "three").digest()).isEqualTo(digest);
  }
}
