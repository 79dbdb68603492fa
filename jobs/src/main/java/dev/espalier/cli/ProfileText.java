package dev.espalier.cli;

import dev.espalier.document.Fields;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.review.CostSummary;
import dev.espalier.review.Steps;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Draws what a person looks at in a profile. */
final class ProfileText {
  private static final int WIDTH = 40;
  private static final int MOST_STEPS = 10;

  private ProfileText() {}

  /**
   * Draws costs: {@code #} up to the median, {@code -} on to the most, on one scale from 0.
   *
   * @param what the rows are of, as in {@code stage}
   */
  static void print(PrintWriter out, String what, CostSummary costs) {
    double most = costs.rows().stream().mapToDouble(CostSummary.Row::mostMicros).max().orElse(0);
    TextTable table =
        new TextTable(
            Column.words(what),
            Column.numbers("kernel"),
            Column.numbers("operators"),
            Column.numbers("least us"),
            Column.numbers("median us"),
            Column.numbers("most us"),
            Column.words("# to the median, - to the most"));
    String last = "";
    for (CostSummary.Row row : costs.rows()) {
      table.row(
          row.part().equals(last) ? "" : row.part(),
          String.valueOf(row.kernel()),
          String.valueOf(row.operators()),
          micros(row.leastMicros()),
          micros(row.medianMicros()),
          micros(row.mostMicros()),
          bar(row, most));
      last = row.part();
    }
    out.println("cost of one operator:");
    out.print(table.render());
  }

  private static String bar(CostSummary.Row row, double most) {
    if (!(most > 0)) {
      return "";
    }
    int median = (int) Math.round(WIDTH * row.medianMicros() / most);
    int end = (int) Math.round(WIDTH * row.mostMicros() / most);
    return "#".repeat(median) + "-".repeat(end - median);
  }

  /** Lists steps where a larger operator is faster. */
  static void print(PrintWriter out, Steps steps) {
    List<Steps.Step> suspicious = steps.suspicious();
    if (suspicious.isEmpty()) {
      out.println(
          "suspicious none of %d steps from one operator to the next larger one"
              .formatted(steps.steps()));
      return;
    }
    out.println(
        "suspicious %d of %d steps, where the larger operator is faster by more than 5 %% and both deviations:"
            .formatted(suspicious.size(), steps.steps()));
    suspicious.stream()
        .limit(MOST_STEPS)
        .forEach(
            step ->
                out.println(
                    "             %s %s takes %s to %s us: %s"
                        .formatted(
                            Fields.word(step.dimension()).replace('-', ' '),
                            step.values(),
                            micros(step.smallerMicros()),
                            micros(step.largerMicros()),
                            step.larger())));
    if (suspicious.size() > MOST_STEPS) {
      out.println("             and " + (suspicious.size() - MOST_STEPS) + " more");
    }
  }

  private static String micros(double micros) {
    return String.format(Locale.ROOT, micros < 100 ? "%.2f" : "%.0f", micros);
  }
}
