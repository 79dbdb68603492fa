package dev.espalier.measurement;

import dev.espalier.deploy.OnnxModel;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Measured;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;

/** Makes the profile of the machine at hand from what an {@link OperatorBenchmark} timed on it. */
public final class HostProfile {
  private static final String RUNTIME = "onnxruntime";

  private HostProfile() {}

  /**
   * A profile with complete provenance and no additivity record yet.
   *
   * @param name by which requests will ask for it
   * @param table timed on this machine
   * @param benchmark that timed it
   * @param date of the timing
   */
  public static HardwareProfile of(
      String name,
      HostMachine machine,
      LatencyTable table,
      OperatorBenchmark benchmark,
      LocalDate date) {
    return HardwareProfile.builder()
        .name(name)
        .description(description(machine, benchmark.method(), date))
        .table(table)
        .build();
  }

  /**
   * What can be said of this machine without anything timed on it: ONNX Runtime in float32, one
   * thread, batch 1.
   *
   * @param method how numbers are obtained from the clock, in words
   * @param date of the timing
   */
  public static ProfileDescription description(HostMachine machine, String method, LocalDate date) {
    return new ProfileDescription(
        machine.processor(),
        DeviceClass.CPU,
        RUNTIME + " " + OnnxModel.version(),
        Precision.FLOAT32,
        new MemoryLimits(OptionalLong.empty(), OptionalLong.empty(), machine.memoryBytes()),
        List.of(
            new Measured(
                "%s, %d processors".formatted(machine.processor(), machine.processors()),
                RUNTIME,
                OnnxModel.version(),
                Precision.FLOAT32,
                1,
                1,
                machine.clockMegahertz(),
                date,
                method)));
  }
}
