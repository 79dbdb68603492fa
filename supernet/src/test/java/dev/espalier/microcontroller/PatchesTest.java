package dev.espalier.microcontroller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.deploy.Emitter;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PatchesTest {
  private static final TensorShape IMAGE = new TensorShape(16, 16, 3);
  private static final Operator WIDE = Operator.conv(IMAGE, 32, 3, 1, Activation.RELU);
  private static final Operator NARROW = Operator.conv(WIDE.output(), 8, 3, 2, Activation.RELU);
  private static final List<Kernel> KERNELS = OperatorKernels.of(List.of(WIDE, NARROW));

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  @Test
  void imageOutputAndTheLargestPatchAreAlive() {
    Patches.Option option = Patches.option(KERNELS, new Patches(2, 2));

    // Patches of 4x4 read 9x9 positions, cut off at one border, and one more of the image.
    long held = 16 * 16 * 3 + 8 * 8 * 8;
    long working = 9 * 9 * 32;
    long scratch = 2 * 2 * 4 * (9 * 32 / 4) + 9 * 32;
    assertThat(option.need().bytes()).isEqualTo(held + KernelMemory.aligned(working) + scratch);
    assertThat(option.need().kernel()).isEqualTo(1);
    assertThat(option.places()).isEqualTo(4 * 2 * Patches.PLACE_BYTES);
    long again = (8 + 9) * (8 + 9) - 16 * 16; // a patch at a border reads one less
    assertThat(option.macs()).isEqualTo(WIDE.macs() + NARROW.macs() + again * 9 * 3 * 32);
  }

  @Test
  void withinALimitPatchesThatComputeLeastAreTaken() {
    List<Patches.Option> options = Patches.options(KERNELS, KERNELS.size());
    Patches.Option whole = options.get(0);
    Patches.Option least = Patches.least(options);

    assertThat(whole.patches()).isEqualTo(Patches.NONE);
    assertThat(Patches.within(options, whole.need().bytes())).contains(whole);
    assertThat(least.need().bytes()).isLessThan(whole.need().bytes() / 2);
    assertThat(Patches.within(options, least.need().bytes() - 1)).isEmpty();
    Patches.Option found = Patches.within(options, whole.need().bytes() - 1).orElseThrow();
    assertThat(options)
        .filteredOn(o -> o.need().bytes() < whole.need().bytes())
        .allMatch(o -> o.macs() >= found.macs());
  }

  @Test
  void areReadAsTheyAreWritten() {
    assertThat(Patches.parse(new Patches(7, 4).toString())).isEqualTo(new Patches(7, 4));
    assertThat(CEmitter.format(new Patches(7, 4))).isEqualTo("c:4x4 over 7");
    assertThat(Emitter.of("c:4x4 over 7").version())
        .isEqualTo("C11, 4x4 patches over the first 7 kernels");
    assertThat(CEmitter.format(Patches.NONE)).isEqualTo("c");
    assertThatThrownBy(() -> Emitter.of("c:4x3 over 7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "patches '4x3 over 7' are not written as in '4x4 over 7', the grid and the number of kernels");
    assertThatThrownBy(() -> Emitter.of("onnx:other"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("format onnx is written in one way alone, not in 'other'");
  }

  @Test
  void kernelsThatNeedWholeMapsRunOnNone() {
    List<Kernel> pooled = OperatorKernels.of(List.of(WIDE, Operator.globalPool(WIDE.output())));

    assertThat(Patches.options(pooled, 2)).noneMatch(o -> o.patches().kernels() == 2);
    assertThatThrownBy(() -> Patches.option(pooled, new Patches(2, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("kernels up to pool cannot run on 2x2 patches of 1x1x32");
    assertThatThrownBy(() -> new Patches(0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 kernels on a grid of 2: whole maps are 0 kernels on a grid of 1");
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void plansOfPatchesNeedWhatIsAliveAndNoMore(SearchSpace space) {
    for (long seed = 0; seed < 20; seed++) {
      List<Operator> network =
          space.lower(space.sample(RandomGeneratorFactory.of("L64X128MixRandom").create(seed)));
      List<Kernel> kernels = OperatorKernels.of(network);
      for (Patches.Option option : Patches.options(kernels, kernels.size())) {
        ArenaPlan plan =
            ArenaPlan.of(Lifetimes.of(kernels, PatchRegions.of(kernels, option.patches())));
        assertThat((long) plan.bytes())
            .as("seed %d, %s", seed, option.patches().words())
            .isEqualTo(option.need().bytes());
      }
    }
  }
}
