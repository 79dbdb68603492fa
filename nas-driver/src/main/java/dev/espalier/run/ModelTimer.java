package dev.espalier.run;

import dev.espalier.profile.HardwareProfile;
import java.util.List;

/** Times emitted models on the device of a profile. */
public interface ModelTimer {
  /** Whether this can run models on a profile's device, in its runtime. */
  boolean reaches(HardwareProfile profile);

  /**
   * Times models, one image at a time and one thread each.
   *
   * @return median latency of each, microseconds, in their order
   */
  List<Double> medianMicros(HardwareProfile profile, List<EmittedSubnet> models);

  /** What it times on, in words. */
  String device();
}
