package dev.espalier.cost;

import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A small space and profiles whose entries are drawn at random. */
public final class TestProfiles {
  private TestProfiles() {}

  public static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  public static OfaMobileNetV3 space() {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(12, 16),
            1,
            8,
            8,
            List.of(
                new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                new MobileNetV3Definition.Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2, 3))),
            List.of(3, 5, 7),
            List.of(3, 6),
            32,
            32,
            10));
  }

  public static LatencyTable table(RandomGenerator random, Precision precision) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    for (Operator operator : OperatorBenchmark.operators(space())) {
      double micros = operator.macs() / 1e4 + random.nextDouble();
      entries.put(
          operator.withPrecision(precision),
          new LatencyEntry(micros + 5, 0, OptionalDouble.of(micros), 0, Origin.MODELLED));
    }
    return LatencyTable.of(entries);
  }

  public static HardwareProfile profile(LatencyTable table, Precision precision) {
    return HardwareProfile.builder()
        .name("test")
        .device("none")
        .deviceClass(DeviceClass.CPU)
        .runtime("none")
        .precision(precision)
        .provenance(new Modelled("random numbers", "nothing", 1, 1, LocalDate.of(2026, 3, 31)))
        .table(table)
        .build();
  }
}
