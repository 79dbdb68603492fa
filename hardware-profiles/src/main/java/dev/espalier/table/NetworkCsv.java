package dev.espalier.table;

import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The file {@code networks.csv}. */
final class NetworkCsv {
  private static final String ARCHITECTURE = "architecture";
  private static final List<String> COLUMNS = TableCsv.columns(List.of(ARCHITECTURE));

  private final SearchSpace space;
  private final TableCsv csv;

  NetworkCsv(SearchSpace space, String document) {
    this.space = space;
    this.csv =
        new TableCsv(document, COLUMNS, Set.of(TableCsv.STD, TableCsv.MEDIAN, TableCsv.SAMPLES));
  }

  static byte[] write(SearchSpace space, Map<Architecture, LatencyEntry> entries) {
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    entries.forEach(
        (architecture, entry) ->
            text.append(quoted(space.format(architecture)))
                .append(',')
                .append(TableCsv.cells(entry))
                .append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String quoted(String text) {
    return text.contains(",") || text.contains("\"")
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }

  Map<Architecture, LatencyEntry> read(byte[] bytes) {
    Map<Architecture, LatencyEntry> entries = new TreeMap<>();
    Map<Architecture, Integer> lines = new HashMap<>();
    csv.read(
        bytes,
        row -> {
          Architecture architecture = architecture(row);
          LatencyEntry entry = row.entry();
          if (architecture != null && entry != null) {
            Integer first = lines.putIfAbsent(architecture, row.line());
            if (first != null) {
              csv.problem(
                  "line %d repeats line %d: architecture %s"
                      .formatted(row.line(), first, space.format(architecture)));
            }
            if (!(entry.micros() > 0)) {
              csv.problem(
                  "line %d: %s us is not above 0, and a network takes time"
                      .formatted(row.line(), entry.micros()));
            }
            entries.put(architecture, entry);
          }
        });
    if (csv.sound() && entries.isEmpty()) {
      csv.problem("has a header but no network");
    }
    if (entries.size() > NetworkTable.MOST) {
      csv.problem(NetworkTable.tooMany(entries.size()));
    }
    csv.finish();
    return entries;
  }

  /** Null where a problem was noted. */
  private Architecture architecture(TableCsv.Row row) {
    try {
      return space.parse(row.text(ARCHITECTURE));
    } catch (IllegalArgumentException e) {
      csv.problem("line %d, column %s: %s".formatted(row.line(), ARCHITECTURE, e.getMessage()));
      return null;
    }
  }
}
