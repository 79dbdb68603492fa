package dev.espalier.job;

import dev.espalier.artefact.Storage;
import dev.espalier.latency.HostMeasurement;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.run.Progress;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.SearchSpace;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
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
    Stages stages = new Stages(progress);
    HardwareProfile profile;
    try {
      profile =
          HostMeasurement.of(space)
              .name(output.getName())
              .date(LocalDate.now(Clock.systemDefaultZone()))
              .plan(plan)
              .networks(networks)
              .progress((what, done, all, left) -> stages.report(what, done, all))
              .build()
              .run(RandomGeneratorFactory.of("L64X128MixRandom").create(SEED))
              .profile();
    } finally {
      stages.close();
    }
    profile.write(storage, output);
    return profile;
  }

  /** Turns reports of several measurements into stages; one that begins ends the one before it. */
  private static final class Stages {
    private final Progress progress;
    private final Map<String, Integer> sizes = new HashMap<>();
    private Stage current = done -> {};

    Stages(Progress progress) {
      this.progress = progress;
    }

    void report(String what, int done, int all) {
      if (!Integer.valueOf(all).equals(sizes.put(what, all))) {
        current.close();
        current = progress.begin("timing " + all + " " + what, all);
      }
      current.done(done);
    }

    void close() {
      current.close();
    }
  }
}
