package dev.espalier.importer;

/** The unit in which a file states latencies. */
public enum LatencyUnit {
  US(1),
  MS(1_000),
  S(1_000_000);

  private final double micros;

  LatencyUnit(double micros) {
    this.micros = micros;
  }

  /** Microseconds of so many of this unit. */
  public double toMicros(double value) {
    return value * micros;
  }
}
