package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.measurement.InstructionBenchmark;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.Progress;
import dev.espalier.operator.Operator;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Emulated;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * A table of a microcontroller that is emulated: instructions of each operator's C kernels, turned
 * into microseconds by the stated clock and number a cycle, and a comparison with those of whole
 * networks.
 */
public final class EmulatedMeasurement {
  /** Random networks whose counts are compared with sums. */
  public static final int NETWORKS = 20;

  private static final int CALIBRATING = 10;

  private EmulatedMeasurement() {}

  /**
   * Counts; about half a second an operator and a second a network.
   *
   * @param space whose operators are counted
   * @param device that the profile is of
   * @param emulated how the counts come about and become time
   * @param random draws weights and networks
   */
  public static HostMeasurement.Result run(
      String name,
      SearchSpace space,
      ProfileDescription device,
      Emulated emulated,
      InstructionBenchmark benchmark,
      RandomGenerator random,
      Progress progress) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    benchmark
        .count(OperatorBenchmark.operators(space), random, progress)
        .forEach((operator, count) -> entries.put(operator, entry(emulated.micros(count))));
    HardwareProfile profile =
        HardwareProfile.builder()
            .name(name)
            .device(device.device())
            .deviceClass(device.deviceClass())
            .runtime(device.runtime())
            .precision(device.precision())
            .memory(device.memory())
            .provenance(emulated)
            .table(LatencyTable.of(entries))
            .build();
    CostModel model = CostModel.compile(space, profile);
    Probes probes = Probes.draw(space, model.sumMicros(), CALIBRATING, NETWORKS, random);
    AdditivityCheck.Finding finding =
        AdditivityCheck.run(
            model,
            probes.calibration(),
            probes.heldOut(),
            networks -> {
              long[] counts = benchmark.count(space, networks, random, progress);
              double[] micros = new double[counts.length];
              for (int i = 0; i < counts.length; i++) {
                micros[i] = emulated.micros(counts[i]);
              }
              return micros;
            },
            new AdditivityCheck.Description(
                "random architectures of %s, random weights, emulated".formatted(space.family()),
                emulated.date()));
    return new HostMeasurement.Result(
        profile.toBuilder().additivity(finding.additivity()).build(), finding);
  }

  /** One count, which every run repeats. */
  private static LatencyEntry entry(double micros) {
    return new LatencyEntry(micros, 0, OptionalDouble.empty(), 1, Origin.EMULATED);
  }
}
