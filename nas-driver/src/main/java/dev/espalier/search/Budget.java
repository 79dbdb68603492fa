package dev.espalier.search;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Limits that an architecture must respect all together.
 *
 * @param name unique within its target
 * @param constraints at least one, each on another quantity; the first one's quantity breaks ties
 *     between equally accurate candidates
 */
public record Budget(String name, List<Constraint> constraints) {
  public Budget {
    constraints = List.copyOf(constraints);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a budget of " + constraints + " needs a name");
    }
    if (constraints.isEmpty()) {
      throw new IllegalArgumentException(
          "budget " + name + " limits nothing; give it at least one constraint");
    }
    Set<Quantity> seen = EnumSet.noneOf(Quantity.class);
    for (Constraint constraint : constraints) {
      if (!seen.add(constraint.quantity())) {
        throw new IllegalArgumentException(
            "budget %s limits %s twice: %s"
                .formatted(name, constraint.quantity().label(), constraints));
      }
    }
  }

  /** A budget of one constraint. */
  public static Budget atMost(String name, Quantity quantity, double limit) {
    return new Budget(name, List.of(new Constraint(quantity, limit)));
  }

  /** The quantity of the first constraint. */
  public Quantity quantity() {
    return constraints.get(0).quantity();
  }

  /** Whether a scored architecture respects every constraint. */
  public boolean admits(ScoredArchitecture scored) {
    return constraints.stream().allMatch(c -> c.admits(scored.cost(c.quantity())));
  }
}
