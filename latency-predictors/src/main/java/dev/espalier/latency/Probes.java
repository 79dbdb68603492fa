package dev.espalier.latency;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Whole networks to compare sums over operators with.
 *
 * @param calibration that an overhead model is fitted on
 * @param heldOut other ones, that errors are stated on
 */
public record Probes(List<Architecture> calibration, List<Architecture> heldOut) {
  public Probes {
    calibration = List.copyOf(calibration);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Draws distinct networks: half of the calibration {@linkplain AdditivityCheck#spread spread}
   * from the smallest network to the largest, all others at random.
   *
   * @param sum over operators, of what is expected to tell latencies apart
   * @param calibrating number to calibrate on, at least 4
   * @param heldOut number to state errors on
   * @throws IllegalArgumentException if the space has too few networks
   */
  public static Probes draw(
      SearchSpace space,
      AdditiveFunction sum,
      int calibrating,
      int heldOut,
      RandomGenerator random) {
    List<Architecture> spread = AdditivityCheck.spread(space, sum, calibrating / 2, random);
    List<Architecture> drawn =
        AdditivityCheck.sample(space, heldOut + calibrating, random).stream()
            .filter(n -> !spread.contains(n))
            .toList();
    List<Architecture> calibration = new ArrayList<>(spread);
    calibration.addAll(drawn.subList(heldOut, heldOut + calibrating - spread.size()));
    return new Probes(calibration, drawn.subList(0, heldOut));
  }
}
