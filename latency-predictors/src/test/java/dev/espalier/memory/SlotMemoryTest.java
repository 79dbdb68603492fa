package dev.espalier.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotGraph;
import dev.espalier.space.SlotGraph.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The least peak, against every order of execution of the graph that it becomes. */
class SlotMemoryTest {
  private static final SearchSpace CELLS =
      new NasBench201(new NasBench201Definition(8, 3, 4, 5, 10));

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Convolutions, depthwise ones, pools and sums; what is left over at the end is summed. */
  private static SlotGraph graph(RandomGenerator random) {
    TensorShape input = new TensorShape(4, 4, 1 + random.nextInt(6));
    List<TensorShape> shapes = new ArrayList<>(List.of(input));
    List<Step> steps = new ArrayList<>();
    List<Integer> unread = new ArrayList<>(List.of(0));
    int operators = 1 + random.nextInt(4);
    for (int i = 0; i < operators; i++) {
      int value = random.nextInt(shapes.size());
      TensorShape from = shapes.get(value);
      Operator operator =
          switch (random.nextInt(3)) {
            case 0 -> Operator.averagePool(from, 3, 1);
            case 1 -> depthwise(from);
            default -> Operator.conv(from, 1 + random.nextInt(9), 3, 1, Activation.RELU);
          };
      unread.remove((Integer) value);
      add(steps, shapes, unread, operator, List.of(value));
    }
    int channels = shapes.get(shapes.size() - 1).channels();
    while (unread.size() > 1) {
      int left = widened(steps, shapes, unread, unread.get(0), channels);
      int right = widened(steps, shapes, unread, unread.get(0), channels);
      unread.remove((Integer) left);
      unread.remove((Integer) right);
      add(steps, shapes, unread, Operator.add(shapes.get(left)), List.of(left, right));
    }
    return new SlotGraph(input, steps, unread.get(0));
  }

  /**
   * A value of so many channels, made of another where it has other ones; last among the unread.
   */
  private static int widened(
      List<Step> steps, List<TensorShape> shapes, List<Integer> unread, int value, int channels) {
    unread.remove((Integer) value);
    if (shapes.get(value).channels() == channels) {
      unread.add(value);
      return value;
    }
    add(
        steps,
        shapes,
        unread,
        Operator.conv(shapes.get(value), channels, 1, 1, Activation.NONE),
        List.of(value));
    return steps.size();
  }

  private static void add(
      List<Step> steps,
      List<TensorShape> shapes,
      List<Integer> unread,
      Operator operator,
      List<Integer> reads) {
    steps.add(new Step(operator, reads));
    shapes.add(operator.output());
    unread.add(steps.size());
  }

  private static Operator depthwise(TensorShape shape) {
    return new Operator(
        OperatorKind.CONV,
        shape,
        shape,
        3,
        1,
        shape.channels(),
        0,
        0,
        Activation.NONE,
        Shortcut.NONE,
        Precision.FLOAT32);
  }

  /** The peak of the graph's nodes in an order, by the definition of the schedule. */
  private static long peak(SlotGraph graph, List<Integer> order) {
    Node.Tensor[] tensors = new Node.Tensor[graph.steps().size() + 1];
    for (int value = 0; value < tensors.length; value++) {
      tensors[value] =
          new Node.Tensor(value == 0 ? Graph.INPUT : "value" + value, graph.shape(value));
    }
    List<Node> nodes = new ArrayList<>();
    for (int step : order) {
      nodes.add(node(graph.steps().get(step), tensors, tensors[step + 1]));
    }
    return ActivationSchedule.of(
            new Graph("part", tensors[0], tensors[graph.output()], nodes, new TreeMap<>()),
            Precision.INT8)
        .peakBytes();
  }

  private static Node node(Step step, Node.Tensor[] tensors, Node.Tensor output) {
    Operator operator = step.operator();
    Node.Tensor input = tensors[step.reads().get(0)];
    int inputs = operator.input().channels();
    int outputs = operator.output().channels();
    int kernel = operator.kernel();
    return switch (operator.kind()) {
      case ADD -> new Node.Add(input, tensors[step.reads().get(1)], output);
      case AVERAGE_POOL ->
          new Node.Pool(input, output, Node.Pool.Kind.AVERAGE, kernel, operator.stride());
      default ->
          new Node.Convolution(
              input,
              output,
              zeros(outputs, inputs / operator.groups(), kernel, kernel),
              zeros(outputs),
              operator.stride(),
              operator.groups());
    };
  }

  private static WeightTensor zeros(int... shape) {
    return new WeightTensor(
        shape, new float[IntStream.of(shape).reduce(1, (left, right) -> left * right)]);
  }

  /** The least peak over all orders. */
  private static long leastPeak(SlotGraph graph, List<Integer> order) {
    if (order.size() == graph.steps().size()) {
      return peak(graph, order);
    }
    long least = Long.MAX_VALUE;
    for (int step = 0; step < graph.steps().size(); step++) {
      List<Integer> reads = graph.steps().get(step).reads();
      if (!order.contains(step) && reads.stream().allMatch(v -> v == 0 || order.contains(v - 1))) {
        List<Integer> longer = new ArrayList<>(order);
        longer.add(step);
        least = Math.min(least, leastPeak(graph, longer));
      }
    }
    return least;
  }

