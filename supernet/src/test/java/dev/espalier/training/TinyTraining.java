package dev.espalier.training;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.InvertedResidualNetwork;
import dev.espalier.operator.Activation;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;

/** A problem that trains in seconds: the class of an image is the half that is bright. */
final class TinyTraining {
  private TinyTraining() {}

  static InvertedResidualNetwork network() {
    return new InvertedResidualNetwork(
        new OfaMobileNetV3(
            new MobileNetV3Definition(
                List.of(8, 12),
                1,
                8,
                8,
                List.of(
                    new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                    new MobileNetV3Definition.Stage(8, 2, Activation.H_SWISH, 4, List.of(1, 2))),
                List.of(3, 5, 7),
                List.of(2, 4),
                16,
                16,
                2)));
  }

  static ImageSet images(int count, long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int side = 12;
    byte[] pixels = new byte[count * side * side];
    byte[] labels = new byte[count];
    for (int n = 0; n < count; n++) {
      labels[n] = (byte) random.nextInt(2);
      for (int p = 0; p < side * side; p++) {
        boolean top = p / side < side / 2;
        int base = top == (labels[n] == 0) ? 160 : 60;
        pixels[n * side * side + p] = (byte) (base + random.nextInt(60));
      }
    }
    return new ImageSet(1, side, pixels, labels);
  }

  static TrainingConfig config(int threads) {
    return new TrainingConfig(
        "tiny",
        null,
        new TrainingConfig.Data("images", "labels", 128, "test", "test", List.of("top", "bottom")),
        7,
        threads,
        2,
        16,
        new Preprocessing.Augmentation(0.5, 2),
        0.05,
        0.01,
        5,
        64,
        0.2,
        0.1,
        List.of(
            new TrainingConfig.Phase("full", 2, 0.005, 4, 0, Map.of("resolution", "8")),
            new TrainingConfig.Phase("kernel", 1, 0.002, 2, 0.5, Map.of("kernel", "3")),
            new TrainingConfig.Phase(
                "width",
                2,
                0.002,
                2,
                0.5,
                Map.of("resolution", "8", "kernel", "3", "depth", "1", "expansion", "2"))));
  }
}
