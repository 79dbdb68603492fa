package dev.espalier.run;

/**
 * The most that a model may cost in one respect.
 *
 * @param quantity what is limited
 * @param value in microseconds, MACs or parameters; above zero, inclusive
 */
public record Limit(Quantity quantity, double value) {
  public Limit {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "limit on " + quantity.key() + ": " + value + " must be above 0");
    }
  }

  @Override
  public String toString() {
    return quantity.key() + " <= " + quantity.format(value);
  }
}
