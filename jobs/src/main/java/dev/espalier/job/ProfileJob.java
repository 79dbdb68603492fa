package dev.espalier.job;

import dev.espalier.artefact.Storage;
import dev.espalier.latency.HostMeasurement;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.run.Progress;
import dev.espalier.space.SearchSpace;
import java.time.Clock;
import java.time.LocalDate;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.Path;

/** Measures the profile of the machine at hand and publishes it. */
public final class ProfileJob {
  /** Name of the profile of the machine at hand. */
  public static final String HOST = "host-cpu";

  private static final long SEED = 1;

  private final Storage storage;
  private final TimingPlan plan;
  private final int networks;
  private final Progress progress;

  /**
   * A job.
   *
   * @param plan how long each operator is timed
   * @param networks random networks that sums are compared with, at least 5
   */
  public ProfileJob(Storage storage, TimingPlan plan, int networks, Progress progress) {
    this.storage = storage;
    this.plan = plan;
    this.networks = networks;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @param space whose operators are timed
   * @param output folder of the profile, whose name becomes the profile's; must not exist, or be
   *     empty
   */
  public HardwareProfile measure(SearchSpace space, Path output) {
    storage.requireVacant(output);
    HardwareProfile profile;
    try (MeasurementStages stages = new MeasurementStages("timing", progress)) {
      profile =
          HostMeasurement.of(space)
              .name(output.getName())
              .date(LocalDate.now(Clock.systemDefaultZone()))
              .plan(plan)
              .networks(networks)
              .progress(stages)
              .build()
              .run(RandomGeneratorFactory.of("L64X128MixRandom").create(SEED))
              .profile();
    }
    profile.write(storage, output);
    return profile;
  }
}
