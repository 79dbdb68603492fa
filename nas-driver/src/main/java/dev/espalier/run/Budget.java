package dev.espalier.run;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Limits that one model has to respect together.
 *
 * @param limits at least one, one per quantity, in the order of {@link Quantity}
 */
public record Budget(List<Limit> limits) {
  public Budget {
    limits = limits.stream().sorted(Comparator.comparing(Limit::quantity)).toList();
    EnumSet<Quantity> seen = EnumSet.noneOf(Quantity.class);
    for (Limit limit : limits) {
      if (!seen.add(limit.quantity())) {
        throw new IllegalArgumentException("a budget limits " + limit.quantity().key() + " twice");
      }
    }
    if (limits.isEmpty()) {
      throw new IllegalArgumentException(
          "a budget limits nothing; it can limit " + Quantity.keys());
    }
  }

  /** The limit on one quantity, if there is one. */
  public OptionalDouble limit(Quantity quantity) {
    return limits.stream()
        .filter(l -> l.quantity() == quantity)
        .mapToDouble(Limit::value)
        .findFirst();
  }

  /**
   * A name for folders and tables, unique among different budgets: {@code latency-150us_macs-2M}.
   */
  public String name() {
    return limits.stream()
        .map(l -> l.quantity().key() + "-" + l.quantity().format(l.value()))
        .collect(Collectors.joining("_"));
  }

  @Override
  public String toString() {
    return limits.stream().map(Limit::toString).collect(Collectors.joining(", "));
  }
}
