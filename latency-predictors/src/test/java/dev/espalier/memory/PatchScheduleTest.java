package dev.espalier.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.memory.OperatorMemory.Region;
import dev.espalier.memory.PatchSchedule.Span;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatchScheduleTest {
  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Two to five operators that make each position from positions around it alone. */
  private static List<Operator> chain(RandomGenerator random) {
    List<Operator> chain = new ArrayList<>();
    TensorShape shape = new TensorShape(random.nextInt(12, 30), random.nextInt(12, 30), 3);
    int count = random.nextInt(2, 6);
    for (int i = 0; i < count; i++) {
      int kernel = 1 + 2 * random.nextInt(1, 4);
      int stride = shape.height() > 8 && shape.width() > 8 ? random.nextInt(1, 3) : 1;
      Operator next =
          switch (random.nextInt(4)) {
            case 0 -> Operator.conv(shape, random.nextInt(1, 9), kernel, stride, Activation.RELU);
            case 1 -> Operator.maxPool(shape, 3, stride);
            case 2 -> bottleneck(shape, stride, random);
            default -> mbconv(shape, kernel, stride, random);
          };
      chain.add(next);
      shape = next.output();
    }
    return chain;
  }

  private static Operator mbconv(
      TensorShape input, int kernel, int stride, RandomGenerator random) {
    boolean same = stride == 1 && random.nextBoolean();
    return new Operator(
        OperatorKind.MBCONV,
        input,
        input.convolved(stride, same ? input.channels() : random.nextInt(1, 9)),
        kernel,
        stride,
        1,
        input.channels() * random.nextInt(1, 5),
        0,
        Activation.RELU6,
        same ? Shortcut.IDENTITY : Shortcut.NONE,
        Precision.FLOAT32);
  }

  private static Operator bottleneck(TensorShape input, int stride, RandomGenerator random) {
    return new Operator(
        OperatorKind.BOTTLENECK,
        input,
        input.convolved(stride, random.nextInt(1, 9)),
        3,
        stride,
        1,
        random.nextInt(1, 9),
        0,
        Activation.RELU,
        Shortcut.PROJECTION,
        Precision.FLOAT32);
  }

  /** Every row that some row of {@code made} is computed from, one kernel position at a time. */
  private static boolean[] read(Operator operator, boolean[] made, int side) {
    boolean[] read = new boolean[side];
    int half = operator.kernel() / 2;
    for (int position = 0; position < made.length; position++) {
      for (int offset = -half; made[position] && offset <= half; offset++) {
        int at = position * operator.stride() + offset;
        if (at >= 0 && at < side) {
          read[at] = true;
        }
      }
      for (int offset = 0; made[position] && offset < operator.stride(); offset++) {
        int at = position * operator.stride() + offset;
        if (operator.shortcut() == Shortcut.PROJECTION && at < side) {
          read[at] = true;
        }
      }
    }
    return read;
  }

  private static int count(boolean[] rows) {
    int count = 0;
    for (boolean row : rows) {
      count += row ? 1 : 0;
    }
    return count;
  }

  @Test
  void halosAreTheReceptiveFieldsOfThePatches() {
    for (long seed = 0; seed < 200; seed++) {
      List<Operator> chain = chain(random(seed));
      TensorShape output = chain.get(chain.size() - 1).output();
      int grid = 1 + (int) (seed % Math.min(3, Math.min(output.height(), output.width())));
      for (int part = 0; part < grid; part++) {
        Span rows = Span.of(part, grid, output.height());
        Span columns = Span.of(part, grid, output.width());
        List<Region> regions = PatchSchedule.regions(chain, rows, columns);
        boolean[] made = new boolean[output.height()];
        for (int row = rows.from(); row < rows.end(); row++) {
          made[row] = true;
        }
        for (int i = chain.size() - 1; i >= 0; i--) {
          assertThat(regions.get(i).output().height()).as("seed %d", seed).isEqualTo(count(made));
          made = read(chain.get(i), made, chain.get(i).input().height());
          assertThat(regions.get(i).input().height()).as("seed %d", seed).isEqualTo(count(made));
        }
      }
    }
  }

  @Test
  void patchesOfAGridCoverTheMapOnce() {
    for (int side = 1; side < 20; side++) {
      for (int grid = 1; grid <= side; grid++) {
        int next = 0;
        for (int part = 0; part < grid; part++) {
          Span span = Span.of(part, grid, side);
          assertThat(span.from()).isEqualTo(next);
          assertThat(span.length()).isBetween(side / grid, side / grid + 1);
          next = span.end();
        }
        assertThat(next).isEqualTo(side);
      }
    }
  }

  @Test
  void imageAndWholeOutputAreAlwaysInMemory() {
    for (long seed = 0; seed < 100; seed++) {
      List<Operator> chain = chain(random(seed));
      for (int count = 1; count <= chain.size(); count++) {
        TensorShape output = chain.get(count - 1).output();
        for (int grid = 2; grid <= Math.min(4, Math.min(output.height(), output.width())); grid++) {
          PatchSchedule schedule = PatchSchedule.of(chain, Precision.INT8, count, grid);
          assertThat(schedule.peakBytes())
              .as("seed %d", seed)
              .isGreaterThanOrEqualTo(chain.get(0).input().elements() + output.elements());
          assertThat(schedule.recomputedMacs()).as("seed %d", seed).isNotNegative();
          assertThat(schedule.effort()).as("seed %d", seed).allMatch(e -> e >= 1 - 1e-12);
        }
      }
    }
  }

  static List<SearchSpace> spaces() {
    return EmittedNetworks.SPACES;
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void oneEqualsThePlainSchedule(SearchSpace space) {
    for (long seed = 0; seed < 20; seed++) {
      Architecture architecture = space.sample(random(seed));
      List<Operator> network = space.lower(architecture);
      PatchSchedule plain = PatchSchedule.of(network, Precision.FLOAT16, 1, 1);

      assertThat(plain.peakBytes())
          .isEqualTo(PeakMemory.of(space, architecture, Precision.FLOAT16).bytes());
      assertThat(plain.macs()).isEqualTo(space.macs(architecture));
      assertThat(plain.recomputedMacs()).isZero();
      assertThat(plain.estimatedMicros(network, operator -> 2)).isEqualTo(2.0 * network.size());
    }
  }

  /** A 3×3 convolution of stride 1 whose output is cut in four: halos of one row and column. */
  @Test
  void countsWhatHalosComputeAgain() {
    List<Operator> network = new ArrayList<>();
    network.add(Operator.conv(new TensorShape(8, 8, 1), 4, 3, 1, Activation.RELU));
    network.add(Operator.conv(network.get(0).output(), 2, 3, 1, Activation.RELU));
    network.add(Operator.globalPool(network.get(1).output()));

    PatchSchedule schedule = PatchSchedule.of(network, Precision.INT8, 2, 2);

    // Each patch of 4x4 reads 5x5 of the first map: four times 25 positions instead of 64.
    assertThat(schedule.recomputedMacs()).isEqualTo((100 - 64) * 4 * 9);
    assertThat(schedule.effort()).containsExactly(100 / 64.0, 1.0, 1.0);
    // Image, output, and the first map's part: it is made from the image, and read into the output.
    assertThat(schedule.peakBytes()).isEqualTo(64 + 128 + 100);
    assertThat(PatchSchedule.plain(network, Precision.INT8).peakBytes()).isEqualTo(256 + 128);
    assertThat(schedule.words())
        .isEqualTo("with 2x2 patches over the first 2 operators, +18.8 % MACs");
    assertThat(schedule.estimatedMicros(network, operator -> 1))
        .isCloseTo(2 + 100 / 64.0, within(1e-12));
  }

  /** Sandler et al., CVPR 2018, table 2, at width 1 and 224×224. */
  private static List<Operator> mobileNetV2() {
    List<Operator> network = new ArrayList<>();
    network.add(Operator.conv(new TensorShape(224, 224, 3), 32, 3, 2, Activation.RELU6));
    int[][] stages = {
      {1, 16, 1, 1},
      {6, 24, 2, 2},
      {6, 32, 3, 2},
      {6, 64, 4, 2},
      {6, 96, 3, 1},
      {6, 160, 3, 2},
      {6, 320, 1, 1}
    };
    TensorShape shape = network.get(0).output();
    for (int[] stage : stages) {
      for (int block = 0; block < stage[2]; block++) {
        int stride = block == 0 ? stage[3] : 1;
        TensorShape output = shape.convolved(stride, stage[1]);
        network.add(
            new Operator(
                OperatorKind.MBCONV,
                shape,
                output,
                3,
                stride,
                1,
                stage[0] * shape.channels(),
                0,
                Activation.RELU6,
                shape.equals(output) ? Shortcut.IDENTITY : Shortcut.NONE,
                Precision.INT8));
        shape = output;
      }
    }
    network.add(Operator.conv(shape, 1280, 1, 1, Activation.RELU6));
    network.add(Operator.globalPool(network.get(network.size() - 1).output()));
    network.add(Operator.linear(1280, 1000));
    return network;
  }

  /**
   * MCUNetV2, figure 1: MobileNetV2 needs 1372 kB in int8; 172 kB with 4×4 patches over its first
   * blocks. The latter is without the image, which alone takes 147 kB, and counts an input and an
   * output for each layer, but not the input that a shortcut keeps.
   */
  @Test
  void mobileNetV2NeedsWhatIsPublished() {
    List<Operator> network = mobileNetV2();
    PatchSchedule plain = PatchSchedule.plain(network, Precision.INT8);

    PatchSchedule patched =
        PatchSchedule.leastMacs(network, Precision.INT8, 320 * 1024).orElseThrow();

    assertThat(plain.peakBytes()).isEqualTo(1372 * 1024);
    assertThat(plain.macs()).isEqualTo(300_774_272);
    assertThat(patched.words())
        .isEqualTo("with 4x4 patches over the first 5 operators, +9.3 % MACs");
    assertThat(patched.peakBytes()).isEqualTo(312_816);
    assertThat(PatchSchedule.leastMacs(network, Precision.INT8, 172 * 1024)).isEmpty();
  }

  @Test
  void theBestScheduleIsTheBestOfAll() {
    for (long seed = 0; seed < 30; seed++) {
      List<Operator> network = chain(random(seed));
      PatchSchedule plain = PatchSchedule.plain(network, Precision.INT8);
      PatchSchedule least = PatchSchedule.leastPeak(network, Precision.INT8);
      assertThat(least.peakBytes()).isLessThanOrEqualTo(plain.peakBytes());
      long limit = (least.peakBytes() + plain.peakBytes()) / 2;
      PatchSchedule within = PatchSchedule.leastMacs(network, Precision.INT8, limit).orElseThrow();
      assertThat(within.peakBytes()).isLessThanOrEqualTo(limit);
      assertThat(within.macs()).isLessThanOrEqualTo(least.macs());
      assertThat(PatchSchedule.leastMacs(network, Precision.INT8, plain.peakBytes()))
          .map(PatchSchedule::recomputedMacs)
          .isEqualTo(Optional.of(0L));
      assertThat(PatchSchedule.leastMacs(network, Precision.INT8, least.peakBytes() - 1)).isEmpty();
    }
  }

  @Test
  void whatNeedsTheWholeMapDoesNotRunOnPatches() {
    TensorShape image = new TensorShape(8, 8, 3);
    List<Operator> network =
        List.of(Operator.conv(image, 4, 3, 1, Activation.RELU), Operator.globalPool(image));

    assertThat(PatchSchedule.mostOperators(network)).isEqualTo(1);
    assertThatThrownBy(() -> PatchSchedule.of(network, Precision.INT8, 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 operators on patches: 1 to 1 of this network can be");
    assertThatThrownBy(() -> PatchSchedule.of(network, Precision.INT8, 1, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a grid of 9 patches a side over 8x8x4: 1 to 8 are possible");
  }
}
