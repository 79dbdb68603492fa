package dev.espalier.space;

import dev.espalier.operator.Activation;
import java.util.List;
import java.util.stream.IntStream;

/** Spaces small enough to enumerate or to run naively. */
public final class TestSpaces {
  private TestSpaces() {}

  /** Two stages, both activations, with and without squeeze-and-excitation and shortcuts. */
  public static OfaMobileNetV3 tiny() {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(9, 12),
            1,
            8,
            8,
            List.of(
                new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                new MobileNetV3Definition.Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2))),
            List.of(3, 5, 7),
            List.of(2, 3),
            24,
            16,
            5));
  }

  /** As small, with ReLU6, and a single block behind the last stride. */
  public static OfaProxyless tinyProxyless() {
    return new OfaProxyless(
        new ProxylessDefinition(
            List.of(9, 12),
            1,
            8,
            8,
            List.of(
                new ProxylessDefinition.Stage(8, 1, List.of(1, 2)),
                new ProxylessDefinition.Stage(16, 2, List.of(1))),
            List.of(3, 5),
            List.of(2, 3),
            24,
            5));
  }

  /** As small, with sides that pooling does not divide. */
  public static OfaResNet50 tinyResNet() {
    return new OfaResNet50(
        new ResNet50Definition(
            List.of(17, 20),
            1,
            16,
            List.of(0.65, 1.0),
            List.of(
                new ResNet50Definition.Stage(16, 1, List.of(1, 2)),
                new ResNet50Definition.Stage(32, 2, List.of(1, 2))),
            List.of(0.5, 1.0),
            5));
  }

  /** One tiny space of each family. */
  public static List<SearchSpace> families() {
    return List.of(tiny(), tinyProxyless(), tinyResNet());
  }

  /** OFA's ImageNet network with width multiplier 1.0 (Cai et al., ICLR 2020, section 4.1). */
  public static OfaMobileNetV3 ofaImageNet() {
    List<Integer> depths = List.of(2, 3, 4);
    List<Integer> resolutions = IntStream.rangeClosed(32, 56).map(i -> 4 * i).boxed().toList();
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            resolutions,
            3,
            16,
            16,
            List.of(
                new MobileNetV3Definition.Stage(24, 2, Activation.RELU, 0, depths),
                new MobileNetV3Definition.Stage(40, 2, Activation.RELU, 4, depths),
                new MobileNetV3Definition.Stage(80, 2, Activation.H_SWISH, 0, depths),
                new MobileNetV3Definition.Stage(112, 1, Activation.H_SWISH, 4, depths),
                new MobileNetV3Definition.Stage(160, 2, Activation.H_SWISH, 4, depths)),
            List.of(3, 5, 7),
            List.of(3, 4, 6),
            960,
            1280,
            1000));
  }
}
