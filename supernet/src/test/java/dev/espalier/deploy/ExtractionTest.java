package dev.espalier.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.OperatorGraphs;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.NaiveLayers;
import dev.espalier.network.TestWeights;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Shortcut;
import dev.espalier.space.Architecture;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExtractionTest {
  private static final OfaMobileNetV3 SPACE = TestSpaces.tiny();
  private static final ElasticNetwork NETWORK = ElasticNetworks.of(SPACE);
  private static final List<SearchSpace> SPACES = TestSpaces.families();
  private static final int SEEDS = 12;
  private static final int IMAGES = 3;

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Every family has its share of the seeds. */
  private static SearchSpace space(long seed) {
    return SPACES.get((int) seed / SEEDS);
  }

  /** The first two seeds of a family stand for its largest and its smallest architecture. */
  private static Architecture architecture(long seed) {
    SearchSpace space = space(seed);
    return seed % SEEDS == 0
        ? space.largest()
        : seed % SEEDS == 1 ? space.smallest() : space.sample(random(seed));
  }

  static LongStream seeds() {
    return LongStream.range(0, (long) SEEDS * SPACES.size());
  }

  private static Graph extract(long seed) {
    RandomGenerator random = random(seed);
    ElasticNetwork network = ElasticNetworks.of(space(seed));
    Weights weights = TestWeights.random(network, random);
    Architecture architecture = architecture(seed);
    return Extraction.extract(
        network, weights, architecture, TestWeights.statistics(network, architecture, random));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theEmittedModelComputesWhatTheElasticNetworkIsDocumentedToCompute(long seed) {
    RandomGenerator random = random(seed);
    ElasticNetwork network = ElasticNetworks.of(space(seed));
    Weights weights = TestWeights.random(network, random);
    Architecture architecture = architecture(seed);
    BatchNormStatistics statistics = TestWeights.statistics(network, architecture, random);
    int side = network.input(architecture).side();
    float[] images = new float[IMAGES * side * side];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    float[] logits = new float[IMAGES * network.classes()];

    byte[] file =
        new OnnxEmitter().emit(Extraction.extract(network, weights, architecture, statistics));
    try (OnnxModel model = OnnxModel.load(file, 1)) {
      model.run(images, IMAGES, logits);
    }

    double[] expected = new double[logits.length];
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int n = 0; n < IMAGES; n++) {
      double[][][] result =
          network.forward(
              architecture,
              NaiveLayers.image(images, n * side * side, 1, side),
              new NaiveLayers(weights, statistics, network.batchNormEpsilon()));
      for (int c = 0; c < network.classes(); c++) {
        expected[n * network.classes() + c] = result[c][0][0];
        least = Math.min(least, result[c][0][0]);
        most = Math.max(most, result[c][0][0]);
      }
    }
    assertThat(most - least).as("range of the logits, seed %d", seed).isGreaterThan(0.1);
    for (int i = 0; i < logits.length; i++) {
      assertThat(Math.abs(logits[i] - expected[i]) / (most - least))
          .as(
              "logit %d of %s, seed %d: %f, expected %f",
              i, space(seed).format(architecture), seed, logits[i], expected[i])
          .isLessThan(1e-4);
    }
  }

  /** The nodes that one operator should become, as text; shapes as {@code HxWxC}. */
  private static List<String> nodes(Operator operator) {
    List<String> nodes = new ArrayList<>();
    String act = operator.activation().name();
    if (operator.kind() == OperatorKind.CONV) {
      nodes.add("conv " + operator.input() + " " + operator.output() + " k" + operator.kernel());
      nodes.add(act);
    } else if (operator.kind() == OperatorKind.MBCONV) {
      String in = operator.input().toString();
      if (operator.expands()) {
        String mid = operator.input().convolved(1, operator.expansionChannels()).toString();
        nodes.add("conv " + in + " " + mid + " k1");
        nodes.add(act);
        in = mid;
      }
      String mid =
          operator.input().convolved(operator.stride(), operator.expansionChannels()).toString();
      nodes.add("depthwise " + in + " " + mid + " k" + operator.kernel());
      nodes.add(act);
      if (operator.squeezeChannels() > 0) {
        String pooled = "1x1x" + operator.expansionChannels();
        String squeezed = "1x1x" + operator.squeezeChannels();
        nodes.add("pool " + mid);
        nodes.add("conv " + pooled + " " + squeezed + " k1");
        nodes.add("RELU");
        nodes.add("conv " + squeezed + " " + pooled + " k1");
        nodes.add("HARD_SIGMOID");
        nodes.add("scale " + mid);
      }
      nodes.add("conv " + mid + " " + operator.output() + " k1");
    } else if (operator.kind() == OperatorKind.BOTTLENECK) {
      String in = operator.input().toString();
      String out = operator.output().toString();
      String reduced = operator.input().convolved(1, operator.expansionChannels()).toString();
      String mid =
          operator.input().convolved(operator.stride(), operator.expansionChannels()).toString();
      nodes.add("conv " + in + " " + reduced + " k1");
      nodes.add(act);
      nodes.add("conv " + reduced + " " + mid + " k" + operator.kernel());
      nodes.add(act);
      nodes.add("conv " + mid + " " + out + " k1");
      if (operator.shortcut() == Shortcut.PROJECTION) {
        if (operator.stride() > 1) {
          nodes.add("AVERAGE " + in + " k" + operator.stride());
        }
        nodes.add(
            "conv "
                + (operator.stride() > 1
                    ? operator.input().convolved(operator.stride(), operator.input().channels())
                    : in)
                + " "
                + out
                + " k1");
      }
      nodes.add("add " + out);
      nodes.add(act);
      return nodes;
    } else if (operator.kind() == OperatorKind.MAX_POOL) {
      nodes.add("MAX " + operator.input() + " k" + operator.kernel());
    } else if (operator.kind() == OperatorKind.GLOBAL_POOL) {
      nodes.add("pool " + operator.input());
    } else {
      nodes.add("linear " + operator.input() + " " + operator.output());
    }
    if (operator.shortcut() == Shortcut.IDENTITY) {
      nodes.add("add " + operator.output());
    }
    return nodes;
  }

  private static final class Describe implements Node.Visitor<String> {
    @Override
    public String convolution(Node.Convolution n) {
      return "%s %s %s k%d"
          .formatted(
              n.groups() == 1 ? "conv" : "depthwise",
              n.input().shape(),
              n.output().shape(),
              n.kernel());
    }

    @Override
    public String elementwise(Node.Elementwise n) {
      return n.function().name().replace("HARD_SWISH", "H_SWISH");
    }

    @Override
    public String add(Node.Add n) {
      return "add " + n.output().shape();
    }

    @Override
    public String scale(Node.Scale n) {
      return "scale " + n.output().shape();
    }

    @Override
    public String pool(Node.Pool n) {
      return n.kind() + " " + n.input().shape() + " k" + n.kernel();
    }

    @Override
    public String globalAveragePool(Node.GlobalAveragePool n) {
      return "pool " + n.input().shape();
    }

    @Override
    public String linear(Node.Linear n) {
      return "linear " + n.input().shape() + " " + n.output().shape();
    }
  }

  private static List<String> describe(Graph graph) {
    return graph.nodes().stream().map(n -> n.accept(new Describe())).toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void graphAndLoweringAreTheSameOperatorsWithTheSameCost(long seed) {
    Architecture architecture = architecture(seed);
    Graph graph = extract(seed);
    SearchSpace space = space(seed);
    List<Operator> lowered = space.lower(architecture);

    assertThat(describe(graph))
        .as("seed %d", seed)
        .isEqualTo(lowered.stream().flatMap(o -> nodes(o).stream()).toList());
    assertThat(graph.macs()).isEqualTo(space.macs(architecture));
    // Folding turns scale and shift of a batch norm into one bias, and gives the feature layer one.
    long biases =
        lowered.stream()
            .mapToLong(
                o ->
                    switch (o.kind()) {
                      case CONV -> o.output().channels();
                      case MBCONV ->
                          (o.expands() ? 2L : 1L) * o.expansionChannels() + o.output().channels();
                      case BOTTLENECK ->
                          2L * o.expansionChannels()
                              + (o.shortcut() == Shortcut.PROJECTION ? 2L : 1L)
                                  * o.output().channels();
                      default -> 0;
                    })
            .sum();
    assertThat(graph.parameters()).isEqualTo(space.parameters(architecture) - biases);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anOperatorsOwnGraphIsItsPartOfTheWholeAndRuns(long seed) {
    for (Operator operator : space(seed).lower(architecture(seed))) {
      Graph graph = OperatorGraphs.of(operator, random(seed));

      assertThat(describe(graph))
          .as(operator.key())
          .isEqualTo(nodes(operator).stream().filter(n -> !n.equals("NONE")).toList());
      assertThat(graph.macs()).isEqualTo(operator.macs());
      try (OnnxModel model = OnnxModel.load(new OnnxEmitter().emit(graph), 1)) {
        assertThat(model.imageLength()).isEqualTo((int) operator.input().elements());
        assertThat(model.logitsLength()).isEqualTo((int) operator.output().elements());
        float[] images = new float[2 * model.imageLength()];
        Arrays.fill(images, 0.5f);
        float[] logits = new float[2 * model.logitsLength()];
        model.run(images, 2, logits);
        for (float logit : logits) {
          assertThat(logit).isFinite();
        }
      }
    }
  }

  @Test
  void theGraphSaysWhichArchitectureItIs() {
    assertThat(extract(1).name()).isEqualTo("ofa-mobilenetv3 r9 d1:k3e2 d1:k3e2");
    assertThat(extract(1).metadata())
        .isEqualTo(
            Map.of(
                "espalier.family", "ofa-mobilenetv3",
                "espalier.architecture", "r9 d1:k3e2 d1:k3e2",
                "espalier.code", "00".repeat(SPACE.length())));
  }

  @Test
  void statisticsOfAnotherArchitectureAreRefused() {
    Weights weights = TestWeights.random(NETWORK, random(1));
    BatchNormStatistics largest = TestWeights.statistics(NETWORK, SPACE.largest(), random(1));
    BatchNormStatistics smallest = TestWeights.statistics(NETWORK, SPACE.smallest(), random(1));

    assertThatThrownBy(() -> Extraction.extract(NETWORK, weights, SPACE.smallest(), largest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was calibrated with 24 channels, this subnet has 16");
    assertThatThrownBy(() -> Extraction.extract(NETWORK, weights, SPACE.largest(), smallest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was calibrated with 16 channels, this subnet has 24");
  }

  @Test
  void weightsOfASmallerNetworkAreRefusedByName() {
    SortedMap<String, WeightTensor> tensors =
        new TreeMap<>(TestWeights.random(NETWORK, random(1)).tensors());
    tensors.put("final.conv.weight", new WeightTensor(new int[] {1, 2, 1, 1}, new float[2]));
    Architecture architecture = SPACE.smallest();
    BatchNormStatistics statistics = TestWeights.statistics(NETWORK, architecture, random(1));

    assertThatThrownBy(
            () -> Extraction.extract(NETWORK, new Weights(tensors), architecture, statistics))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32[1, 2, 1, 1] has no part of shape [24, 16, 1, 1]");
  }
}
