package dev.espalier.pareto;

import dev.espalier.space.Architecture;
import java.util.Comparator;

/**
 * An architecture in the plane of accuracy and one cost. The natural order is that of a front: cost
 * ascending, then accuracy descending, then code.
 *
 * @param architecture what is scored
 * @param accuracy more is better; finite
 * @param cost less is better; finite
 */
public record ParetoPoint(Architecture architecture, double accuracy, double cost)
    implements Comparable<ParetoPoint> {
  private static final Comparator<ParetoPoint> ORDER =
      Comparator.comparingDouble(ParetoPoint::cost)
          .thenComparing(Comparator.comparingDouble(ParetoPoint::accuracy).reversed())
          .thenComparing(ParetoPoint::architecture);

  public ParetoPoint {
    if (!Double.isFinite(accuracy) || !Double.isFinite(cost)) {
      throw new IllegalArgumentException(
          "architecture %s has accuracy %s and cost %s; both must be finite"
              .formatted(architecture, accuracy, cost));
    }
  }

  /** Whether this is no worse in accuracy and cost, and better in one of them. */
  public boolean dominates(ParetoPoint other) {
    return accuracy >= other.accuracy
        && cost <= other.cost
        && (accuracy > other.accuracy || cost < other.cost);
  }

  @Override
  public int compareTo(ParetoPoint other) {
    return ORDER.compare(this, other);
  }
}
