package dev.espalier.search;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** What an architecture costs; less is better. */
public enum Quantity {
  /** Time for one inference, microseconds. */
  LATENCY("latency", "µs"),
  /** Multiply-accumulates for one input. */
  MACS("macs", "MACs"),
  /** Trainable parameters. */
  PARAMETERS("parameters", "parameters"),
  /** Bytes of activations alive at once for one input: the largest over the network's operators. */
  PEAK_MEMORY("peak-memory", "bytes"),
  /** Bytes of weights and biases. */
  WEIGHT_MEMORY("weight-memory", "bytes");

  private final String label;
  private final String unit;

  Quantity(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  /** The word for it in messages and tables. */
  public String label() {
    return label;
  }

  /** The unit of its values. */
  public String unit() {
    return unit;
  }

  /** A value with its unit, to six digits, as in {@code 812.5 µs}. */
  public String format(double value) {
    return format(value, RoundingMode.HALF_EVEN);
  }

  /**
   * As {@link #format}, but never less than the value: a limit of what it says admits the value.
   */
  public String formatAtLeast(double value) {
    return format(value, RoundingMode.CEILING);
  }

  private String format(double value, RoundingMode rounding) {
    BigDecimal exact = new BigDecimal(value);
    BigDecimal shown =
        value == Math.rint(value) ? exact : exact.round(new MathContext(6, rounding));
    return shown.stripTrailingZeros().toPlainString() + " " + unit;
  }
}
