package dev.espalier.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.graph.FloatReference;
import dev.espalier.graph.Graph;
import dev.espalier.graph.GraphBuilder;
import dev.espalier.graph.IntegerReference;
import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.graph.Quantisation;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.TestGraphs;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuantiserTest {
  private static final int IMAGES = 16;

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  static List<RangeRule> rules() {
    return List.of(
        new RangeRule.MinMax(), new RangeRule.Percentile(0.9999), new RangeRule.LeastSquares());
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void integersFollowTheFloatsOnImagesNotCalibratedOn(SearchSpace space) {
    for (RangeRule rule : rules()) {
      for (long seed = 0; seed < 4; seed++) {
        Graph graph = TestGraphs.subnet(space, seed);
        QuantisedGraph quantised = TestGraphs.quantised(graph, rule);
        float[] images = TestGraphs.images(graph, IMAGES, seed);
        float[] expected = new FloatReference(graph).run(images, IMAGES);
        float[] found = new IntegerReference(quantised).run(images, IMAGES);

        double squared = 0;
        double variance = 0;
        double mean = 0;
        for (float value : expected) {
          mean += value / expected.length;
        }
        for (int i = 0; i < expected.length; i++) {
          squared += Math.pow(found[i] - expected[i], 2);
          variance += Math.pow(expected[i] - mean, 2);
        }
        assertThat(Math.sqrt(squared / variance))
            .as("noise over signal of %s, %s, seed %d", graph.name(), rule, seed)
            .isLessThan(0.2);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void macsAreTheGraphsAndWeightsTakeOneByteAndBiasesFour(SearchSpace space) {
    Graph graph = TestGraphs.subnet(space, 2);
    QuantisedGraph quantised = TestGraphs.quantised(graph, RangeRule.DEFAULT);
    long biases =
        graph.nodes().stream()
            .filter(n -> n.parameters() > 0)
            .mapToLong(n -> n.output().shape().channels())
            .sum();

    assertThat(quantised.macs()).isEqualTo(graph.macs());
    assertThat(quantised.weightBytes()).isEqualTo(graph.parameters() + 3 * biases);
    assertThat(quantised.output().name()).isEqualTo(graph.output().name());
    assertThat(TestGraphs.quantised(graph, RangeRule.DEFAULT)).isEqualTo(quantised);
  }

  /** Three channels of 4x4, with one pointwise convolution of the weights given. */
  private static Graph convolution(float[] weights, float[] biases, Function... functions) {
    GraphBuilder graph = new GraphBuilder(new TensorShape(4, 4, 3));
    int outputs = biases.length;
    Tensor x =
        graph.convolution(
            graph.input(),
            "conv",
            new WeightTensor(new int[] {outputs, 3, 1, 1}, weights),
            new WeightTensor(new int[] {outputs}, biases),
            1,
            1);
    for (Function function : functions) {
      x = graph.elementwise(x, function);
    }
    return graph.build("test", new TreeMap<>());
  }

  private static float[] images(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    float[] images = new float[IMAGES * 48];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  private static QuantisedGraph quantised(Graph graph) {
    return Quantiser.quantise(
        graph, Calibration.of(graph, images(1), IMAGES, new RangeRule.MinMax()));
  }

  @Test
  void activationsBecomeSaturationAndHardSigmoidWeights() {
    float[] weights = {1, 2, 3, -4, 5, -6};
    float[] biases = {0.5f, -1};

    QuantisedGraph relu = quantised(convolution(weights, biases, Function.RELU));
    assertThat(relu.nodes()).hasSize(1);
    assertThat(relu.output().quantisation().zeroPoint()).isEqualTo(-128);
    assertThat(relu.output().name()).isEqualTo("n001.relu");

    QuantisedGraph six = quantised(convolution(weights, biases, Function.RELU6));
    assertThat(six.nodes()).hasSize(1);
    assertThat(six.output().quantisation()).isEqualTo(Quantisation.spanning(0, 6));

    QuantisedGraph sigmoid = quantised(convolution(weights, biases, Function.HARD_SIGMOID));
    assertThat(sigmoid.nodes()).hasSize(1);
    assertThat(sigmoid.output().quantisation()).isEqualTo(Quantisation.spanning(0, 1));
    float[] found = new IntegerReference(sigmoid).run(images(2), IMAGES);
    float[] expected =
        new FloatReference(convolution(weights, biases, Function.HARD_SIGMOID))
            .run(images(2), IMAGES);
    assertThat(TestGraphs.relativeDifference(found, expected)).isLessThan(0.05);

    QuantisedGraph swish = quantised(convolution(weights, biases, Function.HARD_SWISH));
    assertThat(swish.nodes())
        .extracting(n -> (Object) n.getClass())
        .containsExactly(QuantisedNode.Convolution.class, QuantisedNode.Table.class);
  }

  /** TFLite rounds depthwise convolutions twice; see the emitter. */
  @Test
  void depthwiseSumsBecomeOutputsByPowersOfTwo() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    float[] weights = new float[27];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    GraphBuilder graph = new GraphBuilder(new TensorShape(4, 4, 3));
    graph.convolution(
        graph.input(),
        "conv",
        new WeightTensor(new int[] {3, 1, 3, 3}, weights),
        new WeightTensor(new int[] {3}, new float[3]),
        1,
        3);
    QuantisedGraph quantised = quantised(graph.build("test", new TreeMap<>()));
    QuantisedNode.Convolution node = (QuantisedNode.Convolution) quantised.nodes().get(0);

    for (int c = 0; c < 3; c++) {
      double factor =
          (double) node.input().quantisation().scale()
              * node.weights().scale(c)
              / node.output().quantisation().scale();
      double significand = factor / Math.scalb(1.0, Math.getExponent(factor));
      assertThat(significand).isBetween(1.0001, 1.0003);
      int most = 0;
      for (int i = 9 * c; i < 9 * (c + 1); i++) {
        most = Math.max(most, Math.abs(node.weights().value(i)));
      }
      assertThat(most).isBetween(63, 127); // up to twice as coarse
    }
  }

  @Test
  void noResultOfAHardSwishIsNearTheMiddleBetweenTwoIntegers() {
    float[] weights = {1, 2, 3, -4, 5, -6};
    QuantisedGraph swish =
        quantised(convolution(weights, new float[] {0.5f, -1}, Function.HARD_SWISH));
    QuantisedNode.Table table = (QuantisedNode.Table) swish.nodes().get(1);

    for (int q = -128; q <= 127; q++) {
      double steps =
          Function.HARD_SWISH.apply(table.input().quantisation().real(q))
              / (double) table.output().quantisation().scale();
      assertThat(Math.abs(steps - Math.floor(steps) - 0.5)).as("of %d", q).isGreaterThan(1.0 / 512);
    }
  }

  @Test
  void anActivationThatIsNotTheOnlyUserStaysANodeOfItsOwn() {
    GraphBuilder graph = new GraphBuilder(new TensorShape(4, 4, 3));
    Tensor x =
        graph.convolution(
            graph.input(),
            "conv",
            new WeightTensor(new int[] {3, 1, 1, 1}, new float[] {1, -1, 2}),
            new WeightTensor(new int[] {3}, new float[3]),
            1,
            3);
    graph.add(x, graph.elementwise(x, Function.RELU));
    QuantisedGraph quantised = quantised(graph.build("test", new TreeMap<>()));

    assertThat(quantised.nodes())
        .extracting(n -> (Object) n.getClass())
        .containsExactly(
            QuantisedNode.Convolution.class, QuantisedNode.Table.class, QuantisedNode.Add.class);
  }

  @Test
  void aChannelOfZerosGivesItsBias() {
    float[] weights = {1, 2, 3, 0, 0, 0};
    Graph graph = convolution(weights, new float[] {0, 1.7f});
    QuantisedGraph quantised = quantised(graph);
    float[] found = new IntegerReference(quantised).run(images(3), IMAGES);

    float step = quantised.output().quantisation().scale();
    for (int n = 0; n < IMAGES; n++) {
      for (int i = 16; i < 32; i++) {
        assertThat(Math.abs(found[n * 32 + i] - 1.7f)).isLessThan(0.51f * step);
      }
    }
  }

  @Test
  void aLayerOfZerosAndImagesOfZerosAreQuantised() {
    Graph graph = convolution(new float[6], new float[] {2, 0});
    Calibration calibration =
        Calibration.of(graph, new float[IMAGES * 48], IMAGES, RangeRule.DEFAULT);
    float[] found =
        new IntegerReference(Quantiser.quantise(graph, calibration)).run(images(3), IMAGES);

    assertThat(Arrays.copyOf(found, 16)).containsOnly(2f);
    assertThat(Arrays.copyOfRange(found, 16, 32)).containsOnly(0f);
  }

  @Test
  void aBiasFarAboveItsWeightsFits32Bits() {
    Graph graph = convolution(new float[] {1e-9f, 0, 0, 1, 1, 1}, new float[] {3, 0});
    float[] found = new IntegerReference(quantised(graph)).run(images(3), IMAGES);

    assertThat(found[0]).isBetween(2.9f, 3.1f);
  }

  @Test
  void numbersThatAreNotFiniteAreRefusedByLayerAndChannel() {
    Graph graph = convolution(new float[] {1, 2, 3, 4, Float.NaN, 6}, new float[2]);

    assertThatThrownBy(() -> quantised(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("feature map n000.conv holds NaN at value 16");
    Map<String, Range> ranges = Map.of("image", new Range(-1, 1), "n000.conv", new Range(-1, 1));
    assertThatThrownBy(() -> Quantiser.quantise(graph, Calibration.of(ranges)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer n000.conv, output channel 1: a weight or its bias is not a");
  }

  @Test
  void withoutImagesOrRangesNothingIsQuantised() {
    Graph graph = convolution(new float[] {1, 2, 3}, new float[1]);

    assertThatThrownBy(() -> Calibration.of(graph, new float[0], 0, RangeRule.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no calibration images");
    assertThatThrownBy(
            () -> Quantiser.quantise(graph, Calibration.of(Map.of("image", new Range(0, 1)))))
        .hasMessageContaining("feature map n000.conv was not calibrated; those are: [image]");
  }

  @Test
  void rangesFollowTheirRule() {
    float[] values = new float[100_001];
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(4);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    values[0] = 9;
    ValueHistogram histogram = new ValueHistogram("values", values);

    Range minMax = histogram.range(new RangeRule.MinMax());
    assertThat(minMax.most()).isEqualTo(9);
    assertThat(histogram.range(new RangeRule.Percentile(1)).most()).isEqualTo(9);
    Range percentile = histogram.range(new RangeRule.Percentile(0.999));
    assertThat(percentile.most()).isBetween(2.9, 3.5);
    assertThat(percentile.least()).isBetween(-3.5, -2.9);
    Range leastSquares = histogram.range(new RangeRule.LeastSquares());
    assertThat(squaredError(values, leastSquares))
        .isLessThan(squaredError(values, minMax))
        .isLessThan(squaredError(values, percentile));
    assertThatThrownBy(() -> new RangeRule.Percentile(0.5))
        .hasMessageContaining("share 0.5 is not above 0.5");
  }

  private static double squaredError(float[] values, Range range) {
    Quantisation quantisation = Quantisation.spanning(range.least(), range.most());
    double sum = 0;
    for (float value : values) {
      sum += Math.pow(value - quantisation.real(quantisation.quantised(value)), 2);
    }
    return sum;
  }
}
