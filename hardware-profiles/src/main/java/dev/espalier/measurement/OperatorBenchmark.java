package dev.espalier.measurement;

import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.OperatorGraphs;
import dev.espalier.operator.Operator;
import dev.espalier.operator.TensorShape;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times single operators in ONNX Runtime: batch 1, one thread.
 *
 * <p>A run of a session has a fixed cost, microseconds where operators take five to a hundred, and
 * a network pays it once, not once an operator. So a graph of nothing but a ReLU over the
 * operator's input is timed in the same rounds, and its median is taken off. What an operator still
 * pays alone and not within a network (conversions of layout at its ends), and what it is spared
 * (its weights stay in the caches), is not corrected here: {@code
 * dev.espalier.latency.AdditivityCheck} measures it.
 */
public final class OperatorBenchmark {
  /** What is taken off the timing of an operator alone, in words for provenance. */
  public static final String FIXED_COST =
      "less the same for a ReLU over the operator's input, the fixed cost of a run";

  /** Operators that are open at once; each holds a session. */
  private static final int GROUP = 200;

  private static final Logger LOG = LoggerFactory.getLogger(OperatorBenchmark.class);

  private final TimingPlan plan;
  private final OnnxEmitter emitter = new OnnxEmitter();

  /** A benchmark that times each operator as the plan says. */
  public OperatorBenchmark(TimingPlan plan) {
    this.plan = plan;
  }

  /** How a table's numbers come about, in words for its provenance. */
  public String method() {
    return plan.words() + "; " + FIXED_COST;
  }

  /** Every distinct operator that the architectures of a space are made of. */
  public static Set<Operator> operators(SearchSpace space) {
    Set<Operator> operators = new LinkedHashSet<>();
    for (int slot = 0; slot < space.slots().size(); slot++) {
      int current = slot;
      space.forEachCode(slot, code -> operators.addAll(space.operators(current, code)));
    }
    return operators;
  }

  /**
   * Times operators, two hundred at a time in common rounds.
   *
   * @param operators in float32; those that {@code known} has are not timed again
   * @param known entries measured before, so that an interrupted measurement can be resumed
   * @param random draws weights and inputs and shuffles rounds
   * @param checkpoint receives the known and the new entries after each group
   * @return the known and the new entries
   */
  public LatencyTable time(
      Collection<Operator> operators,
      LatencyTable known,
      RandomGenerator random,
      Progress progress,
      Consumer<LatencyTable> checkpoint) {
    List<Operator> missing = known.missing(operators);
    GroupProgress groups =
        new GroupProgress(progress, "operators", missing.size(), System::nanoTime);
    LatencyTable table = known;
    for (int start = 0; start < missing.size(); start += GROUP) {
      List<Operator> group = missing.subList(start, Math.min(start + GROUP, missing.size()));
      table = table.with(LatencyTable.of(time(group, random, groups, start)));
      checkpoint.accept(table);
    }
    return table;
  }

  private Map<Operator, LatencyEntry> time(
      List<Operator> operators, RandomGenerator random, GroupProgress groups, int before) {
    Map<TensorShape, Integer> emptyRuns = new LinkedHashMap<>();
    try (ModelSubjects subjects = new ModelSubjects(random)) {
      for (Operator operator : operators) {
        subjects.add(emitter.emit(OperatorGraphs.of(operator, random)));
      }
      for (Operator operator : operators) {
        if (!emptyRuns.containsKey(operator.input())) {
          emptyRuns.put(operator.input(), operators.size() + emptyRuns.size());
          subjects.add(emitter.emit(emptyRun(operator.input())));
        }
      }
      List<Samples> timings =
          new InterleavedTimer(plan, System::nanoTime)
              .time(subjects.subjects(), random, groups.within(before, operators.size()));
      Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
      List<Double> fixed = new ArrayList<>();
      for (int i = 0; i < operators.size(); i++) {
        double empty = timings.get(emptyRuns.get(operators.get(i).input())).median();
        fixed.add(empty);
        entries.put(operators.get(i), entry(timings.get(i), empty));
      }
      LOG.info(
          "{} operators timed; fixed cost of a run {} us in the median",
          operators.size(),
          thousandths(Samples.of(fixed.stream().mapToDouble(d -> d).toArray()).median()));
      return entries;
    }
  }

  /**
   * Noise may make an operator of next to no work seem faster than a ReLU; it costs nothing then.
   */
  private static LatencyEntry entry(Samples timing, double fixedMicros) {
    return new LatencyEntry(
        thousandths(Math.max(0, timing.mean() - fixedMicros)),
        thousandths(timing.standardDeviation()),
        OptionalDouble.of(thousandths(Math.max(0, timing.median() - fixedMicros))),
        timing.count(),
        Origin.MEASURED);
  }

  /** Nanoseconds are finer than any clock resolves here. */
  private static double thousandths(double micros) {
    return Math.round(micros * 1_000) / 1_000.0;
  }

  /** The graph of next to no work over an input, whose latency is the fixed cost of a run. */
  public static Graph emptyRun(TensorShape shape) {
    Node.Tensor input = new Node.Tensor(Graph.INPUT, shape);
    Node.Tensor output = new Node.Tensor(Graph.OUTPUT, shape);
    return new Graph(
        "relu",
        input,
        output,
        List.of(new Node.Elementwise(input, output, Node.Elementwise.Function.RELU)),
        new TreeMap<>());
  }
}
