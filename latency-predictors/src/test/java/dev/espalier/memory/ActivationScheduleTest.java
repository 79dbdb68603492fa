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
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ActivationScheduleTest {
  private static Graph graph(Operator operator) {
    return OperatorGraphs.of(operator, RandomGeneratorFactory.of("L64X128MixRandom").create(1));
  }

  private static Operator mbconv(
      int side, int channels, int outputs, int stride, int mid, int squeezed, Shortcut shortcut) {
    TensorShape input = new TensorShape(side, side, channels);
    return new Operator(
        OperatorKind.MBCONV,
        input,
        input.convolved(stride, outputs),
        3,
        stride,
        1,
        mid,
        squeezed,
        Activation.RELU6,
        shortcut,
        Precision.FLOAT32);
  }

  private static ActivationSchedule schedule(Operator operator, Precision precision) {
    return ActivationSchedule.of(graph(operator), precision);
  }

  @Test
  void depthwiseConvolutionNeedsItsInputAndOneChannel() {
    // Expansion: 10·10·(4 + 24); depthwise: 10·10·24 + 5·5; projection: 5·5·(24 + 8).
    ActivationSchedule schedule =
        schedule(mbconv(10, 4, 8, 2, 24, 0, Shortcut.NONE), Precision.INT8);

    assertThat(schedule.steps())
        .extracting(ActivationSchedule.Step::liveBytes)
        .containsExactly(2800L, 2400L, 2425L, 600L, 800L);
    assertThat(schedule.peakBytes()).isEqualTo(2800);
    assertThat(schedule.binding().node()).contains("expand");
  }

  @Test
  void identityShortcutKeepsTheInputAliveUpToTheSum() {
    ActivationSchedule schedule =
        schedule(mbconv(10, 4, 4, 1, 24, 0, Shortcut.IDENTITY), Precision.FLOAT16);

    assertThat(schedule.steps())
        .extracting(ActivationSchedule.Step::liveBytes)
        .containsExactly(5600L, 5600L, 5800L, 5600L, 6400L, 1600L);
    assertThat(schedule.binding().node()).contains("project");
  }

  @Test
  void nothingIsWrittenOverAnInputThatIsStillNeeded() {
    // Without expansion the depthwise convolution reads what the shortcut adds later.
    ActivationSchedule schedule =
        schedule(mbconv(10, 4, 4, 1, 4, 0, Shortcut.IDENTITY), Precision.INT8);

    assertThat(schedule.steps())
        .extracting(ActivationSchedule.Step::liveBytes)
        .containsExactly(800L, 800L, 1200L, 800L);
  }

  @Test
  void bytesFollowPrecision() {
    Operator operator = mbconv(10, 4, 8, 2, 24, 8, Shortcut.NONE);

    assertThat(schedule(operator, Precision.FLOAT32).peakBytes())
        .isEqualTo(2 * schedule(operator, Precision.FLOAT16).peakBytes())
        .isEqualTo(4 * schedule(operator, Precision.INT8).peakBytes());
  }
}
