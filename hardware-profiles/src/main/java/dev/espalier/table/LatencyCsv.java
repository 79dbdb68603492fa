package dev.espalier.table;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The file {@code latency.csv}. */
final class LatencyCsv {
  private static final List<String> COLUMNS =
      TableCsv.columns(
          List.of(
              "kind",
              "input",
              "output",
              "kernel",
              "stride",
              "groups",
              "expansion_channels",
              "squeeze_channels",
              "activation",
              "shortcut",
              "precision"));

  private final TableCsv csv;

  LatencyCsv(String document) {
    this.csv = new TableCsv(document, COLUMNS, Set.of(TableCsv.MEDIAN));
  }

  static byte[] write(Map<Operator, LatencyEntry> entries) {
    // No value can hold a comma or a quote, so there is nothing to escape.
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    entries.forEach(
        (o, e) ->
            text.append(
                    String.join(
                        ",",
                        TableCsv.lower(o.kind()),
                        o.input().toString(),
                        o.output().toString(),
                        String.valueOf(o.kernel()),
                        String.valueOf(o.stride()),
                        String.valueOf(o.groups()),
                        String.valueOf(o.expansionChannels()),
                        String.valueOf(o.squeezeChannels()),
                        TableCsv.lower(o.activation()),
                        TableCsv.lower(o.shortcut()),
                        TableCsv.lower(o.precision()),
                        TableCsv.cells(e)))
                .append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  Map<Operator, LatencyEntry> read(byte[] bytes) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    Map<Operator, Integer> lines = new LinkedHashMap<>();
    csv.read(
        bytes,
        row -> {
          Operator operator = operator(row);
          LatencyEntry entry = row.entry();
          if (operator != null && entry != null) {
            Integer first = lines.putIfAbsent(operator, row.line());
            if (first != null) {
              csv.problem(
                  "line %d repeats line %d: operator %s".formatted(row.line(), first, operator));
            }
            entries.put(operator, entry);
          }
        });
    if (csv.sound() && entries.isEmpty()) {
      csv.problem("has a header but no operator");
    }
    csv.finish();
    return entries;
  }

  /** Null where a problem was noted. */
  private Operator operator(TableCsv.Row row) {
    OperatorKind kind = row.constant("kind", OperatorKind.class);
    TensorShape input = row.value("input", "HxWxC, as in 14x14x96", TensorShape::parse);
    TensorShape output = row.value("output", "HxWxC, as in 14x14x96", TensorShape::parse);
    Integer kernel = row.whole("kernel", 1);
    Integer stride = row.whole("stride", 1);
    Integer groups = row.whole("groups", 1);
    Integer expansion = row.whole("expansion_channels", 0);
    Integer squeeze = row.whole("squeeze_channels", 0);
    Activation activation = row.constant("activation", Activation.class);
    Shortcut shortcut = row.constant("shortcut", Shortcut.class);
    Precision precision = row.constant("precision", Precision.class);
    if (!row.sound()) {
      return null;
    }
    try {
      return new Operator(
          kind,
          input,
          output,
          kernel,
          stride,
          groups,
          expansion,
          squeeze,
          activation,
          shortcut,
          precision);
    } catch (IllegalArgumentException e) {
      csv.problem("line " + row.line() + ": " + e.getMessage());
      return null;
    }
  }
}
