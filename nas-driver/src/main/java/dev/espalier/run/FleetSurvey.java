package dev.espalier.run;

import dev.espalier.profile.HardwareProfile;
import dev.espalier.search.Constraint;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a request names, as far as digests tell it: enough to see what changed since another time.
 *
 * @param sourceDigest of the description of the supernet or predictor, which holds the digests of
 *     its other files
 * @param targets those whose profiles can be read, by name
 * @param failed the others
 */
public record FleetSurvey(
    String sourceDigest, SortedMap<String, Surveyed> targets, List<FailedTarget> failed) {
  public FleetSurvey {
    targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
    failed = List.copyOf(failed);
  }

  /**
   * A target whose profile can be read.
   *
   * @param name of the target
   * @param profileDigest of its profile
   * @param limits that the request sets for this target alone
   * @param profile reads the profile again; its tables are not kept
   */
  public record Surveyed(
      String name,
      String profileDigest,
      List<Constraint> limits,
      Supplier<HardwareProfile> profile) {
    public Surveyed {
      limits = List.copyOf(limits);
    }
  }
}
