package dev.espalier.search;

import dev.espalier.operator.Activation;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Spaces and functions for tests. */
final class SyntheticSpaces {
  private SyntheticSpaces() {}

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** 1.6e9 architectures: three resolutions, three stages of one to three blocks. */
  static OfaMobileNetV3 realSize() {
    return mobile(
        List.of(20, 24, 28),
        List.of(3, 5, 7),
        List.of(3, 4, 6),
        List.of(
            stage(16, List.of(1, 2, 3)), stage(24, List.of(1, 2, 3)), stage(40, List.of(1, 2, 3))));
  }

  /**
   * OFA's ImageNet shape: 25 resolutions, five stages of two to four blocks, 5e20 architectures.
   */
  static OfaMobileNetV3 imageNetSize() {
    return mobile(
        java.util.stream.IntStream.range(0, 25).mapToObj(i -> 128 + 4 * i).toList(),
        List.of(3, 5, 7),
        List.of(3, 4, 6),
        List.of(
            stage(24, List.of(2, 3, 4)),
            stage(40, List.of(2, 3, 4)),
            stage(80, List.of(2, 3, 4)),
            stage(112, List.of(2, 3, 4)),
            stage(160, List.of(2, 3, 4))));
  }

  /** A few thousand architectures. */
  static OfaMobileNetV3 small() {
    return mobile(
        List.of(20, 24),
        List.of(3, 5),
        List.of(3, 6),
        List.of(stage(16, List.of(1, 2)), stage(24, List.of(1, 2, 3))));
  }

  /** 9,445 architectures; three slots depend on all six decisions, which switch one another. */
  static NasBench201 nasBench201() {
    return new NasBench201(new NasBench201Definition(32, 3, 16, 5, 10));
  }

  static MobileNetV3Definition.Stage stage(int channels, List<Integer> depths) {
    return new MobileNetV3Definition.Stage(channels, 2, Activation.RELU, 0, depths);
  }

  static OfaMobileNetV3 mobile(
      List<Integer> resolutions,
      List<Integer> kernels,
      List<Integer> expansions,
      List<MobileNetV3Definition.Stage> stages) {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(resolutions, 1, 8, 8, stages, kernels, expansions, 96, 128, 10));
  }

  /** Multiply-accumulates of the space. */
  static AdditiveFunction macs(SearchSpace space) {
    return AdditiveFunction.compile(
        space,
        0,
        (slot, code) -> space.operators(slot, code).stream().mapToLong(o -> o.macs()).sum());
  }

  /** Parameters of the space. */
  static AdditiveFunction parameters(SearchSpace space) {
    return AdditiveFunction.compile(
        space,
        0,
        (slot, code) -> space.operators(slot, code).stream().mapToLong(o -> o.parameters()).sum());
  }

  /** A made-up latency in microseconds: sublinear in MACs, with a cost per operator and jitter. */
  static AdditiveFunction latency(SearchSpace space, long seed) {
    RandomGenerator random = random(seed);
    return AdditiveFunction.compile(
        space,
        0,
        (slot, code) ->
            space.operators(slot, code).stream()
                .mapToDouble(
                    o -> 2 + Math.pow(o.macs(), 0.8) / 500 * (1 + 0.3 * random.nextDouble()))
                .sum());
  }

  /** A made-up accuracy: more computation is better, with diminishing returns and jitter. */
  static AdditiveFunction accuracy(SearchSpace space, long seed) {
    RandomGenerator random = random(seed);
    return AdditiveFunction.compile(
        space,
        0.85,
        (slot, code) ->
            space.operators(slot, code).stream()
                .mapToDouble(o -> 1e-4 * Math.log1p(o.macs()) * (0.7 + 0.6 * random.nextDouble()))
                .sum());
  }

  /** Terms that are few multiples of 1/8, so that sums are exact and ties are many. */
  static AdditiveFunction coarse(SearchSpace space, RandomGenerator random, int values) {
    return AdditiveFunction.compile(space, 0.5, (slot, code) -> random.nextInt(values) / 8.0);
  }

  /** Terms from a normal distribution around a positive mean. */
  static AdditiveFunction smooth(SearchSpace space, RandomGenerator random) {
    return AdditiveFunction.compile(space, 1, (slot, code) -> 3 + random.nextGaussian());
  }

  static Map<Quantity, AdditiveFunction> costs(SearchSpace space, long seed) {
    return Map.of(
        Quantity.LATENCY, latency(space, seed),
        Quantity.MACS, macs(space),
        Quantity.PARAMETERS, parameters(space));
  }

  /** Flat codes of {@code count} random architectures. */
  static byte[] codes(SearchSpace space, int count, long seed) {
    byte[] codes = new byte[count * space.length()];
    RandomGenerator random = random(seed);
    for (int i = 0; i < count; i++) {
      System.arraycopy(
          space.sample(random).toBytes(), 0, codes, i * space.length(), space.length());
    }
    return codes;
  }
}