  private static void equalsBruteForce(SlotGraph graph, String what) {
    SlotMemory memory = SlotMemory.of(graph);
    assertThat(memory.peakElements()).as(what).isEqualTo(leastPeak(graph, List.of()));
    assertThat(peak(graph, memory.order())).as(what).isEqualTo(memory.peakElements());
  }

  @Test
  void noOrderNeedsLessAndTheOneFoundNeedsAsMuch() {
    int reordered = 0;
    for (long seed = 0; seed < 150; seed++) {
      SlotGraph graph = graph(random(seed));
      equalsBruteForce(graph, "seed %d: %s".formatted(seed, graph));
      List<Integer> asListed = IntStream.range(0, graph.steps().size()).boxed().toList();
      reordered += peak(graph, asListed) > SlotMemory.of(graph).peakElements() ? 1 : 0;
    }
    assertThat(reordered).as("graphs whose best order is another").isPositive();
  }

  @Test
  void holdsForTheCellsAndReductionsOfNasBench201() {
    for (long seed = 0; seed < 25; seed++) {
      byte[] code = (seed == 0 ? CELLS.largest() : CELLS.sample(random(seed))).toBytes();
      for (int slot = 1; slot <= 2; slot++) {
        SlotGraph graph = CELLS.graphs(slot, code).orElseThrow().get(0);
        if (!graph.steps().isEmpty() && graph.steps().size() < 8) {
          equalsBruteForce(graph, "seed %d, slot %d".formatted(seed, slot));
        }
      }
    }
  }

  @Test
  void aResidualPartKeepsItsInputAndSumsInItsPlace() {
    TensorShape map = new TensorShape(10, 10, 1);
    Operator convolution = Operator.conv(map, 1, 3, 1, Activation.RELU);
    SlotGraph residual =
        new SlotGraph(
            map,
            List.of(
                new Step(convolution, List.of(0)),
                new Step(convolution, List.of(1)),
                new Step(Operator.add(map), List.of(0, 2))),
            3);
    SlotMemory memory = SlotMemory.of(residual);
    // A convolution that is depthwise, with one channel, waits in a buffer of that channel.
    assertThat(memory.peakElements()).isEqualTo(300);
    assertThat(memory.keptElements()).isEqualTo(100);
    assertThat(memory.step()).isEqualTo(1);
    assertThat(memory.part()).isEqualTo("conv");
  }

  @Test
  void aModelOfTheCellsIsTheLargestPartsPeak() {
    MemoryModel model = MemoryModel.compile(CELLS, Precision.INT8);
    for (long seed = 0; seed < 40; seed++) {
      Architecture network = CELLS.sample(random(seed));
      long most = 0;
      for (int slot = 0; slot < CELLS.slots().size(); slot++) {
        for (SlotGraph graph : CELLS.graphs(slot, network.toBytes()).orElseThrow()) {
          most = Math.max(most, SlotMemory.of(graph).peakElements());
        }
      }
      assertThat(model.peakBytes().at(network)).isEqualTo(most);
      PeakMemory peak = PeakMemory.of(CELLS, network, Precision.INT8);
      assertThat(peak.bytes()).isEqualTo(most).isLessThanOrEqualTo(model.mostPeakBytes());
      assertThat(model.weightBytes().at(network)).isPositive();
    }
    assertThat(PeakMemory.of(CELLS, CELLS.largest(), Precision.INT8).words())
        .contains(" of stage1, 8x8x4 to 8x8x4, beside ")
        .endsWith(" bytes kept for later");
  }

  @Test
  void operatorsOfTheCellsAreTheStepsOfTheirGraphs() {
    for (long seed = 0; seed < 40; seed++) {
      byte[] code = CELLS.sample(random(seed)).toBytes();
      for (int slot = 0; slot < CELLS.slots().size(); slot++) {
        assertThat(
                CELLS.graphs(slot, code).orElseThrow().stream()
                    .flatMap(graph -> graph.steps().stream())
                    .map(Step::operator))
            .containsExactlyElementsOf(CELLS.operators(slot, code));
      }
    }
  }

  @Test
  void graphsThatCannotBeAreRefused() {
    TensorShape map = new TensorShape(4, 4, 2);
    Step sum = new Step(Operator.add(map), List.of(0, 0));
    assertThatThrownBy(() -> new SlotGraph(map, List.of(sum, sum), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value 1, of ")
        .hasMessageContaining("is neither read nor the output");
    assertThatThrownBy(() -> SlotGraph.of(Operator.add(map)))
        .hasMessageContaining("reads 1 values");
    assertThatThrownBy(() -> new SlotGraph(new TensorShape(4, 4, 3), List.of(sum), 1))
        .hasMessageContaining("reads value 0, which is none before it of its shape");
    assertThatThrownBy(() -> new SlotGraph(map, List.of(), 1))
        .hasMessageContaining("output 1 is none of values 0 to 0");
  }
}
