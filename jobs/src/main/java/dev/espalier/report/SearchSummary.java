package dev.espalier.report;

import dev.espalier.document.Fields;
import dev.espalier.measurement.Samples;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Provenance;
import dev.espalier.report.TextTable.Column;
import dev.espalier.run.Amounts;
import dev.espalier.run.Attempt;
import dev.espalier.run.BudgetResult;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.InfeasibleBudget;
import dev.espalier.run.SearchResult;
import dev.espalier.run.Target;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.space.SearchSpace;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What a person reads at the end of a search. */
public final class SearchSummary {
  /** Longer times are shown in milliseconds. */
  private static final double MOST_MICROS = 10_000;

  /** In place of the latency of a model that could not be timed. */
  private static final String NOT_HERE = "not here";

  private SearchSummary() {}

  /** More budgets than fit a screen are summed up by target. */
  private static final int MOST_BUDGETS = 60;

  /** Targets of one source that are named. */
  private static final int MOST_NAMES = 5;

  /** Lines about targets, infeasible budgets or failures that are printed at most. */
  private static final int MOST_LINES = 40;

  /**
   * A line for each budget, or where there are many for each target: what was asked, predicted and
   * measured, and where the model is; what cannot be met, and what failed; then the errors that the
   * predictions are known to have.
   */
  public static String of(SearchResult result) {
    String answers =
        result.budgets().size() > MOST_BUDGETS
            ? fleet(result)
            : result.predictedOnly() ? predicted(result) : verified(result);
    return answers
        + lines(
            "Cannot be met", result.infeasible().stream().map(InfeasibleBudget::message).toList())
        + lines(
            "Failed",
            result.failed().stream().map(f -> "target " + f.name() + ": " + f.reason()).toList())
        + "\n"
        + sources(result)
        + "\n"
        + result.folder()
        + "/"
        + RunReport.FILE
        + "\ndigest "
        + result.digest()
        + "\n";
  }

