package dev.espalier.pareto;

/**
 * The corner from which a hypervolume is measured: a point counts for what it is more accurate and
 * cheaper than this. Hypervolumes are comparable only under the same reference point.
 *
 * @param accuracy finite
 * @param cost finite, in the unit of the costs it is used with
 */
public record ReferencePoint(double accuracy, double cost) {
  public ReferencePoint {
    if (!Double.isFinite(accuracy) || !Double.isFinite(cost)) {
      throw new IllegalArgumentException(
          "reference point of accuracy %s and cost %s: both must be finite"
              .formatted(accuracy, cost));
    }
  }
}
