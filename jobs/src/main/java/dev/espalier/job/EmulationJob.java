package dev.espalier.job;

import dev.espalier.artefact.Storage;
import dev.espalier.latency.EmulatedMeasurement;
import dev.espalier.measurement.InstructionBenchmark;
import dev.espalier.microcontroller.Platform;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Emulated;
import dev.espalier.run.Progress;
import dev.espalier.space.SearchSpace;
import java.time.Clock;
import java.time.LocalDate;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.Path;

/** Counts what C kernels execute on an emulated microcontroller and publishes the profile. */
public final class EmulationJob {
  private static final long SEED = 1;

  private final Storage storage;
  private final Progress progress;

  /** A job. */
  public EmulationJob(Storage storage, Progress progress) {
    this.storage = storage;
    this.progress = progress;
  }

  /**
   * What turns counts into time.
   *
   * @param clockMegahertz above 0
   * @param instructionsPerCycle above 0
   */
  public record Rates(double clockMegahertz, double instructionsPerCycle) {
    public Rates {
      if (!(clockMegahertz > 0 && clockMegahertz < 1e5)
          || !(instructionsPerCycle > 0 && instructionsPerCycle < 100)) {
        throw new IllegalArgumentException(
            "a clock of %s MHz and %s instructions a cycle are not a device's: state the clock in MHz, as in 180, and instructions a cycle, as in 0.8"
                .formatted(clockMegahertz, instructionsPerCycle));
      }
    }
  }

  /**
   * Counts and publishes.
   *
   * @param space whose operators are counted
   * @param output folder of the profile; must not exist, or be empty
   */
  public HardwareProfile emulate(
      Platform platform,
      SearchSpace space,
      ProfileDescription device,
      Rates rates,
      String name,
      Path output) {
    storage.requireVacant(output);
    Emulated emulated =
        new Emulated(
            "qemu-system-arm",
            platform.emulatorVersion(),
            "%s, code by %s -O3".formatted(platform.label(), platform.compilerVersion()),
            "instructions",
            rates.clockMegahertz,
            rates.instructionsPerCycle,
            device.precision(),
            LocalDate.now(Clock.systemDefaultZone()));
    HardwareProfile profile;
    try (MeasurementStages stages = new MeasurementStages("counting", progress)) {
      profile =
          EmulatedMeasurement.run(
                  name,
                  space,
                  device,
                  emulated,
                  new InstructionBenchmark(platform),
                  RandomGeneratorFactory.of("L64X128MixRandom").create(SEED),
                  stages)
              .profile();
    }
    profile.write(storage, output);
    return profile;
  }
}
