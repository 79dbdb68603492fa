package dev.espalier.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.Storage;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.profile.Coverage;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorWorkTest {
  private static Operator block(int kernel, int squeeze, Activation activation) {
    return new Operator(
        OperatorKind.MBCONV,
        new TensorShape(14, 14, 24),
        new TensorShape(14, 14, 24),
        kernel,
        1,
        1,
        96,
        squeeze,
        activation,
        Shortcut.IDENTITY,
        Precision.INT8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ofa-mobilenetv3-w1.0",
        "ofa-mobilenetv3-w1.2",
        "ofa-proxyless-w1.3",
        "ofa-resnet50",
        "nasbench201"
      })
  void partsDoTheMultiplyAccumulatesOfTheirOperator(String name) {
    SearchSpace space =
        new SpaceCatalogue(
                new Storage(new Configuration(false)),
                List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
            .read(name);
    for (Set<Operator> operators : Coverage.operators(space, Precision.INT8).values()) {
      for (Operator operator : operators) {
        assertThat(OperatorWork.of(operator).macs()).as(operator.key()).isEqualTo(operator.macs());
      }
    }
  }

  @Test
  void anInvertedResidualIsTakenApartInTheOrderInWhichItRuns() {
    OperatorWork work = OperatorWork.of(block(5, 24, Activation.H_SWISH));

    assertThat(work.primitives().stream().map(Primitive::kind))
        .containsExactly(
            PrimitiveKind.POINTWISE,
            PrimitiveKind.H_SWISH,
            PrimitiveKind.DEPTHWISE,
            PrimitiveKind.H_SWISH,
            PrimitiveKind.GLOBAL_POOL,
            PrimitiveKind.LINEAR,
            PrimitiveKind.LINEAR,
            PrimitiveKind.SCALE,
            PrimitiveKind.POINTWISE,
            PrimitiveKind.ADD);
    assertThat(work.inner())
        .containsExactly(
            new OperatorWork.InnerMap(14 * 14 * 96, 6), new OperatorWork.InnerMap(14 * 14 * 96, 9));
  }

  @Test
  void lanesThatAreNotFilledArePaidFor() {
    Primitive primitive = new Primitive(PrimitiveKind.POINTWISE, 9, 13, 24, 1);

    assertThat(WorkGeometry.SCALAR.paddedMacs(primitive)).isEqualTo(9.0 * 13 * 24);
    assertThat(WorkGeometry.lanes(8, 12, 12).paddedMacs(primitive)).isEqualTo(16.0 * 24 * 24);
  }

  @Test
  void mapsTooLargeForTheChipAreCountedAsOftenAsTheyPass() {
    OperatorWork work = OperatorWork.of(block(3, 0, Activation.RELU));
    int map = 14 * 14 * 96;

    double[] fits = WorkFeature.of(work, Precision.INT8, WorkGeometry.SCALAR.withOnChipBytes(map));
    double[] spills =
        WorkFeature.of(work, Precision.INT8, WorkGeometry.SCALAR.withOnChipBytes(map - 1));

    assertThat(fits[WorkFeature.SPILLED_BYTES.ordinal()]).isZero();
    // The expansion is fused with the depthwise convolution, whose output is written and read.
    assertThat(spills[WorkFeature.SPILLED_BYTES.ordinal()]).isEqualTo(2.0 * map);
  }

  @Test
  void sizesBelowOneAreRefused() {
    assertThatThrownBy(() -> new Primitive(PrimitiveKind.ADD, 0, 1, 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("positions 0")
        .hasMessageContaining("must be at least 1");
    assertThatThrownBy(() -> WorkGeometry.lanes(8, 0, 12)).hasMessageContaining("0 inputs");
  }
}
