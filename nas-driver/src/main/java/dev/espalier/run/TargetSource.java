package dev.espalier.run;

import dev.espalier.profile.HardwareProfile;
import dev.espalier.search.Constraint;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A target that is yet to be loaded.
 *
 * @param label what messages call it until its profile is read
 * @param name that a request gives it; absent for the profile's own
 * @param profile reads the profile
 * @param limits that the request sets for this target alone
 */
record TargetSource(
    String label,
    Optional<String> name,
    Supplier<HardwareProfile> profile,
    List<Constraint> limits) {
  TargetSource {
    limits = List.copyOf(limits);
  }

  static TargetSource of(String label, Supplier<HardwareProfile> profile) {
    return new TargetSource(label, Optional.empty(), profile, List.of());
  }
}
