package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigInteger;
import java.util.List;
import java.util.random.RandomGeneratorFactory;

/**
 * How what two profiles say of one space's networks compares, whether by tables, by models of
 * operators or by whole networks: what a search there would see.
 *
 * @param networks over random networks
 * @param firstClaim what the first's latencies are, in words
 * @param secondClaim likewise
 */
public record SpaceDiff(NetworkDiff.Agreement networks, String firstClaim, String secondClaim) {
  private static final int NETWORKS = 1_000;
  private static final long SEED = 1;

  /**
   * Compares on the same random networks each time, {@value #NETWORKS} or half of those that there
   * are.
   *
   * @throws IllegalArgumentException if one of them does not cover the space
   */
  public static SpaceDiff of(SearchSpace space, HardwareProfile first, HardwareProfile second) {
    CostModel left = CostModel.compile(space, first);
    CostModel right = CostModel.compile(space, second);
    int some = space.size().shiftRight(1).min(BigInteger.valueOf(NETWORKS)).intValue();
    List<Architecture> networks =
        AdditivityCheck.sample(
            space, Math.max(1, some), RandomGeneratorFactory.of("L64X128MixRandom").create(SEED));
    return new SpaceDiff(
        NetworkDiff.agreement(
            networks.stream().mapToDouble(left.latencyMicros()::at).toArray(),
            networks.stream().mapToDouble(right.latencyMicros()::at).toArray()),
        left.claim().words(),
        right.claim().words());
  }
}
