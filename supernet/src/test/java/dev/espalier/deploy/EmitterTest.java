package dev.espalier.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.graph.FloatReference;
import dev.espalier.graph.Graph;
import dev.espalier.graph.GraphBuilder;
import dev.espalier.graph.IntegerReference;
import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.TestGraphs;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format, run by its engine from its files alone, against the references. */
class EmitterTest {
  private static final int IMAGES = 16;
  private static final int SEEDS = 4;

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  private static float[] run(Emitter emitter, List<EmittedFile> files, float[] images, int count) {
    try (RunnableModel model = emitter.load(files, 1)) {
      float[] logits = new float[count * model.logitsLength()];
      model.run(images, count, logits);
      return logits;
    }
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void floatFormatsComputeWhatTheFloatReferenceDoes(SearchSpace space) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Graph graph = TestGraphs.subnet(space, seed);
      float[] images = TestGraphs.images(graph, IMAGES, seed);
      float[] expected = new FloatReference(graph).run(images, IMAGES);
      for (Emitter emitter : Emitter.all()) {
        if (emitter instanceof FloatEmitter floats) {
          List<EmittedFile> files = floats.files(graph);
          double tolerance = emitter.precision() == Precision.FLOAT16 ? 1e-2 : 1e-5;

          assertThat(files).isEqualTo(floats.files(TestGraphs.subnet(space, seed)));
          assertThat(files).extracting(EmittedFile::name).isEqualTo(emitter.fileNames());
          assertThat(TestGraphs.relativeDifference(run(emitter, files, images, IMAGES), expected))
              .as("%s of %s, seed %d", emitter.format(), graph.name(), seed)
              .isLessThan(tolerance);
        }
      }
    }
  }

  /**
   * Rounding differs between engines, and TensorFlow Lite rounds twice: so do results, a little.
   */
  @ParameterizedTest
  @MethodSource("spaces")
  void integerFormatsAreAsCloseToTheFloatsAsTheIntegerReference(SearchSpace space) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Graph graph = TestGraphs.subnet(space, seed);
      QuantisedGraph quantised = TestGraphs.quantised(graph, RangeRule.DEFAULT);
      float[] images = TestGraphs.images(graph, IMAGES, seed);
      float[] floats = new FloatReference(graph).run(images, IMAGES);
      double step = quantised.output().quantisation().scale();
      double noise = noise(new IntegerReference(quantised).run(images, IMAGES), floats);
      for (Emitter emitter : Emitter.all()) {
        if (emitter instanceof IntegerEmitter integers && emitter.unrunnable().isEmpty()) {
          List<EmittedFile> files = integers.files(quantised);

          assertThat(files).isEqualTo(integers.files(quantised));
          assertThat(files).extracting(EmittedFile::name).isEqualTo(emitter.fileNames());
          assertThat(noise(run(emitter, files, images, IMAGES), floats))
              .as("%s of %s, seed %d", emitter.format(), graph.name(), seed)
              .isLessThan(1.3 * noise + step);
        }
      }
    }
  }

  /** The root of the mean squared difference. */
  private static double noise(float[] found, float[] expected) {
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      sum += Math.pow(found[i] - expected[i], 2);
    }
    return Math.sqrt(sum / found.length);
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void theQdqModelIsWithinOneStepOfTheIntegerReference(SearchSpace space) {
    OnnxInt8Emitter emitter = new OnnxInt8Emitter();
    for (long seed = 0; seed < SEEDS; seed++) {
      Graph graph = TestGraphs.subnet(space, seed);
      QuantisedGraph quantised = TestGraphs.quantised(graph, RangeRule.DEFAULT);
      float[] images = TestGraphs.images(graph, IMAGES, seed);
      float[] expected = new IntegerReference(quantised).run(images, IMAGES);
      float[] found = run(emitter, emitter.files(quantised), images, IMAGES);
      int further = 0;
      for (int i = 0; i < found.length; i++) {
        double steps = Math.abs(found[i] - expected[i]) / quantised.output().quantisation().scale();
        further += steps > 1.01 ? 1 : 0;
      }
      assertThat(further)
          .as("logits further than a step of %s, seed %d", graph.name(), seed)
          .isLessThanOrEqualTo(found.length / 50);
    }
  }

  @Test
  void anImagesLogitsDoNotDependOnItsCompany() {
    Graph graph = TestGraphs.subnet(TestSpaces.tiny(), 2);
    TfliteEmitter emitter = new TfliteEmitter();
    float[] images = TestGraphs.images(graph, 3, 5);
    int length = images.length / 3;
    try (RunnableModel model = emitter.load(emitter.files(graph), 1)) {
      assertThat(model.runner().name()).isEqualTo("tensorflow-lite");
      assertThat(model.runner().version()).startsWith("2.6");
      assertThat(model.imageLength()).isEqualTo(length);
      assertThatThrownBy(model::execute).hasMessage("nothing was fed");
      float[] together = new float[3 * model.logitsLength()];
      model.run(images, 3, together);
      for (int n = 0; n < 3; n++) {
        float[] alone = new float[model.logitsLength()];
        model.run(Arrays.copyOfRange(images, n * length, (n + 1) * length), 1, alone);
        for (int c = 0; c < alone.length; c++) {
          assertThat(Math.abs(alone[c] - together[n * alone.length + c])).isLessThan(1e-4f);
        }
      }
      assertThatThrownBy(() -> model.feed(images, 4))
          .hasMessageContaining("images: %d values for 4 images".formatted(images.length));
    }
  }

  @Test
  void damagedTfliteFilesAreRefusedWithTheEnginesReason() {
    assertThatThrownBy(() -> TfliteModel.load(new byte[100], 1))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("TensorFlow Lite 2.6")
        .hasMessageContaining("refuses a model of 100 bytes");
    assertThatThrownBy(() -> TfliteModel.load(new byte[100], 0))
        .hasMessage("threads 0: at least 1 is needed");
  }

  private static Graph pooled(int kernel, int stride) {
    GraphBuilder graph = new GraphBuilder(new TensorShape(7, 7, 2));
    Tensor x = graph.averagePool(graph.input(), kernel, stride);
    graph.elementwise(x, Function.HARD_SIGMOID);
    return graph.build("pooled", new TreeMap<>());
  }

  @Test
  void whatAFormatCannotHoldIsNamedWithTheFormatsThatCan() {
    Graph uneven = pooled(3, 3);
    QuantisedGraph quantised = TestGraphs.quantised(uneven, RangeRule.DEFAULT);
    assertThatThrownBy(() -> new TfliteEmitter().files(uneven))
        .isInstanceOf(InexpressibleException.class)
        .hasMessageStartingWith("format tflite cannot hold node n000.average_pool: an average over")
        .satisfies(
            e ->
                assertThat(((InexpressibleException) e).among(uneven, quantised))
                    .hasMessageContaining("formats that can hold the network: [")
                    .hasMessageContaining("onnx, onnx-float16, onnx-int8]"));

    Graph even = pooled(2, 2);
    assertThatThrownBy(
            () -> new TfliteInt8Emitter().files(TestGraphs.quantised(even, RangeRule.DEFAULT)))
        .isInstanceOf(InexpressibleException.class)
        .hasMessageContaining("format tflite-int8 cannot hold node n001.hard_sigmoid");

    GraphBuilder grouped = new GraphBuilder(new TensorShape(4, 4, 4));
    grouped.convolution(
        grouped.input(),
        "conv",
        new WeightTensor(new int[] {4, 2, 1, 1}, new float[] {1, 2, 3, 4, 5, 6, 7, 8}),
        new WeightTensor(new int[] {4}, new float[4]),
        1,
        2);
    assertThatThrownBy(() -> new TfliteEmitter().files(grouped.build("grouped", new TreeMap<>())))
        .hasMessageContaining("a convolution in 2 groups of 2 channels");
  }

  @Test
  void weightsBeyondFloat16AreRefused() {
    GraphBuilder graph = new GraphBuilder(new TensorShape(4, 4, 1));
    graph.convolution(
        graph.input(),
        "conv",
        new WeightTensor(new int[] {1, 1, 1, 1}, new float[] {70_000}),
        new WeightTensor(new int[] {1}, new float[1]),
        1,
        1);
    assertThatThrownBy(() -> new OnnxFloat16Emitter().files(graph.build("large", new TreeMap<>())))
        .isInstanceOf(InexpressibleException.class)
        .hasMessageContaining("its weight holds 70000.0, beyond 65504.0");
  }

  @Test
  void noTwoFormatsShareAFile() {
    assertThat(Emitter.all().stream().flatMap(e -> e.fileNames().stream()))
        .doesNotHaveDuplicates()
        .contains("model.onnx", "model.tflite", "model.int8.onnx", "model.int8.tflite");
  }
}
