package dev.espalier.cli;

import dev.espalier.operator.Operator;
import dev.espalier.profile.Coverage;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What people and scripts are told of a latency table. */
final class TableText {
  private static final int MOST_OPERATORS = 10;
  private static final int MOST_ROWS = 30;

  private TableText() {}

  /** How many operators have a latency; any where a model says what the table does not. */
  static String operators(LatencyTable table) {
    return table.model().isPresent() ? "any" : String.valueOf(table.size());
  }

  /** The standard deviations as shares of their means, in words. */
  static String spread(LatencyTable table) {
    List<LatencyEntry> known =
        table.entries().values().stream()
            .filter(e -> e.stdMicros().isPresent() && e.meanMicros() > 0)
            .toList();
    long unknown = table.entries().values().stream().filter(e -> e.stdMicros().isEmpty()).count();
    if (known.isEmpty()) {
      return unknown == 0 ? "none" : "not known of %d operators".formatted(unknown);
    }
    double[] shares =
        known.stream()
            .mapToDouble(e -> e.stdMicros().orElseThrow() / e.meanMicros())
            .sorted()
            .toArray();
    return String.format(
        Locale.ROOT,
        "standard deviation %.1f %% of the mean in the median, %.1f %% at most%s",
        100 * shares[shares.length / 2],
        100 * shares[shares.length - 1],
        unknown == 0 ? "" : "; not known of %d operators".formatted(unknown));
  }

  /** Prints how much of a space a table covers, and what it lacks, in at most some forty lines. */
  static void print(PrintWriter out, String space, Coverage coverage) {
    Coverage.Part whole = coverage.whole();
    out.println(
        "space      %s: %d of %d operators".formatted(space, whole.covered(), whole.operators()));
    if (whole.complete()) {
      return;
    }
    List<Coverage.Part> complete =
        coverage.resolutions().stream().filter(Coverage.Part::complete).toList();
    if (!coverage.resolutions().isEmpty()) {
      out.println(
          "complete   %s (%d of %d resolutions)"
              .formatted(
                  complete.isEmpty() ? "none" : names(complete),
                  complete.size(),
                  coverage.resolutions().size()));
    }
    coverage.resolutions().stream()
        .filter(r -> !r.complete() && r.covered() > 0)
        .min(Comparator.comparingInt(r -> r.missing().size()))
        .ifPresent(nearest -> printMissing(out, nearest));
    TextTable table =
        new TextTable(
            Column.words("part"),
            Column.numbers("operators"),
            Column.numbers("missing"),
            Column.words("for example"));
    List<Coverage.Part> lacking =
        coverage.parts().stream().filter(part -> !part.complete()).toList();
    lacking.stream()
        .limit(MOST_ROWS)
        .forEach(
            part ->
                table.row(
                    part.name(),
                    String.valueOf(part.operators()),
                    String.valueOf(part.missing().size()),
                    part.missing().get(0).key()));
    out.println("missing over all resolutions:");
    out.print(table.render());
    if (lacking.size() > MOST_ROWS) {
      out.println("and " + (lacking.size() - MOST_ROWS) + " parts more");
    }
  }

  private static void printMissing(PrintWriter out, Coverage.Part nearest) {
    out.println(
        "nearest    %s, where %d of %d operators are missing:"
            .formatted(nearest.name(), nearest.missing().size(), nearest.operators()));
    nearest.missing().stream()
        .limit(MOST_OPERATORS)
        .forEach(operator -> out.println("             " + operator));
    if (nearest.missing().size() > MOST_OPERATORS) {
      out.println("             and " + (nearest.missing().size() - MOST_OPERATORS) + " more");
    }
  }

  private static String names(List<Coverage.Part> parts) {
    return String.join(", ", parts.stream().map(Coverage.Part::name).toList());
  }

  /** The same for scripts, with every operator that is missing. */
  static Map<String, Object> tree(String space, Coverage coverage) {
    return new TreeMap<>(
        Map.of(
            "space", space,
            "operators", coverage.whole().operators(),
            "covered", coverage.whole().covered(),
            "missing", coverage.whole().missing().stream().map(Operator::key).toList(),
            "completeResolutions",
                coverage.resolutions().stream()
                    .filter(Coverage.Part::complete)
                    .map(Coverage.Part::name)
                    .toList(),
            "incompleteResolutions",
                coverage.resolutions().stream()
                    .filter(r -> !r.complete())
                    .map(Coverage.Part::name)
                    .toList()));
  }
}
