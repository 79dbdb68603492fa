package dev.espalier.search;

import java.util.Objects;

/**
 * A quantity that may not exceed a limit.
 *
 * @param quantity what is limited
 * @param limit the largest value allowed, in the quantity's unit; positive and finite
 */
public record Constraint(Quantity quantity, double limit) {
  public Constraint {
    Objects.requireNonNull(quantity, "quantity");
    if (!(limit > 0) || !Double.isFinite(limit)) {
      throw new IllegalArgumentException(
          "a limit on %s must be a positive number of %s, found %s"
              .formatted(quantity.label(), quantity.unit(), limit));
    }
  }

  /** Whether a value is within the limit. */
  public boolean admits(double value) {
    return value <= limit;
  }

  @Override
  public String toString() {
    return quantity.label() + " ≤ " + quantity.format(limit);
  }
}
