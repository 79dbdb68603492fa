package dev.espalier.run;

import dev.espalier.cost.CostModel;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.MobileNetV3Definition.Stage;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A space of a few architectures, and targets for it. */
final class SmallTarget {
  static final SearchSpace SPACE =
      new OfaMobileNetV3(
          new MobileNetV3Definition(
              List.of(8),
              1,
              8,
              8,
              List.of(new Stage(8, 1, Activation.RELU, 0, List.of(1, 2))),
              List.of(3, 5),
              List.of(2, 4),
              8,
              8,
              2));

  private static final LocalDate DAY = LocalDate.of(2026, 1, 1);

  private SmallTarget() {}

  /** As {@link #named}, of a request. */
  static Target target(String name) {
    return Target.of(named(name));
  }

  /** A target on which every operator takes a microsecond, and whose error is ten percent. */
  static CostModel named(String name) {
    Map<Operator, LatencyEntry> entries = new HashMap<>();
    for (Operator operator : OperatorBenchmark.operators(SPACE)) {
      entries.put(operator, new LatencyEntry(1, 0, OptionalDouble.empty(), 0, Origin.MODELLED));
    }
    SumError error = new SumError(10, 0.9, 0.9, 1, 0.05, 0.1);
    HardwareProfile profile =
        HardwareProfile.builder()
            .name(name)
            .device("Imaginary " + name)
            .deviceClass(DeviceClass.CPU)
            .runtime("none 1")
            .precision(Precision.FLOAT32)
            .provenance(new Modelled("a microsecond each", "nothing", 1, 0.5, DAY))
            .additivity(
                new Additivity("made up", 10, new OverheadCorrection(0, 1), error, error, DAY))
            .table(LatencyTable.of(entries))
            .build();
    return CostModel.compile(SPACE, profile);
  }
}
