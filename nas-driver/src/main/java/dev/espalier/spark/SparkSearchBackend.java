package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.run.EmissionInputs;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.FormatDeployment;
import dev.espalier.run.Progress.Stage;
import dev.espalier.run.SearchBackend;
import dev.espalier.run.SectionedTable;
import dev.espalier.run.SubnetEmission;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.IslandLeg;
import dev.espalier.search.IslandSearch;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchProblem;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.TargetTask;
import dev.espalier.search.TargetwiseEngine;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/** A search on Spark: candidates and models are divided among tasks, inputs are broadcast. */
public final class SparkSearchBackend implements SearchBackend {
  /** A few tens of milliseconds each, beside some for the task itself. */
  private static final int TARGETS_PER_TASK = 4;

  private final SparkSession session;
  private final JavaSparkContext context;
  private final ParquetTables tables;
  private final OptionalInt partitions;

  /**
   * Works on a session.
   *
   * @param partitions of each job; where absent, scoring takes Spark's default parallelism and
   *     emission one task for each model
   */
  public SparkSearchBackend(SparkSession session, OptionalInt partitions) {
    this.session = session;
    this.context = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.tables = new ParquetTables(session);
    this.partitions = partitions;
  }

  @Override
  public CandidateScorer scorer(AccuracyPredictor predictor, CostColumns columns) {
    return new SparkCandidateScorer(
        session, predictor, columns, partitions.orElse(context.defaultParallelism()));
  }

  /**
   * {@inheritDoc}
   *
   * <p>One job of many small tasks, each with a few targets, so that a slow target holds one core
   * and nothing else.
   */
  @Override
  public void solve(
      TargetwiseEngine engine,
      TargetTask task,
      List<SearchTarget> targets,
      SolvedListener listener) {
    int tasks =
        Math.min(
            targets.size(),
            partitions.orElse(
                Math.max(
                    context.defaultParallelism(),
                    (targets.size() + TARGETS_PER_TASK - 1) / TARGETS_PER_TASK)));
    List<TargetShipment> shipments = new ArrayList<>();
    for (int t = 0; t < tasks; t++) {
      shipments.add(
          new TargetShipment(
              targets.subList(start(t, tasks, targets), start(t + 1, tasks, targets))));
    }
    Broadcast<TargetShipment.Common> common =
        context.broadcast(TargetShipment.Common.of(engine, task));
    try {
      new ResultStream<>(
              context.parallelize(shipments, tasks).map(new TargetShipment.Solving(common)::solve))
          .forEach(
              (part, solved) -> {
                for (int i = 0; i < solved.length; i++) {
                  listener.solved(start(part, tasks, targets) + i, solved[i]);
                }
              });
    } finally {
      common.destroy();
    }
  }

  @Override
  public IslandSearch.Runner islands(
      SearchEngine engine, SearchProblem problem, AccuracyPredictor predictor) {
    Broadcast<IslandShipment> shipment =
        context.broadcast(IslandShipment.of(engine, problem, predictor));
    return legs -> {
      int tasks = Math.min(legs.size(), partitions.orElse(legs.size()));
      return context
          .parallelize(legs.stream().map(IslandLeg::ticket).toList(), tasks)
          .map(new IslandShipment.Sailing(shipment)::sail)
          .collect();
    };
  }

  private static int start(int task, int tasks, List<?> whole) {
    return (int) ((long) task * whole.size() / tasks);
  }

  @Override
  public List<EmittedSubnet> emit(
      EmissionInputs inputs, List<Architecture> architectures, Stage stage) {
    int tasks = Math.min(architectures.size(), partitions.orElse(architectures.size()));
    Broadcast<EvaluationInputs> shipment =
        context.broadcast(new EvaluationInputs(inputs.supernet(), inputs.images()));
    TaskCounter counter = new TaskCounter(stage, tasks, architectures.size());
    context.sc().addSparkListener(counter);
    try {
      return context
          .parallelize(architectures, tasks)
          .mapPartitions(part -> emitAll(shipment, part))
          .collect();
    } finally {
      context.sc().removeSparkListener(counter);
      shipment.destroy();
    }
  }

  private static Iterator<EmittedSubnet> emitAll(
      Broadcast<EvaluationInputs> shipment, Iterator<Architecture> architectures) {
    List<EmittedSubnet> emitted = new ArrayList<>();
    try (SubnetEmission emission = shipment.value().emission()) {
      architectures.forEachRemaining(a -> emitted.add(emission.emit(a)));
    }
    return emitted.iterator();
  }

  /** {@inheritDoc} Of as many tasks as there are orders, or as partitions were asked for. */
  @Override
  public void deploy(
      EmissionInputs inputs, List<FormatDeployment.Order> orders, DeploymentListener listener) {
    if (orders.isEmpty()) {
      return;
    }
    int tasks = Math.min(orders.size(), partitions.orElse(orders.size()));
    Broadcast<EvaluationInputs> shipment =
        context.broadcast(new EvaluationInputs(inputs.supernet(), inputs.images()));
    try {
      new ResultStream<>(
              context
                  .parallelize(
                      IntStream.range(0, tasks)
                          .mapToObj(
                              t ->
                                  List.copyOf(
                                      orders.subList(
                                          start(t, tasks, orders), start(t + 1, tasks, orders))))
                          .toList(),
                      tasks)
                  .map(part -> deployAll(shipment, part)))
          .forEach(
              (part, outcomes) -> {
                for (int i = 0; i < outcomes.size(); i++) {
                  listener.deployed(start(part, tasks, orders) + i, outcomes.get(i));
                }
              });
    } finally {
      shipment.destroy();
    }
  }

  private static List<List<FormatDeployment.Outcome>> deployAll(
      Broadcast<EvaluationInputs> shipment, List<FormatDeployment.Order> orders) {
    try (FormatDeployment deployment = shipment.value().deployment()) {
      return orders.stream().map(deployment::outcomes).toList();
    }
  }

  @Override
  public void write(SectionedTable table, Path file) {
    tables.write(table, file);
  }

  /** Tells a stage of tasks that end. */
  private static final class TaskCounter extends SparkListener {
    private final Stage stage;
    private final int tasks;
    private final long units;
    private final AtomicInteger ended = new AtomicInteger();

    TaskCounter(Stage stage, int tasks, long units) {
      this.stage = stage;
      this.tasks = tasks;
      this.units = units;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      stage.done(units * ended.incrementAndGet() / tasks);
    }
  }
}
