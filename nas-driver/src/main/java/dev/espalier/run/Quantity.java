package dev.espalier.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a budget can limit, and the units in which a limit on it is written. */
public enum Quantity {
  /** Time for one image on the target, in microseconds. */
  LATENCY(List.of(new Unit("us", 1), new Unit("ms", 1000)), Bare.REFUSED, "150us or 0.2ms"),
  /** Multiply-accumulates for one image. */
  MACS(counts(), Bare.ALLOWED, "2M or 850k"),
  /** Trainable parameters. */
  PARAMETERS(counts(), Bare.ALLOWED, "300k or 1.2M");

  private static final Pattern AMOUNT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-zµ]*)");

  private record Unit(String symbol, double factor) {}

  /** Whether a number without a unit is understood: a count is its own unit. */
  private enum Bare {
    ALLOWED,
    REFUSED
  }

  private final List<Unit> units;
  private final Bare bare;
  private final String examples;

  Quantity(List<Unit> units, Bare bare, String examples) {
    this.units = units;
    this.bare = bare;
    this.examples = examples;
  }

  private static List<Unit> counts() {
    return List.of(new Unit("k", 1e3), new Unit("M", 1e6), new Unit("G", 1e9));
  }

  /** The key under which a request limits it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The keys of all quantities. */
  static List<String> keys() {
    return Arrays.stream(values()).map(Quantity::key).toList();
  }

  /**
   * Reads an amount with its unit, as in {@code 150us}.
   *
   * @return in microseconds, MACs or parameters; above zero
   * @throws IllegalArgumentException saying which units are allowed
   */
  public double parse(String text) {
    Matcher matcher = AMOUNT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "%s: '%s' is not an amount with a unit; write it as %s".formatted(key(), text, examples));
    }
    double factor = factor(matcher.group(2), text);
    double value = Double.parseDouble(matcher.group(1)) * factor;
    if (value <= 0 || Double.isInfinite(value)) {
      throw new IllegalArgumentException("%s: '%s' must be above 0".formatted(key(), text));
    }
    return value;
  }

  private double factor(String symbol, String text) {
    if (symbol.isEmpty()) {
      if (bare == Bare.ALLOWED) {
        return 1;
      }
      throw new IllegalArgumentException(
          "%s: '%s' has no unit; allowed units are %s, as in %s"
              .formatted(key(), text, symbols(), examples));
    }
    for (Unit unit : units) {
      if (unit.symbol.equals(symbol)) {
        return unit.factor;
      }
    }
    throw new IllegalArgumentException(
        "%s: '%s' is not a unit of %s; allowed units are %s, as in %s"
            .formatted(key(), symbol, key(), symbols(), examples));
  }

  private String symbols() {
    List<String> symbols = new ArrayList<>();
    for (Unit unit : units) {
      symbols.add(unit.symbol);
    }
    return String.join(", ", symbols);
  }

  /**
   * Writes an amount in its largest unit that keeps it at least 1: {@code 150us}, {@code 1.5ms},
   * {@code 2M}. At most three decimals.
   */
  public String format(double value) {
    Unit best = bare == Bare.ALLOWED ? new Unit("", 1) : units.get(0);
    for (Unit unit : units) {
      // A latency stays in microseconds up to ten milliseconds: tables and profiles speak them.
      double least = this == LATENCY ? 10 * unit.factor : unit.factor;
      if (unit.factor > best.factor && value >= least) {
        best = unit;
      }
    }
    String number = String.format(Locale.ROOT, "%.3f", value / best.factor);
    return number.replaceAll("\\.?0+$", "") + best.symbol;
  }
}
