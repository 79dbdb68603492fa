package dev.espalier.microcontroller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.TestGraphs;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArenaPlanTest {
  private static final int SCRATCH = -2;

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  private static List<Kernel> kernels(SearchSpace space, long seed) {
    QuantisedGraph graph = TestGraphs.quantised(TestGraphs.subnet(space, seed), RangeRule.DEFAULT);
    return Kernels.shapes(graph, Kernels.of(graph));
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void familiesNeedWhatIsAliveAtOnceAndNoMore(SearchSpace space) {
    for (long seed = 0; seed < 30; seed++) {
      requireSoundAndLeast(kernels(space, seed), "seed " + seed);
    }
  }

  /** Depthwise and other convolutions, blocks with and without expansion, pools, odd channels. */
  @Test
  void anyChainOfOperatorsNeedsWhatIsAliveAtOnceAndNoMore() {
    for (long seed = 0; seed < 400; seed++) {
      List<Operator> chain = chain(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
      requireSoundAndLeast(OperatorKernels.of(chain), "seed %d, %s".formatted(seed, chain));
    }
  }

  private static List<Operator> chain(RandomGenerator random) {
    int side = random.nextInt(3, 12);
    TensorShape shape = new TensorShape(side, side, random.nextInt(2, 12));
    List<Operator> chain = new ArrayList<>();
    for (int i = random.nextInt(1, 9); i > 0; i--) {
      Operator operator = operator(random, shape);
      chain.add(operator);
      shape = operator.output();
    }
    chain.add(Operator.globalPool(shape));
    chain.add(Operator.linear(shape.channels(), 10));
    return chain;
  }

  private static Operator operator(RandomGenerator random, TensorShape in) {
    int stride = random.nextInt(1, 3);
    int kernel = 3 + 2 * random.nextInt(2);
    boolean same = stride == 1 && random.nextBoolean();
    int outputs = same ? in.channels() : random.nextInt(2, 40);
    Shortcut shortcut = same ? Shortcut.IDENTITY : Shortcut.NONE;
    return switch (random.nextInt(5)) {
      case 0 -> // depthwise
          new Operator(
              OperatorKind.CONV,
              in,
              in.convolved(stride, in.channels()),
              kernel,
              stride,
              in.channels(),
              0,
              0,
              Activation.H_SWISH,
              shortcut,
              Precision.INT8);
      case 1 ->
          Operator.conv(in, outputs, random.nextBoolean() ? 1 : kernel, stride, Activation.RELU);
      case 2 -> Operator.maxPool(in, kernel, stride);
      case 3 ->
          new Operator(
              OperatorKind.BOTTLENECK,
              in,
              in.convolved(stride, outputs),
              kernel,
              stride,
              1,
              random.nextInt(2, 20),
              0,
              Activation.RELU,
              same ? Shortcut.IDENTITY : Shortcut.PROJECTION,
              Precision.INT8);
      default ->
          new Operator(
              OperatorKind.MBCONV,
              in,
              in.convolved(stride, outputs),
              kernel,
              stride,
              1,
              in.channels() * random.nextInt(1, 7),
              random.nextBoolean() ? random.nextInt(1, 8) : 0,
              Activation.H_SWISH,
              shortcut,
              Precision.INT8);
    };
  }

  /** Runs the plan: every byte belongs to who wrote it last, and readers find what they expect. */
  private static void requireSoundAndLeast(List<Kernel> kernels, String what) {
    ArenaPlan plan = ArenaPlan.of(kernels);
    assertThat(plan.bytes()).as(what).isEqualTo(plan.need().bytes());
    int[] owners = new int[plan.bytes()];
    Arrays.fill(owners, -1);
    write(owners, plan.offsets().get(0), kernels.get(0).input().elements(), 0);
    for (int i = 0; i < kernels.size(); i++) {
      Kernel kernel = kernels.get(i);
      write(owners, plan.scratch().get(i), kernel.scratchBytes(), SCRATCH);
      for (int value : kernel.reads()) {
        int from = plan.offsets().get(value);
        int end = from + Math.toIntExact(shape(kernels, value).elements());
        for (int b = from; b < end; b++) {
          assertThat(owners[b]).as("%s, kernel %d, byte %d", what, i, b).isEqualTo(value);
        }
      }
      int out = plan.offsets().get(i + 1);
      for (int value : kernel.reads()) {
        if (meets(plan, kernels, value, i + 1)) {
          requireInPlace(kernel, plan.offsets().get(value), out, what);
        }
      }
      for (int b = out; b < out + kernel.output().elements(); b++) {
        assertThat(owners[b]).as(what).isNotEqualTo(SCRATCH);
      }
      write(owners, out, kernel.output().elements(), i + 1);
      for (int b = 0; b < owners.length; b++) {
        owners[b] = owners[b] == SCRATCH ? -1 : owners[b];
      }
    }
  }

  /** A kernel that writes over its input does so where it has read already. */
  private static void requireInPlace(Kernel kernel, int in, int out, String what) {
    assertThat(kernel.replaceable()).as(what).isNotEmpty();
    if (kernel.kind() == Kernel.Kind.DEPTHWISE) {
      assertThat((out - in) % kernel.output().channels()).as(what).isZero();
    } else {
      assertThat(out).as(what).isEqualTo(in);
    }
  }

  private static boolean meets(ArenaPlan plan, List<Kernel> kernels, int one, int other) {
    long a = plan.offsets().get(one);
    long b = plan.offsets().get(other);
    return a < b + shape(kernels, other).elements() && b < a + shape(kernels, one).elements();
  }

  private static TensorShape shape(List<Kernel> kernels, int value) {
    return value == 0 ? kernels.get(0).input() : kernels.get(value - 1).output();
  }

  private static void write(int[] owners, int from, long bytes, int owner) {
    Arrays.fill(owners, from, from + Math.toIntExact(bytes), owner);
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void isTheSamePlanEveryTime(SearchSpace space) {
    assertThat(ArenaPlan.of(kernels(space, 4))).isEqualTo(ArenaPlan.of(kernels(space, 4)));
  }
}
