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
