package dev.espalier.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.operator.Activation;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchNetworkTest {
  private static final int IMAGES = 6;
  private final InvertedResidualNetwork network =
      new InvertedResidualNetwork(
          new OfaMobileNetV3(
              new MobileNetV3Definition(
                  List.of(8, 10),
                  2,
                  8,
                  8,
                  List.of(
                      new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                      new MobileNetV3Definition.Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2))),
                  List.of(3, 5, 7),
                  List.of(2, 4),
                  16,
                  16,
                  3)));
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);

  private Weights weights() {
    Map<String, WeightTensor> tensors = new TreeMap<>();
    NetworkParameters.shapesOf(network)
        .forEach(
            (name, shape) -> {
              int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
              float[] values = new float[size];
              for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextGaussian() * 0.3f + (shape.length == 1 ? 1 : 0);
              }
              tensors.put(name, new WeightTensor(shape, values));
            });
    return Weights.of(tensors);
  }

  private float[] images(Architecture architecture, int count) {
    int side = network.space().resolution(architecture);
    float[] images = new float[count * 2 * side * side];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  @Test
  void gradientsAgreeWithFiniteDifferences() {
    Weights weights = weights();
    Architecture architecture = network.space().parse("r10 d2:k5e2,k3e4 d1:k3e2");
    float[] images = images(architecture, IMAGES);
    float[] targets = new float[IMAGES * 3];
    for (int i = 0; i < IMAGES; i++) {
      targets[i * 3 + i % 3] = 1;
    }
    try (TorchNetwork torch = new TorchNetwork(network, weights)) {
      torch.requireGradients();
      Map<String, float[]> gradients = new HashMap<>();
      torch.lossAndGradients(architecture, images, IMAGES, targets, gradients::put);
      for (String name :
          List.of(
              "classifier.weight",
              "stage1.block1.kernel_7to5",
              "stage1.block2.kernel_5to3",
              "stage2.block1.squeeze_reduce.bias",
              "final.bn.weight")) {
        float[] values = weights.tensor(name).values();
        int index = values.length / 2;
        float step = 1e-2f;
        float[] moved = values.clone();
        moved[index] += step;
        torch.set(name, moved, 0, moved.length);
        float up = torch.lossAndGradients(architecture, images, IMAGES, targets, (n, g) -> {});
        moved[index] -= 2 * step;
        torch.set(name, moved, 0, moved.length);
        float down = torch.lossAndGradients(architecture, images, IMAGES, targets, (n, g) -> {});
        torch.set(name, values, 0, values.length);
        assertThat(gradients.get(name)[index])
            .as(name)
            .isCloseTo((up - down) / (2 * step), Offset.offset(5e-3f));
      }
      assertThat(gradients.keySet()).doesNotContain("stage2.block2.expand.weight");
    }
  }

  private static final int SIDE = 12;
  private static final int BATCH = 32;

  private static InvertedResidualNetwork wide(int width) {
    return new InvertedResidualNetwork(
        new OfaMobileNetV3(
            new MobileNetV3Definition(
                List.of(SIDE),
                1,
                16,
                16,
                List.of(
                    new MobileNetV3Definition.Stage(
                        width, 1, Activation.H_SWISH, 4, List.of(1, 2))),
                List.of(3, 5),
                List.of(3, 4),
                width,
                width,
                10)));
  }

  private float[] noise(int count) {
    float[] images = new float[count * SIDE * SIDE];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    return images;
  }

  /**
   * Of many channel counts, since torch's own 1×1 convolution is wrong for some of them with
   * channels last, and only for several images at once.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 24, 32, 40, 48, 72, 88})
  void aBatchGivesWhatItsImagesGiveAlone(int width) {
    InvertedResidualNetwork wide = wide(width);
    Architecture architecture = wide.space().largest();
    Weights weights = TestWeights.random(wide, random);
    BatchNormStatistics statistics = TestWeights.statistics(wide, architecture, random);
    float[] images = noise(BATCH);
    int size = images.length / BATCH;
    try (TorchNetwork torch = new TorchNetwork(wide, weights)) {
      float[] together = torch.logits(architecture, statistics, images, BATCH);
      for (int i = 0; i < BATCH; i++) {
        float[] alone =
            torch.logits(
                architecture, statistics, Arrays.copyOfRange(images, i * size, (i + 1) * size), 1);
        for (int c = 0; c < 10; c++) {
          assertThat(together[i * 10 + c])
              .as("image %d, class %d", i, c)
              .isCloseTo(alone[c], Offset.offset(1e-4f * Math.max(1, Math.abs(alone[c]))));
        }
      }
    }
  }

  /** A step of length e along the gradient g changes the loss by e · |g|, whatever the width. */
  @ParameterizedTest
  @ValueSource(ints = {8, 24, 32, 40, 48, 72, 88})
  void gradientsPredictTheChangeOfTheLoss(int width) {
    InvertedResidualNetwork wide = wide(width);
    Architecture architecture = wide.space().largest();
    Weights weights = TestWeights.random(wide, random);
    float[] images = noise(BATCH);
    float[] targets = new float[BATCH * 10];
    for (int i = 0; i < BATCH; i++) {
      targets[i * 10 + i % 10] = 1;
    }
    try (TorchNetwork torch = new TorchNetwork(wide, weights)) {
      torch.requireGradients();
      Map<String, float[]> gradients = new TreeMap<>();
      torch.lossAndGradients(architecture, images, BATCH, targets, gradients::put);
      for (String layer : List.of("expand.weight", "depthwise.weight", "project.weight")) {
        double squares = 0;
        for (Map.Entry<String, float[]> g : gradients.entrySet()) {
          if (g.getKey().endsWith(layer)) {
            for (float v : g.getValue()) {
              squares += (double) v * v;
            }
          }
        }
        double step = 1e-2 / Math.sqrt(squares);
        double[] losses = new double[2];
        for (int side = 0; side < 2; side++) {
          for (Map.Entry<String, float[]> g : gradients.entrySet()) {
            if (g.getKey().endsWith(layer)) {
              float[] moved = weights.tensor(g.getKey()).values();
              for (int i = 0; i < moved.length; i++) {
                moved[i] += (float) ((side == 0 ? -step : step) * g.getValue()[i]);
              }
              torch.set(g.getKey(), moved, 0, moved.length);
            }
          }
          losses[side] = torch.lossAndGradients(architecture, images, BATCH, targets, (n, v) -> {});
        }
        for (String name : gradients.keySet()) {
          float[] values = weights.tensor(name).values();
          torch.set(name, values, 0, values.length);
        }
        assertThat((losses[1] - losses[0]) / (2 * step))
            .as("%s of width %d", layer, width)
            .isCloseTo(squares, Percentage.withPercentage(5));
      }
    }
  }

  @Test
  void gradientsDoNotDependOnGarbageCollection() throws Exception {
    Architecture architecture = network.space().largest();
    float[] images = images(architecture, IMAGES);
    float[] targets = new float[IMAGES * 3];
    Arrays.fill(targets, 1f / 3);
    AtomicBoolean done = new AtomicBoolean();
    Thread collector =
        new Thread(
            () -> {
              while (!done.get()) {
                System.gc();
              }
            });
    try (TorchNetwork torch = new TorchNetwork(network, weights())) {
      torch.requireGradients();
      Map<String, float[]> expected = new HashMap<>();
      torch.lossAndGradients(architecture, images, IMAGES, targets, expected::put);
      collector.start();
      for (int i = 0; i < 30; i++) {
        torch.lossAndGradients(
            architecture,
            images,
            IMAGES,
            targets,
            (name, gradient) -> assertThat(gradient).as(name).isEqualTo(expected.get(name)));
      }
    } finally {
      done.set(true);
      collector.join();
    }
  }

  @Test
  void oneBatchCalibratedOnItselfEqualsTrainingModeButForTheVarianceCorrection() {
    Architecture architecture = network.space().largest();
    float[] images = images(architecture, 64);
    try (TorchNetwork torch = new TorchNetwork(network, weights())) {
      BatchNormStatistics one = torch.calibrate(architecture, images, 64, 64);
      BatchNormStatistics halves = torch.calibrate(architecture, images, 64, 32);

      float[] whole = one.layer("stem.bn").mean().values();
      assertThat(halves.layer("stem.bn").mean().values())
          .as("means of equal halves average to the mean of the whole")
          .containsExactly(whole, Offset.offset(1e-5f));
      assertThat(one.layers().keySet()).isEqualTo(halves.layers().keySet());
      assertThat(torch.logits(architecture, one, images, 64)).doesNotContain(Float.NaN);
    }
  }

  @Test
  void aSmallSubnetUsesNarrowStatistics() {
    Architecture architecture = network.space().smallest();
    try (TorchNetwork torch = new TorchNetwork(network, weights())) {
      BatchNormStatistics statistics = torch.calibrate(architecture, images(architecture, 8), 8, 8);

      assertThat(statistics.layer("stage1.block1.expand_bn").mean().length()).isEqualTo(16);
      assertThatThrownBy(() -> statistics.layer("stage1.block2.expand_bn"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was not calibrated for this subnet");
    }
  }

  @Test
  void refusesImagesOfAnotherSide() {
    Architecture architecture = network.space().largest();
    try (TorchNetwork torch = new TorchNetwork(network, weights())) {
      assertThatThrownBy(() -> torch.calibrate(architecture, new float[4 * 2 * 81], 4, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 images of 2 channels and side 10");
    }
  }
}
