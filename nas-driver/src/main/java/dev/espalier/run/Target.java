package dev.espalier.run;

import dev.espalier.cost.CostModel;
import dev.espalier.cost.LatencyClaim;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Provenance;
import dev.espalier.search.Constraint;
import dev.espalier.space.AdditiveFunction;
import java.util.List;

/**
 * A device that is searched for, with what it costs there; without its profile's tables, of which a
 * thousand would fill a heap.
 *
 * @param name distinct among a request's targets
 * @param profile the name of its hardware profile, which several targets may share
 * @param profileDigest of the profile's files
 * @param description of the device, and where its numbers come from
 * @param latencyMicros of any architecture of the space
 * @param claim what that latency claims to be
 * @param limits that the request sets for this target alone
 */
public record Target(
    String name,
    String profile,
    String profileDigest,
    ProfileDescription description,
    AdditiveFunction latencyMicros,
    LatencyClaim claim,
    List<Constraint> limits) {
  public Target {
    limits = List.copyOf(limits);
  }

  /** A profile's target, under the profile's name and without limits of its own. */
  public static Target of(CostModel model) {
    return of(model, model.target(), List.of());
  }

  /** A profile's target under a name. */
  static Target of(CostModel model, String name, List<Constraint> limits) {
    HardwareProfile profile = model.profile();
    return new Target(
        name,
        profile.name(),
        profile.digest(),
        profile.description(),
        model.latencyMicros(),
        model.claim(),
        limits);
  }

  /** Where its numbers come from. */
  public List<Provenance> provenance() {
    return description.provenance();
  }
}
