package dev.espalier.accuracy;

import dev.espalier.operator.Activation;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.MobileNetV3Definition.Stage;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.space.OfaMobileNetV3;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Spaces and random streams of the tests in this package. */
final class TestSpaces {
  private TestSpaces() {}

  /** Three resolutions, three stages of up to three blocks. */
  static OfaMobileNetV3 small() {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(20, 24, 28),
            1,
            8,
            8,
            List.of(
                new Stage(8, 2, Activation.RELU, 0, List.of(2, 3)),
                new Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2, 3)),
                new Stage(24, 1, Activation.H_SWISH, 4, List.of(1, 2))),
            List.of(3, 5, 7),
            List.of(3, 4, 6),
            32,
            64,
            10));
  }

  /** OFA's own network for ImageNet at width 1.0, with three resolutions. */
  static OfaMobileNetV3 ofaImageNet() {
    List<Integer> depths = List.of(2, 3, 4);
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(128, 160, 192),
            3,
            16,
            16,
            List.of(
                new Stage(24, 2, Activation.RELU, 0, depths),
                new Stage(40, 2, Activation.RELU, 4, depths),
                new Stage(80, 2, Activation.H_SWISH, 0, depths),
                new Stage(112, 1, Activation.H_SWISH, 4, depths),
                new Stage(160, 2, Activation.H_SWISH, 4, depths)),
            List.of(3, 5, 7),
            List.of(3, 4, 6),
            960,
            1280,
            1000));
  }

  /** Cells whose edges have an effect under combinations of others. */
  static NasBench201 nasBench201() {
    return new NasBench201(new NasBench201Definition(32, 3, 16, 5, 10));
  }

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
