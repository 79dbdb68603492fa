package dev.espalier.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.graph.Graph;
import dev.espalier.graph.OperatorGraphs;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OperatorMemoryTest {
  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @ParameterizedTest
  @EnumSource(
      value = OperatorKind.class,
      names = {"CONV", "MBCONV", "BOTTLENECK", "MAX_POOL", "AVERAGE_POOL", "GLOBAL_POOL", "LINEAR"})
  void closedFormEqualsTheOperatorsGraph(OperatorKind kind) {
    for (long seed = 0; seed < 200; seed++) {
      Operator operator = operator(kind, random(seed));
      Graph graph = OperatorGraphs.of(operator, random(seed));
      OperatorMemory memory = OperatorMemory.of(operator);

      assertThat(memory.peakBytes(Precision.FLOAT32))
          .as("%s, seed %d", operator, seed)
          .isEqualTo(ActivationSchedule.of(graph, Precision.FLOAT32).peakBytes());
      assertThat(memory.weights() + memory.biases())
          .as("%s, seed %d", operator, seed)
          .isEqualTo(graph.parameters());
    }
  }

  private static Operator operator(OperatorKind kind, RandomGenerator random) {
    int side = random.nextInt(1, 12);
    TensorShape input = new TensorShape(side, side, random.nextInt(1, 12));
    int stride = random.nextInt(1, 3);
    int kernel = 1 + 2 * random.nextInt(3);
    boolean same = stride == 1 && random.nextBoolean();
    int outputs = same ? input.channels() : random.nextInt(1, 40);
    Shortcut shortcut = same ? Shortcut.IDENTITY : Shortcut.NONE;
    return switch (kind) {
      case CONV -> {
        boolean depthwise = random.nextBoolean();
        TensorShape output = input.convolved(stride, depthwise ? input.channels() : outputs);
        yield new Operator(
            kind,
            input,
            output,
            kernel,
            stride,
            depthwise ? input.channels() : 1,
            0,
            0,
            Activation.RELU,
            shortcut,
            Precision.FLOAT32);
      }
      case MBCONV ->
          new Operator(
              kind,
              input,
              input.convolved(stride, outputs),
              kernel,
              stride,
              1,
              input.channels() * random.nextInt(1, 7),
              random.nextBoolean() ? random.nextInt(1, 8) : 0,
              Activation.H_SWISH,
              shortcut,
              Precision.FLOAT32);
      case BOTTLENECK ->
          new Operator(
              kind,
              input,
              input.convolved(stride, outputs),
              kernel,
              stride,
              1,
              random.nextInt(1, 20),
              0,
              Activation.RELU,
              same ? Shortcut.IDENTITY : Shortcut.PROJECTION,
              Precision.FLOAT32);
      case MAX_POOL -> Operator.maxPool(input, kernel, stride);
      case AVERAGE_POOL -> Operator.averagePool(input, kernel, 1);
      case GLOBAL_POOL -> Operator.globalPool(input);
      default -> Operator.linear(input.channels(), outputs);
    };
  }

  static List<SearchSpace> spaces() {
    return EmittedNetworks.SPACES;
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void largestOperatorEqualsTheEmittedNetwork(SearchSpace space) {
    MemoryModel model = MemoryModel.compile(space, Precision.INT8);
    MemoryModel inFloat = MemoryModel.compile(space, Precision.FLOAT32);
    for (long seed = 0; seed < 60; seed++) {
      Architecture architecture =
          seed == 0 ? space.largest() : seed == 1 ? space.smallest() : space.sample(random(seed));
      Graph graph = EmittedNetworks.graph(space, architecture);
      String what = space.format(architecture) + ", seed " + seed;
      long peak = ActivationSchedule.of(graph, Precision.INT8).peakBytes();

      assertThat(model.peakBytes().at(architecture)).as(what).isEqualTo(peak);
      assertThat(PeakMemory.of(space, architecture, Precision.INT8).bytes())
          .as(what)
          .isEqualTo(peak)
          .isLessThanOrEqualTo(model.mostPeakBytes());
      assertThat(inFloat.weightBytes().at(architecture))
          .as(what)
          .isEqualTo(4.0 * graph.parameters())
          .isLessThanOrEqualTo(inFloat.mostWeightBytes());
    }
    assertThat(model.peakBytes().at(space.largest())).isEqualTo(model.mostPeakBytes());
  }

  @Test
  void biasesOfIntegersTakeFourBytes() {
    OperatorMemory memory =
        OperatorMemory.of(Operator.conv(new TensorShape(4, 4, 3), 8, 3, 1, Activation.RELU));

    assertThat(memory.weights()).isEqualTo(216);
    assertThat(memory.biases()).isEqualTo(8);
    assertThat(memory.weightBytes(Precision.INT8)).isEqualTo(216 + 32);
    assertThat(memory.weightBytes(Precision.FLOAT16)).isEqualTo(448);
    assertThat(memory.weightBytes(Precision.FLOAT32)).isEqualTo(896);
  }
}
