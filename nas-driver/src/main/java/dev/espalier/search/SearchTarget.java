package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SlotFunction;
import java.io.Serializable;
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
 * @param objective the quantity on the cost axis of the target's front; its model is a sum
 * @param costs the cost models, all of one search space; {@code objective} is among them
 * @param budgets may be empty when only the front is wanted; they limit quantities in {@code
 *     costs}, and are {@linkplain Budget#within within} the limits
 * @param limits that every candidate and every point of the front respects: what the device has
 */
public record SearchTarget(
    String name,
    Quantity objective,
    Map<Quantity, SlotFunction> costs,
    List<Budget> budgets,
    List<Constraint> limits)
    implements Serializable {
  public SearchTarget {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a search target needs a name");
    }
    Map<Quantity, SlotFunction> copy = new EnumMap<>(Quantity.class);
    copy.putAll(costs);
    costs = Collections.unmodifiableMap(copy);
    List<Constraint> known = List.copyOf(limits);
    limits = known;
    budgets = budgets.stream().map(budget -> budget.within(known)).toList();
    if (!costs.containsKey(objective)) {
      throw new IllegalArgumentException(
          "target %s: its front is over %s, but it has cost models for %s only"
              .formatted(name, objective.label(), costs.keySet()));
    }
    if (!(costs.get(objective) instanceof AdditiveFunction)) {
      throw new IllegalArgumentException(
          "target %s: its front is over %s, which is no sum over operators; limit it, and take the front over another quantity"
              .formatted(name, objective.label()));
    }
    for (Constraint limit : limits) {
      requireModel(costs, limit, "target " + name);
    }
    Set<String> names = new HashSet<>();
    for (Budget budget : budgets) {
      if (!names.add(budget.name())) {
        throw new IllegalArgumentException(
            "target %s has two budgets named %s".formatted(name, budget.name()));
      }
      for (Constraint constraint : budget.constraints()) {
        requireModel(costs, constraint, "target " + name + ", budget " + budget.name());
      }
    }
  }

  /** A target that limits nothing but by its budgets. */
  public SearchTarget(
      String name,
      Quantity objective,
      Map<Quantity, ? extends SlotFunction> costs,
      List<Budget> budgets) {
    this(name, objective, Collections.unmodifiableMap(costs), budgets, List.of());
  }

  private static void requireModel(
      Map<Quantity, SlotFunction> costs, Constraint constraint, String what) {
    if (!costs.containsKey(constraint.quantity())) {
      throw new IllegalArgumentException(
          "%s: no cost model for %s; there are models for %s"
              .formatted(what, constraint.quantity().label(), costs.keySet()));
    }
  }

  /** The same target with other budgets. */
  SearchTarget withBudgets(List<Budget> others) {
    return new SearchTarget(name, objective, costs, others, limits);
  }

  /** The model of the quantity on the cost axis. */
  AdditiveFunction objectiveCost() {
    return (AdditiveFunction) costs.get(objective);
  }

  /**
   * The quantity that breaks ties between equally accurate candidates of a budget, less being
   * better: the first that was asked for and is a sum, or the front's where there is none. Memory
   * below a wall is worth nothing.
   */
  public Quantity tieBreaker(Budget budget) {
    return budget.constraints().stream()
        .filter(c -> c.asked() && costs.get(c.quantity()) instanceof AdditiveFunction)
        .map(Constraint::quantity)
        .findFirst()
        .orElse(objective);
  }

  /** Whether a code is within the target's limits. */
  boolean fits(byte[] codes, int offset) {
    return limits.stream().allMatch(c -> c.admits(costs.get(c.quantity()).at(codes, offset)));
  }

  /** Combines a predicted accuracy with this target's costs. */
  public ScoredArchitecture score(Architecture architecture, double predictedAccuracy) {
    byte[] code = architecture.toBytes();
    Map<Quantity, Double> values = new EnumMap<>(Quantity.class);
    costs.forEach((quantity, function) -> values.put(quantity, function.at(code, 0)));
    return new ScoredArchitecture(architecture, predictedAccuracy, values);
  }
}
