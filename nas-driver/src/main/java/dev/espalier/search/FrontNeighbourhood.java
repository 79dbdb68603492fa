package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Architectures a few decisions away from the front of an additive accuracy model. */
public final class FrontNeighbourhood {
  /** Fewer decisions than this are drawn anew. */
  private static final int STEPS = 8;

  /** Draws per architecture wanted before the neighbourhood counts as exhausted. */
  private static final int MOST_DRAWS = 20;

  private final EliminationPlan plan;
  private final SearchTarget target;

  /**
   * Prepares a space.
   *
   * @param macs of the space: the cost of its fronts
   * @throws IllegalArgumentException if the space's slots are too connected to eliminate
   */
  public FrontNeighbourhood(SearchSpace space, AdditiveFunction macs) {
    this.plan = EliminationPlan.of(space);
    this.target = new SearchTarget("macs", Quantity.MACS, Map.of(Quantity.MACS, macs), List.of());
  }

  /** The exact front of a model, by ascending cost. */
  public List<Architecture> front(AdditiveFunction accuracy) {
    return points(accuracy).stream().map(ScoredArchitecture::architecture).toList();
  }

  private List<ScoredArchitecture> points(AdditiveFunction accuracy) {
    return ExactEngine.solve(plan, accuracy, target, 1, 0).front().points();
  }

  /**
   * Finds the exact front of a model and draws near it: a point of the front, up to seven of whose
   * decisions are drawn anew. All costs between the front's least and largest are equally likely:
   * by points, of which exact fronts have most in the middle, both ends would seldom be looked at.
   *
   * @param count as many, or fewer where no new ones are found
   * @param known not to be drawn; those drawn are added
   */
  public List<Architecture> draw(
      AdditiveFunction accuracy, int count, Set<Architecture> known, RandomGenerator random) {
    List<ScoredArchitecture> front = points(accuracy);
    List<Architecture> drawn = new ArrayList<>();
    for (int draw = 0; drawn.size() < count && draw < MOST_DRAWS * count; draw++) {
      byte[] point = at(front, random.nextDouble()).architecture().toBytes();
      byte[] code = point.clone();
      plan.activity().fillInactive(point, 0, code, random);
      int steps = random.nextInt(STEPS);
      for (int i = 0; i < steps; i++) {
        int decision = random.nextInt(code.length);
        code[decision] = (byte) random.nextInt(plan.options(decision));
      }
      Architecture architecture = plan.space().architecture(code);
      if (known.add(architecture)) {
        drawn.add(architecture);
      }
    }
    return drawn;
  }

  /** The first point whose cost is at least this share of the way from the least to the largest. */
  private static ScoredArchitecture at(List<ScoredArchitecture> front, double share) {
    double least = front.get(0).cost(Quantity.MACS);
    double cost = least + share * (front.get(front.size() - 1).cost(Quantity.MACS) - least);
    int low = 0;
    int high = front.size() - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      if (front.get(middle).cost(Quantity.MACS) < cost) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return front.get(low);
  }
}