  private static String lines(String heading, List<String> lines) {
    if (lines.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder("\n").append(heading).append(":\n");
    lines.stream().limit(MOST_LINES).forEach(line -> text.append("  ").append(line).append('\n'));
    if (lines.size() > MOST_LINES) {
      text.append(
          "  and %d more; run.json and selections.parquet have them all\n"
              .formatted(lines.size() - MOST_LINES));
    }
    return text.toString();
  }

  /** A line for each target. */
  private static String fleet(SearchResult result) {
    TextTable table =
        new TextTable(
            Column.words("target"),
            Column.numbers("budgets"),
            Column.numbers("answered"),
            Column.numbers("cannot be met"),
            Column.numbers("latency, predicted"),
            Column.numbers("accuracy, predicted"));
    Map<Target, List<BudgetResult>> byTarget =
        result.budgets().stream()
            .collect(
                Collectors.groupingBy(
                    BudgetResult::target, LinkedHashMap::new, Collectors.toList()));
    Map<Target, Long> infeasible =
        result.infeasible().stream()
            .collect(Collectors.groupingBy(InfeasibleBudget::target, Collectors.counting()));
    byTarget.entrySet().stream()
        .limit(MOST_LINES)
        .forEach(
            entry -> {
              List<BudgetResult> budgets = entry.getValue();
              long unmet = infeasible.getOrDefault(entry.getKey(), 0L);
              List<ScoredArchitecture> answers =
                  budgets.stream()
                      .filter(b -> b.predictedOnly() || b.published().isPresent())
                      .map(b -> b.published().orElse(b.attempts().get(0)).candidate())
                      .toList();
              table.row(
                  entry.getKey().name(),
                  Long.toString(budgets.size() + unmet),
                  Integer.toString(answers.size()),
                  Long.toString(unmet),
                  range(answers, a -> a.cost(Quantity.LATENCY), SearchSummary::micros),
                  range(answers, ScoredArchitecture::predictedAccuracy, SearchSummary::percent));
            });
    String more =
        byTarget.size() > MOST_LINES
            ? "and %d more targets; selections.parquet has every budget of all\n"
                .formatted(byTarget.size() - MOST_LINES)
            : "selections.parquet has every budget\n";
    return table.render() + more;
  }

  private static String range(
      List<ScoredArchitecture> answers,
      ToDoubleFunction<ScoredArchitecture> value,
      DoubleFunction<String> format) {
    DoubleSummaryStatistics all = answers.stream().mapToDouble(value).summaryStatistics();
    return answers.isEmpty()
        ? "-"
        : format.apply(all.getMin()) + " to " + format.apply(all.getMax());
  }

  /** The best candidate of every budget. */
  private static String predicted(SearchResult result) {
    SearchSpace space = result.accuracy().space();
    TextTable table =
        new TextTable(
            Column.words("target"),
            Column.words("budget"),
            Column.numbers("latency, predicted"),
            Column.words("from operators"),
            Column.numbers("accuracy, predicted"),
            Column.numbers("MACs"),
            Column.numbers("peak memory"),
            Column.numbers("weights"),
            Column.words("architecture"));
    for (BudgetResult budget : result.budgets()) {
      ScoredArchitecture best = budget.attempts().get(0).candidate();
      table.row(
          budget.target().name(),
          budget.budget().name(),
          micros(best.cost(Quantity.LATENCY)),
          origins(budget),
          percent(best.predictedAccuracy()),
          Amounts.format(Quantity.MACS, best.cost(Quantity.MACS)),
          bytes(best, Quantity.PEAK_MEMORY),
          bytes(best, Quantity.WEIGHT_MEMORY),
          space.format(best.architecture()));
    }
    return table.render();
  }

  /** What was published for every budget, and why nothing was. */
  private static String verified(SearchResult result) {
    TextTable table =
        new TextTable(
            Column.words("target"),
            Column.words("budget"),
            Column.numbers("latency, predicted"),
            Column.words("from operators"),
            Column.numbers("measured"),
            Column.numbers("accuracy, predicted"),
            Column.numbers("measured"),
            Column.numbers("peak memory"),
            Column.numbers("weights"),
            Column.numbers("size"),
            Column.words("model"));
    StringBuilder missing = new StringBuilder();
    for (BudgetResult budget : result.budgets()) {
      Optional<Attempt> published = budget.published();
      if (published.isPresent()) {
        Attempt attempt = published.get();
        EmittedSubnet emitted = attempt.emitted().orElseThrow();
        table.row(
            budget.target().name(),
            budget.budget().name(),
            micros(attempt.candidate().cost(Quantity.LATENCY)),
            origins(budget),
            attempt
                .measuredMicros()
                .map(Samples::median)
                .map(SearchSummary::micros)
                .orElse(NOT_HERE),
            percent(attempt.candidate().predictedAccuracy()),
            percent(emitted.measuredAccuracy()),
            bytes(attempt.candidate(), Quantity.PEAK_MEMORY),
            bytes(attempt.candidate(), Quantity.WEIGHT_MEMORY),
            kilobytes(emitted.size()),
            budget.folder());
      } else {
        table.row(
            budget.target().name(),
            budget.budget().name(),
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "-",
            "none");
        missing
            .append("\nNo model for ")
            .append(budget.budget().name())
            .append(" on ")
            .append(budget.target().name())
            .append(":\n");
        budget.reasons().forEach(reason -> missing.append("  ").append(reason).append('\n'));
      }
    }
    return table.render() + missing;
  }

  /** Where the predictions come from and how good they were elsewhere. */
  private static String sources(SearchResult result) {
    StringBuilder text = new StringBuilder();
    Map<String, List<String>> targets =
        result.budgets().stream()
            .map(BudgetResult::target)
            .distinct()
            .collect(
                Collectors.groupingBy(
                    SearchSummary::source,
                    LinkedHashMap::new,
                    Collectors.mapping(Target::name, Collectors.toList())));
    targets.entrySet().stream()
        .limit(MOST_LINES)
        .forEach(
            entry ->
                text.append("latency on ")
                    .append(
                        entry.getValue().size() > MOST_NAMES
                            ? entry.getValue().size() + " targets"
                            : String.join(", ", entry.getValue()))
                    .append(": ")
                    .append(entry.getKey())
                    .append('\n'));
    if (targets.size() > MOST_LINES) {
      text.append("and so on: run.json says of each target where its latencies come from\n");
    }
    if (notTimed(result)) {
      text.append(NOT_HERE)
          .append(": the device is not at hand; latency is predicted and was not measured\n");
    }
    if (result.budgets().stream()
        .anyMatch(b -> b.target().description().precision() != Precision.FLOAT32)) {
      text.append(
          "latency, peak memory and weights are in the precision of each profile; model files, their sizes and accuracies are float32\n");
    }
    return text.append("accuracy predicted by ")
        .append(result.accuracy().kind())
        .append(": ")
        .append(result.accuracy().errorWords())
        .append(
            result.predictedOnly()
                ? "; nothing was built or measured: the search had no supernet\n"
                : "; measured from the model file on the test images\n")
        .toString();
  }

  private static String source(Target target) {
    return target.claim().words()
        + "; operators "
        + target.provenance().stream().map(Provenance::words).collect(Collectors.joining("; "));
  }

  private static boolean notTimed(SearchResult result) {
    return result.budgets().stream()
        .flatMap(budget -> budget.published().stream())
        .anyMatch(attempt -> attempt.measuredMicros().isEmpty());
  }

  private static String micros(double micros) {
    return micros < MOST_MICROS
        ? String.format(Locale.ROOT, "%.1f us", micros)
        : String.format(Locale.ROOT, "%.3f ms", micros / 1000);
  }

  /** Where the numbers come from that a latency was predicted from, as in {@code modelled}. */
  private static String origins(BudgetResult budget) {
    return budget.target().provenance().stream()
        .map(p -> Fields.word(p.origin()))
        .collect(Collectors.joining(", "));
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  /** Memory in thousands of bytes, or a dash where it is not known. */
  private static String bytes(ScoredArchitecture scored, Quantity quantity) {
    Double bytes = scored.costs().get(quantity);
    return bytes == null ? "-" : kilobytes(bytes);
  }

  private static String kilobytes(double bytes) {
    return String.format(Locale.ROOT, "%.0f kB", bytes / 1000.0);
  }
}
