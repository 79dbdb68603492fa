package dev.espalier.run;

import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Amounts of quantities as people write them: {@code 150us}, {@code 0.2ms}, {@code 2M}, {@code
 * 320KiB}. Of bytes, {@code KB} (or {@code kB}), {@code MB} and {@code GB} are powers of 1000,
 * {@code KiB}, {@code MiB} and {@code GiB} of 1024.
 */
public final class Amounts {
  private static final Pattern AMOUNT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-zµ]*)");
  private static final Map<String, Double> TIMES = units("us", 1, "ms", 1e3);
  private static final Map<String, Double> COUNTS = units("", 1, "k", 1e3, "M", 1e6, "G", 1e9);

  private static final Map<String, Double> BINARY =
      units("B", 1, "KiB", 0x1p10, "MiB", 0x1p20, "GiB", 0x1p30);
  private static final Map<String, Double> DECIMAL = units("B", 1, "KB", 1e3, "MB", 1e6, "GB", 1e9);
  private static final Map<String, Double> BYTES =
      units(
          "B", 1, "kB", 1e3, "KB", 1e3, "KiB", 0x1p10, "MB", 1e6, "MiB", 0x1p20, "GB", 1e9, "GiB",
          0x1p30);

  private Amounts() {}

  private static Map<String, Double> units(Object... symbolsAndFactors) {
    Map<String, Double> units = new LinkedHashMap<>();
    for (int i = 0; i < symbolsAndFactors.length; i += 2) {
      units.put((String) symbolsAndFactors[i], ((Number) symbolsAndFactors[i + 1]).doubleValue());
    }
    return units;
  }

  private static Map<String, Double> units(Quantity quantity) {
    return switch (quantity) {
      case LATENCY -> TIMES;
      case MACS, PARAMETERS -> COUNTS;
      case PEAK_MEMORY, WEIGHT_MEMORY -> BYTES;
    };
  }

  /** The units an amount is written in, ascending. */
  private static Map<String, Double> units(Quantity quantity, double value) {
    if (units(quantity) != BYTES) {
      return units(quantity);
    }
    return value % BINARY.get("KiB") == 0 ? BINARY : DECIMAL;
  }

  private static String examples(Quantity quantity) {
    return switch (quantity) {
      case LATENCY -> "150us or 0.2ms";
      case MACS -> "2M or 850k";
      case PARAMETERS -> "300k or 1.2M";
      case PEAK_MEMORY, WEIGHT_MEMORY -> "320KiB or 1MB";
    };
  }

  /** The keys under which a request limits quantities. */
  static List<String> keys() {
    return Arrays.stream(Quantity.values()).map(Quantity::label).toList();
  }

  /**
   * Reads an amount with its unit. Counts may do without one; times and bytes may not.
   *
   * @return in the quantity's unit, above zero
   * @throws IllegalArgumentException saying which units are allowed
   */
  public static double parse(Quantity quantity, String text) {
    Matcher matcher = AMOUNT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not an amount with a unit; write it as %s".formatted(text, examples(quantity)));
    }
    String symbol = matcher.group(2);
    Double factor = units(quantity).get(symbol);
    if (factor == null) {
      throw new IllegalArgumentException(
          "'%s' %s; allowed units are %s, as in %s"
              .formatted(
                  text,
                  symbol.isEmpty()
                      ? "has no unit"
                      : "has a unit that is not one of " + quantity.label(),
                  units(quantity).keySet().stream()
                      .filter(s -> !s.isEmpty())
                      .collect(Collectors.joining(", ")),
                  examples(quantity)));
    }
    double value = Double.parseDouble(matcher.group(1)) * factor;
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("'%s' must be above 0".formatted(text));
    }
    return value;
  }

  /**
   * Writes an amount so that {@link #parse} reads it back, but for rounding to three decimals: a
   * time in microseconds up to ten milliseconds, a count in its largest unit that keeps it at least
   * 1; so are bytes, in binary units where they are a multiple of 1024.
   */
  public static String format(Quantity quantity, double value) {
    String best = "";
    double factor = 0;
    for (Map.Entry<String, Double> unit : units(quantity, value).entrySet()) {
      // Tables and profiles speak microseconds, so a time stays in them longer.
      double least = quantity == Quantity.LATENCY ? 10 * unit.getValue() : unit.getValue();
      if (factor == 0 || value >= least) {
        best = unit.getKey();
        factor = unit.getValue();
      }
    }
    String number = String.format(Locale.ROOT, "%.3f", value / factor);
    return number.replaceAll("\\.?0+$", "") + best;
  }

  /** A budget named by its constraints, as in {@code latency-150us_macs-2M}. */
  static Budget budget(List<Constraint> constraints) {
    return new Budget(
        constraints.stream()
            .map(c -> c.quantity().label() + "-" + format(c.quantity(), c.limit()))
            .collect(Collectors.joining("_")),
        constraints);
  }
}
