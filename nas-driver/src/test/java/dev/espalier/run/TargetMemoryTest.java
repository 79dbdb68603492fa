package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.cost.OperatorCost;
import dev.espalier.memory.Execution;
import dev.espalier.memory.MemoryModel;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.MobileNetV3Definition.Stage;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TargetMemoryTest {
  /** Large maps first: memory is needed where patches help. */
  private static final SearchSpace SPACE =
      new OfaMobileNetV3(
          new MobileNetV3Definition(
              List.of(48),
              3,
              16,
              16,
              List.of(new Stage(8, 2, Activation.RELU, 0, List.of(1, 2))),
              List.of(3, 5),
              List.of(4, 6),
              48,
              48,
              10));

  private static final AdditiveFunction MACS = OperatorCost.MACS.compile(SPACE);
  private static final MemoryModel WHOLE = MemoryModel.compile(SPACE, new Execution.EmittedC());
  private static final List<Architecture> ALL = all();

  /** Less than any architecture needs on whole maps. */
  private static final long TOO_LITTLE =
      ALL.stream().mapToLong(a -> (long) WHOLE.peakBytes().at(a)).min().orElseThrow() - 1;

  private static List<Architecture> all() {
    List<Architecture> all = new ArrayList<>();
    SPACE.forEachArchitecture(all::add);
    return all;
  }

  private static Target target(long sramBytes, Constraint... limits) {
    return new Target(
        "board",
        "m4",
        "",
        new ProfileDescription(
            "a board",
            DeviceClass.MCU,
            "Espalier C",
            Precision.INT8,
            new MemoryLimits(
                OptionalLong.of(sramBytes), OptionalLong.empty(), OptionalLong.empty()),
            List.of()),
        MACS,
        SmallTarget.target("x").claim(),
        List.of(limits));
  }

  private static TargetMemory memory(String more) {
    return new TargetMemory(
        SPACE,
        SearchRequestReader.read(
            "request", "supernet: a\ntargets: [b]\nbudgets: [{latency: 1ms}]\n" + more));
  }

  private static List<Architecture> within(MemoryModel memory, long bytes) {
    return ALL.stream().filter(a -> memory.peakBytes().at(a) <= bytes).toList();
  }

  @Test
  void patchesMeetAnSramThatWholeMapsDoNot() {
    TargetMemory allowed = memory("");
    Target target = target(TOO_LITTLE);
    MemoryModel model = allowed.model(target).orElseThrow();
    List<Architecture> fitting = within(model, TOO_LITTLE);

    assertThat(fitting).isNotEmpty();
    for (Architecture architecture : fitting) {
      TargetMemory.Formats formats = allowed.formats(target, architecture);
      assertThat(formats.refusedC()).isEmpty();
      assertThat(formats.wanted()).hasSize(2).last().isEqualTo("tflite-int8");
      assertThat(formats.wanted().get(0)).matches("c:(\\d)x\\1 over \\d+");
      assertThat(allowed.latencyMicros(target).at(architecture))
          .isGreaterThan(MACS.at(architecture));
    }
  }

  @Test
  void withoutPatchesNothingMeetsIt() {
    TargetMemory forbidden = memory("patches: forbidden\n");
    Target target = target(TOO_LITTLE);

    assertThat(within(forbidden.model(target).orElseThrow(), TOO_LITTLE)).isEmpty();
    assertThat(forbidden.latencyMicros(target)).isSameAs(MACS);
    TargetMemory.Formats formats = forbidden.formats(target, SPACE.smallest());
    assertThat(formats.wanted()).containsExactly("tflite-int8");
    assertThat(formats.refusedC().orElseThrow())
        .startsWith(
            "its arena takes %.0f bytes, ".formatted(WHOLE.peakBytes().at(SPACE.smallest())))
        .contains("; sram of profile m4 allows %d: limit peak-memory".formatted(TOO_LITTLE));
  }

  @Test
  void wholeMapsStayWhereTheyFit() {
    TargetMemory allowed = memory("");
    Target target = target(WHOLE.mostPeakBytes());

    assertThat(allowed.model(target).orElseThrow().peakBytes().at(SPACE.largest()))
        .isEqualTo(WHOLE.peakBytes().at(SPACE.largest()));
    assertThat(allowed.latencyMicros(target)).isSameAs(MACS);
    assertThat(allowed.formats(target, SPACE.largest()).wanted())
        .containsExactly("c", "tflite-int8");
  }

  @Test
  void limitsOfATargetBindAsItsDevicesDo() {
    Target target = target(WHOLE.mostPeakBytes(), new Constraint(Quantity.PEAK_MEMORY, TOO_LITTLE));

    assertThat(within(memory("").model(target).orElseThrow(), TOO_LITTLE)).isNotEmpty();
  }

  @Test
  void withoutCMemoryIsThatOfAnEngine() {
    Target target = target(TOO_LITTLE);

    assertThat(memory("formats: [tflite-int8]\n").model(target).orElseThrow().execution())
        .isEqualTo(new Execution.NodeByNode(Precision.INT8));
  }
}
