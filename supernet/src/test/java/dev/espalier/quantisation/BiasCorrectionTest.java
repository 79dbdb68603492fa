package dev.espalier.quantisation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.FloatReference;
import dev.espalier.graph.Graph;
import dev.espalier.graph.GraphBuilder;
import dev.espalier.graph.IntegerReference;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.TestGraphs;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BiasCorrectionTest {
  private static final int IMAGES = 32;

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  private static WeightTensor weights(RandomGenerator random, int... shape) {
    int size = 1;
    for (int d : shape) {
      size *= d;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new WeightTensor(shape, values);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Inputs of one sign, so that rounded weights move the sums all one way. */
  @Test
  void meansOfAConvolutionComeBack() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    GraphBuilder builder = new GraphBuilder(new TensorShape(6, 6, 16));
    builder.convolution(
        builder.input(), "conv", weights(random, 1, 16, 3, 3), weights(random, 1), 1, 1);
    Graph graph = builder.build("test", new TreeMap<>());
    float[] images = new float[IMAGES * 576];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) (5 + random.nextDouble());
    }
    QuantisedGraph plain =
        Quantiser.quantise(graph, Calibration.of(graph, images, IMAGES, new RangeRule.MinMax()));
    QuantisedGraph corrected = BiasCorrection.of(plain, graph, images, IMAGES);

    double wanted = mean(new FloatReference(graph).run(images, IMAGES));
    double before = mean(new IntegerReference(plain).run(images, IMAGES)) - wanted;
    double after = mean(new IntegerReference(corrected).run(images, IMAGES)) - wanted;

    assertThat(Math.abs(before)).isGreaterThan(0.01);
    assertThat(Math.abs(after)).isLessThan(Math.abs(before) / 4);
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void networksKeepAllButTheirBiases(SearchSpace space) {
    Graph graph = TestGraphs.subnet(space, 4);
    float[] images = TestGraphs.images(graph, IMAGES, 1);
    QuantisedGraph plain = TestGraphs.quantised(graph, RangeRule.DEFAULT);
    QuantisedGraph corrected = BiasCorrection.of(plain, graph, images, IMAGES);

    assertThat(corrected.nodes())
        .extracting(n -> n.output())
        .containsExactlyElementsOf(plain.nodes().stream().map(n -> n.output()).toList());
    assertThat(corrected).isNotEqualTo(plain);
    assertThat(corrected.weightBytes()).isEqualTo(plain.weightBytes());
    assertThat(BiasCorrection.of(plain, graph, images, IMAGES)).isEqualTo(corrected);
  }
}
