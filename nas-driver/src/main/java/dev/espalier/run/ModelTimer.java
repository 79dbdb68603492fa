package dev.espalier.run;

import dev.espalier.measurement.Samples;
import dev.espalier.profile.ProfileDescription;
import java.util.List;

/** Times emitted models on the device of a profile. */
public interface ModelTimer {
  /** Whether this can run models on a profile's device, in its runtime. */
  boolean reaches(ProfileDescription profile);

  /**
   * Times models, one image at a time and one thread each.
   *
   * @return latencies of each, microseconds, in their order
   */
  List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models);

  /** What it times on and how, in words. */
  String conditions();

  /** How long to wait before what was too slow is timed again, milliseconds. */
  default long pauseMillis() {
    return 0;
  }
}
