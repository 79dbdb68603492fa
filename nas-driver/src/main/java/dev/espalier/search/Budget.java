package dev.espalier.search;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Limits that an architecture must respect all together.
 *
 * @param name unique within its target
 * @param constraints at least one, each on another quantity; {@link SearchTarget#tieBreaker} says
 *     which of them breaks ties between equally accurate candidates
 */
public record Budget(String name, List<Constraint> constraints) implements Serializable {
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

  /**
   * The same budget within limits that hold whatever is asked. They come first; of two constraints
   * on one quantity the tighter stays, of equal ones that which was asked.
   */
  public Budget within(List<Constraint> limits) {
    List<Constraint> all = new ArrayList<>();
    for (Constraint limit : limits) {
      if (constraints.stream().noneMatch(asked -> implies(asked, limit))) {
        all.add(limit);
      }
    }
    for (Constraint asked : constraints) {
      if (all.stream().noneMatch(limit -> implies(limit, asked))) {
        all.add(asked);
      }
    }
    return new Budget(name, all);
  }

  private static boolean implies(Constraint one, Constraint other) {
    return one.quantity() == other.quantity() && one.limit() <= other.limit();
  }

  /** Whether a scored architecture respects every constraint. */
  public boolean admits(ScoredArchitecture scored) {
    return constraints.stream().allMatch(c -> c.admits(scored.cost(c.quantity())));
  }
}
