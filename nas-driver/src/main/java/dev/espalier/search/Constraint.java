package dev.espalier.search;

import java.io.Serializable;
import java.util.Objects;

/**
 * A quantity that may not exceed a limit.
 *
 * @param quantity what is limited
 * @param limit the largest value allowed, in the quantity's unit; positive and finite
 * @param origin what sets the limit where no request does, as in {@code sram of profile m4}; else
 *     empty
 */
public record Constraint(Quantity quantity, double limit, String origin) implements Serializable {
  public Constraint {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(quantity, "quantity");
    if (!(limit > 0) || !Double.isFinite(limit)) {
      throw new IllegalArgumentException(
          "a limit on %s must be a positive number of %s, found %s"
              .formatted(quantity.label(), quantity.unit(), limit));
    }
  }

  /** A limit that is asked for. */
  public Constraint(Quantity quantity, double limit) {
    this(quantity, limit, "");
  }

  /** Whether the limit is asked for, and not what a device has. */
  public boolean asked() {
    return origin.isEmpty();
  }

  /** Whether a value is within the limit. */
  public boolean admits(double value) {
    return value <= limit;
  }

  @Override
  public String toString() {
    String words = quantity.label() + " ≤ " + quantity.format(limit);
    return asked() ? words : words + " (" + origin + ")";
  }
}
