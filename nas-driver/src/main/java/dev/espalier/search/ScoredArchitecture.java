package dev.espalier.search;

import dev.espalier.pareto.ParetoPoint;
import dev.espalier.space.Architecture;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * An architecture with what is predicted of it on one target.
 *
 * @param architecture canonical
 * @param predictedAccuracy fraction of 1 as the engine's accuracy model predicts it, finite
 * @param costs predicted costs on the target, each in its quantity's unit
 */
public record ScoredArchitecture(
    Architecture architecture, double predictedAccuracy, Map<Quantity, Double> costs) {
  public ScoredArchitecture {
    if (!Double.isFinite(predictedAccuracy)) {
      throw new IllegalArgumentException(
          "architecture %s has predicted accuracy %s; the accuracy model must give finite numbers"
              .formatted(architecture, predictedAccuracy));
    }
    Map<Quantity, Double> copy = new EnumMap<>(Quantity.class);
    copy.putAll(costs);
    costs = Collections.unmodifiableMap(copy);
  }

  /**
   * A cost in its quantity's unit.
   *
   * @throws IllegalArgumentException if the target has no model of this quantity
   */
  public double cost(Quantity quantity) {
    Double cost = costs.get(quantity);
    if (cost == null) {
      throw new IllegalArgumentException(
          "architecture %s has no %s; it has %s"
              .formatted(architecture, quantity.label(), costs.keySet()));
    }
    return cost;
  }

  /** Its place in the plane of predicted accuracy and one cost. */
  public ParetoPoint point(Quantity quantity) {
    return new ParetoPoint(architecture, predictedAccuracy, cost(quantity));
  }
}
