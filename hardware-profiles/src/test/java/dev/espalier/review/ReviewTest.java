package dev.espalier.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import dev.espalier.provenance.Origin;
import dev.espalier.review.Steps.Dimension;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReviewTest {
  private static final TensorShape INPUT = new TensorShape(14, 14, 16);

  private static Operator conv(int side, int outputs, int kernel) {
    return Operator.conv(new TensorShape(side, side, 16), outputs, kernel, 1, Activation.RELU);
  }

  private static LatencyEntry entry(double micros, double std) {
    return new LatencyEntry(micros, std, OptionalDouble.empty(), 10, Origin.MEASURED);
  }

  private static Steps steps(Map<Operator, LatencyEntry> entries) {
    return Steps.of(LatencyTable.of(entries));
  }

  @Test
  void aLargerOperatorThatIsClearlyFasterIsSuspicious() {
    Steps steps =
        steps(
            Map.of(
                conv(14, 32, 3), entry(10, 0.1),
                conv(14, 32, 5), entry(8, 0.1),
                conv(14, 32, 7), entry(12, 0.1),
                conv(14, 48, 3), entry(11, 0.1),
                conv(28, 32, 3), entry(5, 0.1)));
    assertThat(steps.steps()).isEqualTo(4);
    assertThat(steps.suspicious())
        .extracting(Steps.Step::dimension)
        .containsExactly(Dimension.INPUT_SIZE, Dimension.KERNEL);
    assertThat(steps.suspicious())
        .extracting(Steps.Step::values)
        .containsExactly("14x14 to 28x28", "3 to 5");
    assertThat(steps.suspicious().get(1).smallerMicros()).isEqualTo(10);
    assertThat(steps.suspicious().get(1).largerMicros()).isEqualTo(8);
  }

  @Test
  void stepsWithinTheSpreadOrFivePercentAreNot() {
    assertThat(
            steps(Map.of(conv(14, 32, 3), entry(10, 1), conv(14, 32, 5), entry(8, 1))).suspicious())
        .isEmpty();
    assertThat(
            steps(Map.of(conv(14, 32, 3), entry(10, 0), conv(14, 32, 5), entry(9.6, 0)))
                .suspicious())
        .isEmpty();
  }

  @Test
  void squeezeChannelsFollowTheExpansion() {
    Operator three = mbconv(48, 16);
    Operator six = mbconv(96, 24);
    Steps steps = steps(Map.of(three, entry(10, 0), six, entry(5, 0), mbconv(144, 0), entry(1, 0)));
    assertThat(steps.steps()).isEqualTo(1);
    assertThat(steps.suspicious().get(0).dimension()).isEqualTo(Dimension.EXPANSION_CHANNELS);
    assertThat(steps.suspicious().get(0).values()).isEqualTo("48 to 96");
  }

  private static Operator mbconv(int mid, int squeeze) {
    return Operator.parse(
        "mbconv in=%s out=%s k=3 s=1 g=1 mid=%d se=%d act=relu shortcut=none precision=float32"
            .formatted(INPUT, INPUT, mid, squeeze));
  }

  @Test
  void costsAreSummedUpByPartAndKernel() {
    SearchSpace space =
        new OfaMobileNetV3(
            new MobileNetV3Definition(
                List.of(8),
                1,
                8,
                8,
                List.of(
                    new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                    new MobileNetV3Definition.Stage(16, 2, Activation.RELU, 0, List.of(1))),
                List.of(3, 5),
                List.of(3, 6),
                32,
                32,
                10));
    Map<Operator, LatencyEntry> entries = new HashMap<>();
    OperatorBenchmark.operators(space).forEach(o -> entries.put(o, entry(o.macs() / 1000.0, 0)));
    LatencyTable table = LatencyTable.of(entries);
    CostSummary costs = CostSummary.of(space, table, Precision.FLOAT32);
    assertThat(costs.rows())
        .extracting(r -> r.part() + " " + r.kernel())
        .startsWith("stem 3", "first 3", "stage1 3", "stage1 5", "stage2 3", "stage2 5")
        .endsWith("classifier 1");
    for (CostSummary.Row row : costs.rows()) {
      assertThat(row.leastMicros()).isLessThanOrEqualTo(row.medianMicros());
      assertThat(row.medianMicros()).isLessThanOrEqualTo(row.mostMicros());
    }
    assertThat(CostSummary.of(table).rows().stream().mapToInt(CostSummary.Row::operators).sum())
        .isEqualTo(table.size());
    assertThat(CostSummary.of(space, table, Precision.INT8).rows()).isEmpty();
  }
}
