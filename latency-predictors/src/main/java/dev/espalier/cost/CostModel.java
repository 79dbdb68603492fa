package dev.espalier.cost;

import dev.espalier.operator.Operator;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.provenance.Provenance;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.MissingOperatorsException;
import dev.espalier.table.NetworkTable;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A search space on a hardware profile: the latency of any architecture, as a sum of table reads,
 * or read as a whole where the profile knows all networks of the space. Where the profile has a
 * model in place of a table, or beside it, what that says of each operator is tabulated once.
 *
 * <p>Immutable and thread-safe. Lives in the driver; tasks are sent {@link #latencyMicros()}, which
 * is serialisable and all they need.
 */
public final class CostModel {
  private final HardwareProfile profile;
  private final AdditiveFunction sumMicros;
  private final AdditiveFunction latencyMicros;
  private final LatencyClaim claim;

  private CostModel(
      HardwareProfile profile,
      AdditiveFunction sumMicros,
      AdditiveFunction latencyMicros,
      LatencyClaim claim) {
    this.profile = profile;
    this.sumMicros = sumMicros;
    this.latencyMicros = latencyMicros;
    this.claim = claim;
  }

  private static CostModel ofSums(HardwareProfile profile, AdditiveFunction sumMicros) {
    Optional<Additivity> additivity = profile.additivity();
    return new CostModel(
        profile,
        sumMicros,
        additivity
            .map(Additivity::correction)
            .map(c -> sumMicros.scaled(c.scale(), c.overheadMicros()))
            .orElse(sumMicros),
        additivity
            .<LatencyClaim>map(LatencyClaim.Estimate::new)
            .orElseGet(
                () ->
                    profile.table().model().isPresent()
                        ? new LatencyClaim.SumOfModelled()
                        : new LatencyClaim.ExactForTable()));
  }

  /**
   * Looks up the space's networks where the profile knows all of them as a whole, by measurement or
   * by a model: they are nearer to what is measured than any sum. Otherwise every operator that the
   * space can lower to, in the profile's precision.
   *
   * <p>Cost: one lowering for each combination of options in the scope of a slot.
   *
   * @throws MissingOperatorsException naming every operator that the table lacks, and which options
   *     need them
   * @throws IllegalArgumentException if the profile knows whole networks, but of another space, or
   *     not all of this one, or the space has no slot that could hold them
   */
  public static CostModel compile(SearchSpace space, HardwareProfile profile) {
    boolean all =
        holdsWholeNetworks(space)
            && profile.networks().filter(n -> n.space().equals(space)).isPresent()
            && profile.allNetworks().orElseThrow().complete();
    return all
        ? ofNetworks(space, profile, new MissingOperators(space))
        : ofOperators(space, profile);
  }

  private static CostModel ofNetworks(
      SearchSpace space, HardwareProfile profile, MissingOperators missing) {
    NetworkTable networks = profile.allNetworks().orElseThrow();
    AdditiveFunction whole = new WholeNetworkTerms(space, profile).compile(networks, missing);
    return new CostModel(profile, whole, whole, LatencyClaim.WholeNetworks.of(networks, profile));
  }

  /**
   * As {@link #compile}, of sums over operators even where all networks are known as a whole.
   *
   * @throws MissingOperatorsException as {@link #compile}
   * @throws IllegalArgumentException as {@link #compile}
   */
  public static CostModel ofOperators(SearchSpace space, HardwareProfile profile) {
    LatencyTable table = profile.table();
    MissingOperators missing = new MissingOperators(space);
    AdditiveFunction sum =
        AdditiveFunction.compile(
            space,
            0,
            (slot, code) -> {
              double micros = 0;
              List<Operator> lacking = List.of();
              List<Operator> operators =
                  space.operators(slot, code).stream()
                      .map(o -> o.withPrecision(profile.precision()))
                      .toList();
              for (Operator operator : operators) {
                Optional<LatencyEntry> entry = table.find(operator);
                if (entry.isPresent()) {
                  micros += entry.get().micros();
                } else {
                  lacking = table.missing(operators);
                }
              }
              if (!operators.isEmpty()) {
                missing.note(slot, code, lacking);
              }
              return micros;
            });
    if (!missing.isEmpty() && profile.networks().isPresent()) {
      return ofNetworks(space, profile, missing);
    }
    missing.throwIfAny(profile);
    return ofSums(profile, sum);
  }

  /**
   * Whether what is known of whole networks can be compiled: some part of them sees every decision,
   * and they can be listed.
   */
  public static boolean holdsWholeNetworks(SearchSpace space) {
    return WholeNetworkTerms.place(space) >= 0
        && space.codes().compareTo(WholeNetworkTerms.MOST_CODES) <= 0
        && space.size().compareTo(BigInteger.valueOf(NetworkTable.MOST)) <= 0;
  }

  /** The name of the profile. */
  public String target() {
    return profile.name();
  }

  /** What the numbers are of. */
  public HardwareProfile profile() {
    return profile;
  }

  /**
   * Latency of one image, microseconds: the profile's overhead model applied to {@link
   * #sumMicros()} where it has one, that sum itself otherwise; {@link #claim()} says which.
   */
  public AdditiveFunction latencyMicros() {
    return latencyMicros;
  }

  /**
   * The plain sum of the table's entries, microseconds; where {@link #claim()} is of whole networks
   * there is no sum, and this is {@link #latencyMicros()}.
   */
  public AdditiveFunction sumMicros() {
    return sumMicros;
  }

  /** What {@link #latencyMicros()} claims to be. */
  public LatencyClaim claim() {
    return claim;
  }

  /** What is known of a network as a whole; empty where its latency is a sum over operators. */
  public Optional<LatencyEntry> network(Architecture architecture) {
    return claim instanceof LatencyClaim.WholeNetworks
        ? profile.allNetworks().flatMap(n -> n.find(architecture))
        : Optional.empty();
  }

  /** Where the profile's entries come from. */
  public Collection<Provenance> provenance() {
    return profile.provenance();
  }
}
