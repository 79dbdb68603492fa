package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A device to search for: its cost models and its budgets.
 *
 * @param name unique within a problem
 * @param objective the quantity on the cost axis of the target's front
 * @param costs the cost models, all of one search space; {@code objective} is among them
 * @param budgets may be empty when only the front is wanted; they limit quantities in {@code costs}
 */
public record SearchTarget(
    String name, Quantity objective, Map<Quantity, AdditiveFunction> costs, List<Budget> budgets) {
  public SearchTarget {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a search target needs a name");
    }
    Map<Quantity, AdditiveFunction> copy = new EnumMap<>(Quantity.class);
    copy.putAll(costs);
    costs = Collections.unmodifiableMap(copy);
    budgets = List.copyOf(budgets);
    if (!costs.containsKey(objective)) {
      throw new IllegalArgumentException(
          "target %s: its front is over %s, but it has cost models for %s only"
              .formatted(name, objective.label(), costs.keySet()));
    }
    Set<String> names = new HashSet<>();
    for (Budget budget : budgets) {
      if (!names.add(budget.name())) {
        throw new IllegalArgumentException(
            "target %s has two budgets named %s".formatted(name, budget.name()));
      }
      for (Constraint constraint : budget.constraints()) {
        if (!costs.containsKey(constraint.quantity())) {
          throw new IllegalArgumentException(
              "target %s, budget %s: no cost model for %s; there are models for %s"
                  .formatted(name, budget.name(), constraint.quantity().label(), costs.keySet()));
        }
      }
    }
  }

  /** Combines a predicted accuracy with this target's costs. */
  public ScoredArchitecture score(Architecture architecture, double predictedAccuracy) {
    byte[] code = architecture.toBytes();
    Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
    costs.forEach((quantity, function) -> values.put(quantity, function.at(code, 0)));
    return new ScoredArchitecture(architecture, predictedAccuracy, values);
  }
}
