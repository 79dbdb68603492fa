package dev.espalier.space;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.TensorShape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The space of NAS-Bench-201 (Dong and Yang, ICLR 2020, section 2.1, figure 1): one cell, repeated
 * in a fixed skeleton.
 *
 * <p>A cell has four nodes, of which node 0 is its input and node 3 its output, and an edge from
 * each node to each later one. A node is the sum of its incoming edges; an edge applies one of five
 * operations to its source. There is one decision per edge, {@code nodeT.inputS} for the edge from
 * S to T, in the order of the paper's architecture strings {@code |a~0|+|b~0|c~1|+|d~0|e~1|f~2|},
 * and its options are {@code none}, {@code skip_connect}, {@code nor_conv_1x1}, {@code
 * nor_conv_3x3} and {@code avg_pool_3x3}.
 *
 * <p>The skeleton: a 3×3 convolution; three stages of equal cells, with C, 2C and 4C channels;
 * before the second and the third stage a residual block that halves the sides (3×3 convolution of
 * stride 2 and 3×3 convolution, beside 2×2 average pooling and 1×1 convolution); global average
 * pooling and a linear classifier.
 *
 * <p><b>Canonical codes.</b> An edge has no effect where its source receives nothing from the input
 * or its target does not reach the output, and is then set to {@code none}. Of the 15,625 codes
 * that the paper counts, 9,445 are left. A cell whose output receives nothing is legal, as in the
 * paper: its cells have no operators. Only decisions without effect are looked for; cells that
 * compute the same by other ways (nodes 1 and 2 exchanged, say, or a skip in another place) keep
 * codes of their own.
 *
 * <p><b>Lowering.</b> Edges with the operation {@code skip_connect} cost nothing; the second and
 * each further addend of a node costs one {@link Operator#add}. Deviations from the paper:
 *
 * <ul>
 *   <li>In the paper a convolution comes after a ReLU and before a batch norm. Here it is a
 *       convolution with its ReLU, as it is everywhere else in lookup tables: the ReLU is over the
 *       output and not over the input, which is of the same shape but where a stride halves it.
 *   <li>The last batch norm and ReLU, before global pooling, are left out, as is the multiplication
 *       by zero of {@code none}.
 *   <li>{@link #parameters} counts a batch norm for each 1×1 convolution beside a residual block,
 *       which has none, and lacks the last one: 4C more than the paper in all.
 *   <li>{@link #macs} counts no bias: it is the paper's number of FLOPs less the classes. The
 *       published counts include edges without effect; those are not in the lowering.
 * </ul>
 */
public final class NasBench201 implements SearchSpace {
  private static final String NONE = "none";
  private static final String SKIP = "skip_connect";
  private static final String CONV_1X1 = "nor_conv_1x1";
  private static final String CONV_3X3 = "nor_conv_3x3";
  private static final String POOL = "avg_pool_3x3";

  private static final List<String> OPERATIONS = List.of(NONE, SKIP, CONV_1X1, CONV_3X3, POOL);

  /** Sources of the edges, and targets: an order in which what a node receives comes first. */
  private static final int[] SOURCES = {0, 0, 1, 0, 1, 2};

  private static final int[] TARGETS = {1, 2, 2, 3, 3, 3};
  private static final int EDGES = SOURCES.length;
  private static final int OUTPUT = 3;

  private final NasBench201Definition definition;
  private final List<Decision> decisions;
  private final List<Place> places;
  private final List<Slot> slots;

  /** What one place of the skeleton lowers to: graphs, one after the other. */
  private interface Lowering {
    List<SlotGraph> graphs(byte[] code);

    default List<Operator> operators(byte[] code) {
      return graphs(code).stream()
          .flatMap(graph -> graph.steps().stream())
          .map(SlotGraph.Step::operator)
          .toList();
    }
  }

  /** A slot and its operators. */
  private record Place(Slot slot, Lowering lowering) {}

  /** Makes the space of a definition. */
  public NasBench201(NasBench201Definition definition) {
    this.definition = definition;
    List<Decision> edges = new ArrayList<>();
    for (int edge = 0; edge < EDGES; edge++) {
      edges.add(new Decision("node" + TARGETS[edge] + ".input" + SOURCES[edge], OPERATIONS));
    }
    this.decisions = List.copyOf(edges);
    this.places = places(definition);
    this.slots = places.stream().map(Place::slot).toList();
  }

  private static List<Place> places(NasBench201Definition definition) {
    int side = definition.resolution();
    int channels = definition.channels();
    TensorShape image = new TensorShape(side, side, definition.inputChannels());
    TensorShape first = image.convolved(1, channels);
    TensorShape second = first.convolved(2, 2 * channels);
    TensorShape third = second.convolved(2, 4 * channels);
    List<Place> places = new ArrayList<>();
    places.add(fixed("stem", SlotGraph.of(Operator.conv(image, channels, 3, 1, Activation.NONE))));
    places.add(stage("stage1", first, definition.cells()));
    places.add(fixed("reduce1", reduction(first)));
    places.add(stage("stage2", second, definition.cells()));
    places.add(fixed("reduce2", reduction(second)));
    places.add(stage("stage3", third, definition.cells()));
    places.add(fixed("pool", SlotGraph.of(Operator.globalPool(third))));
    places.add(
        fixed("classifier", SlotGraph.of(Operator.linear(third.channels(), definition.classes()))));
    return List.copyOf(places);
  }

  private static Place fixed(String name, SlotGraph graph) {
    List<SlotGraph> graphs = List.of(graph);
    return new Place(new Slot(name, List.of()), code -> graphs);
  }

  private static Place stage(String name, TensorShape shape, int cells) {
    Operator[] operations = {
      null, // none
      null, // skip_connect
      Operator.conv(shape, shape.channels(), 1, 1, Activation.RELU),
      Operator.conv(shape, shape.channels(), 3, 1, Activation.RELU),
      Operator.averagePool(shape, 3, 1)
    };
    Operator sum = Operator.add(shape);
    return new Place(
        new Slot(name, List.of(0, 1, 2, 3, 4, 5)),
        code -> Collections.nCopies(cells, cell(code, operations, sum)));
  }

  /** A cell whose output receives nothing is of zeros, which take the place of its input. */
  private static SlotGraph cell(byte[] code, Operator[] operations, Operator sum) {
    int effective = effective(edges(code));
    List<SlotGraph.Step> steps = new ArrayList<>();
    int[] values = {0, -1, -1, -1};
    for (int edge = 0; edge < EDGES; edge++) {
      if (contains(effective, edge)) {
        int value = values[SOURCES[edge]];
        if (operations[code[edge]] != null) {
          steps.add(new SlotGraph.Step(operations[code[edge]], List.of(value)));
          value = steps.size();
        }
        int target = TARGETS[edge];
        if (values[target] >= 0) {
          steps.add(new SlotGraph.Step(sum, List.of(values[target], value)));
          value = steps.size();
        }
        values[target] = value;
      }
    }
    return new SlotGraph(sum.input(), steps, Math.max(0, values[OUTPUT]));
  }

  /** The main path, then the shortcut beside it, then their sum. */
  private static SlotGraph reduction(TensorShape input) {
    int channels = 2 * input.channels();
    Operator halved = Operator.conv(input, channels, 3, 2, Activation.RELU);
    Operator pooled = Operator.averagePool(input, 2, 2);
    return new SlotGraph(
        input,
        List.of(
            new SlotGraph.Step(halved, List.of(0)),
            new SlotGraph.Step(
                Operator.conv(halved.output(), channels, 3, 1, Activation.RELU), List.of(1)),
            new SlotGraph.Step(pooled, List.of(0)),
            new SlotGraph.Step(
                Operator.conv(pooled.output(), channels, 1, 1, Activation.NONE), List.of(3)),
            new SlotGraph.Step(Operator.add(halved.output()), List.of(2, 4))),
        5);
  }

  /** The data this space was made from. */
  public NasBench201Definition definition() {
    return definition;
  }

  @Override
  public String family() {
    return NasBench201Family.NAME;
  }

  @Override
  public List<Decision> decisions() {
    return decisions;
  }

  @Override
  public List<Slot> slots() {
    return slots;
  }

  @Override
  public List<Operator> operators(int slot, byte[] code) {
    return places.get(slot).lowering().operators(code);
  }

  @Override
  public Optional<List<SlotGraph>> graphs(int slot, byte[] code) {
    return Optional.of(places.get(slot).lowering().graphs(code));
  }

  @Override
  public void canonicalize(byte[] code) {
    int effective = effective(edges(code));
    for (int edge = 0; edge < EDGES; edge++) {
      if (!contains(effective, edge)) {
        code[edge] = 0;
      }
    }
  }

  /** The node at which an edge begins; 0 is the cell's input. */
  public static int source(int edge) {
    return SOURCES[edge];
  }

  /** The node at which an edge ends; 3 is the cell's output. */
  public static int target(int edge) {
    return TARGETS[edge];
  }

  /** The set of edges that a code does not leave out, a bit each. */
  private static int edges(byte[] code) {
    int set = 0;
    for (int edge = 0; edge < EDGES; edge++) {
      if (code[edge] != 0) {
        set |= 1 << edge;
      }
    }
    return set;
  }

  private static boolean contains(int set, int element) {
    return (set >> element & 1) == 1;
  }

  /**
   * Those of a set of edges that lie on a path from input to output: what is left when edges
   * without effect are taken out until none is found.
   */
  private static int effective(int edges) {
    int reached = 1;
    for (int edge = 0; edge < EDGES; edge++) {
      if (contains(edges, edge) && contains(reached, SOURCES[edge])) {
        reached |= 1 << TARGETS[edge];
      }
    }
    int effective = 0;
    int needed = 1 << OUTPUT;
    for (int edge = EDGES - 1; edge >= 0; edge--) {
      if (contains(edges, edge)
          && contains(reached, SOURCES[edge])
          && contains(needed, TARGETS[edge])) {
        effective |= 1 << edge;
        needed |= 1 << SOURCES[edge];
      }
    }
    return effective;
  }

  @Override
  public BigInteger size() {
    long size = 0;
    for (int edges = 0; edges < 1 << EDGES; edges++) {
      if (effective(edges) == edges) {
        size += Math.round(Math.pow(OPERATIONS.size() - 1, Integer.bitCount(edges)));
      }
    }
    return BigInteger.valueOf(size);
  }

  /** A 3×3 convolution on every edge. */
  @Override
  public Architecture largest() {
    byte[] code = new byte[EDGES];
    Arrays.fill(code, (byte) OPERATIONS.indexOf(CONV_3X3));
    return Architecture.ofCanonical(code);
  }

  /**
   * {@inheritDoc}
   *
   * <p>For this family the paper's, {@code |nor_conv_3x3~0|+|none~0|skip_connect~1|+|…|}: for each
   * of the nodes 1 to 3, the operation of the edge from each node before it.
   */
  @Override
  public String format(Architecture architecture) {
    StringBuilder text = new StringBuilder();
    for (int edge = 0; edge < EDGES; edge++) {
      if (SOURCES[edge] == 0) {
        text.append(edge == 0 ? "|" : "+|");
      }
      text.append(OPERATIONS.get(architecture.option(edge)));
      text.append('~').append(SOURCES[edge]).append('|');
    }
    return text.toString();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Reads as well the options' indices as six digits, {@code 000123}. Edges without effect may
   * have any operation.
   */
  @Override
  public Architecture parse(String text) {
    String trimmed = text.trim();
    byte[] code = trimmed.matches("\\d+") ? digits(trimmed) : operations(trimmed);
    canonicalize(code);
    return Architecture.ofCanonical(code);
  }

  private byte[] digits(String text) {
    ArchitectureText reader = new ArchitectureText(this, text);
    if (text.length() != EDGES) {
      throw reader.wrong("%d digits, where %d are needed".formatted(text.length(), EDGES));
    }
    byte[] code = new byte[EDGES];
    for (int edge = 0; edge < EDGES; edge++) {
      code[edge] = (byte) Character.digit(text.charAt(edge), 10);
      if (code[edge] < 0 || code[edge] >= OPERATIONS.size()) {
        throw reader.wrong(
            "digit %d is %c, which is none of 0 to %d, for %s (%s)"
                .formatted(
                    edge + 1,
                    text.charAt(edge),
                    OPERATIONS.size() - 1,
                    OPERATIONS,
                    decisions.get(edge).name()));
      }
    }
    return code;
  }

  private byte[] operations(String text) {
    ArchitectureText reader = new ArchitectureText(this, text);
    String[] nodes = text.split("\\+", -1);
    if (nodes.length != OUTPUT) {
      throw reader.wrong(
          "expected %d nodes between plus signs, found %d, or %d digits"
              .formatted(OUTPUT, nodes.length, EDGES));
    }
    byte[] code = new byte[EDGES];
    int edge = 0;
    for (int node = 1; node <= OUTPUT; node++) {
      String part = nodes[node - 1];
      String[] words = part.split("\\|", -1);
      // Between bars: nothing before the first and after the last.
      if (words.length != node + 2 || !words[0].isEmpty() || !words[node + 1].isEmpty()) {
        throw reader.wrong(
            "'%s' is not the %d inputs of node %d, each before a bar and the first after one"
                .formatted(part, node, node));
      }
      for (int source = 0; source < node; source++, edge++) {
        String suffix = "~" + source;
        String word = words[source + 1];
        int option =
            word.endsWith(suffix)
                ? OPERATIONS.indexOf(word.substring(0, word.length() - suffix.length()))
                : -1;
        if (option < 0) {
          throw reader.wrong(
              "'%s' is not one of %s followed by %s (%s)"
                  .formatted(word, OPERATIONS, suffix, decisions.get(edge).name()));
        }
        code[edge] = (byte) option;
      }
    }
    return code;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NasBench201 o && definition.equals(o.definition);
  }

  @Override
  public int hashCode() {
    return definition.hashCode();
  }
}
