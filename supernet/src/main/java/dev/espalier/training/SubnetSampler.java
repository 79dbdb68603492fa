package dev.espalier.training;

import dev.espalier.space.Architecture;
import dev.espalier.space.Decision;
import dev.espalier.space.SearchSpace;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Draws the subnets that one phase trains. */
final class SubnetSampler {
  private final SearchSpace space;
  private final int[] least;
  private final double largestShare;
  private final double smallestShare;

  /**
   * From the least option of each elastic kind of decision to its largest.
   *
   * @throws IllegalArgumentException if a kind or an option does not exist in the space
   */
  SubnetSampler(
      SearchSpace space,
      Map<String, String> leastOptions,
      double largestShare,
      double smallestShare) {
    this.space = space;
    this.largestShare = largestShare;
    this.smallestShare = smallestShare;
    this.least = new int[space.length()];
    TreeSet<String> kinds = new TreeSet<>();
    for (int i = 0; i < least.length; i++) {
      Decision decision = space.decisions().get(i);
      String kind = kind(decision);
      kinds.add(kind);
      String label = leastOptions.get(kind);
      least[i] = label == null ? decision.options().size() - 1 : decision.options().indexOf(label);
      if (least[i] < 0) {
        throw new IllegalArgumentException(
            "least %s is '%s'; %s has options %s"
                .formatted(kind, label, decision.name(), decision.options()));
      }
    }
    for (String kind : leastOptions.keySet()) {
      if (!kinds.contains(kind)) {
        throw new IllegalArgumentException(
            "least names '" + kind + "'; the space has decisions of kinds " + kinds);
      }
    }
  }

  private static String kind(Decision decision) {
    return decision.name().substring(decision.name().lastIndexOf('.') + 1);
  }

  /** The smallest subnet of the phase. */
  Architecture smallest() {
    byte[] code = new byte[least.length];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) least[i];
    }
    return space.architecture(code);
  }

  /** The largest subnet of the phase, which is the space's. */
  Architecture largest() {
    return space.largest();
  }

  /**
   * Draws one subnet: with their shares the largest or the smallest but for the resolution, else
   * every decision uniformly from the phase's options.
   *
   * @param step draws the resolution: subnets of one step that give the same get the same
   *     resolution, and so cost more alike
   * @param random draws all else
   */
  Architecture sample(RandomGenerator step, RandomGenerator random) {
    double draw = random.nextDouble();
    byte[] code = new byte[least.length];
    for (int i = 0; i < code.length; i++) {
      int largest = space.decisions().get(i).options().size() - 1;
      boolean resolution = kind(space.decisions().get(i)).equals("resolution");
      RandomGenerator source = resolution ? step : random;
      code[i] = (byte) (least[i] + source.nextInt(largest - least[i] + 1));
      if (!resolution) {
        if (draw < largestShare) {
          code[i] = (byte) largest;
        } else if (draw < largestShare + smallestShare) {
          code[i] = (byte) least[i];
        }
      }
    }
    return space.architecture(code);
  }
}
