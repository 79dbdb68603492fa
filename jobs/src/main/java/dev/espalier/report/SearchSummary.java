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
import dev.espalier.run.SearchResult;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.space.SearchSpace;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a person reads at the end of a search. */
public final class SearchSummary {
  /** Longer times are shown in milliseconds. */
  private static final double MOST_MICROS = 10_000;

  /** In place of the latency of a model that could not be timed. */
  private static final String NOT_HERE = "not here";

  private SearchSummary() {}

  /**
   * A line for each budget: what was asked, predicted and measured, and where the model is; then
   * the errors that the predictions are known to have.
   */
  public static String of(SearchResult result) {
    return (result.predictedOnly() ? predicted(result) : verified(result))
        + "\n"
        + sources(result)
        + "\n"
        + result.folder()
        + "\ndigest "
        + result.digest()
        + "\n";
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
          budget.target().target(),
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
            budget.target().target(),
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
            budget.target().target(),
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
            .append(budget.target().target())
            .append(":\n");
        budget.reasons().forEach(reason -> missing.append("  ").append(reason).append('\n'));
      }
    }
    return table.render() + missing;
  }

  /** Where the predictions come from and how good they were elsewhere. */
  private static String sources(SearchResult result) {
    StringBuilder text = new StringBuilder();
    result.budgets().stream()
        .map(BudgetResult::target)
        .distinct()
        .forEach(
            target ->
                text.append("latency on ")
                    .append(target.target())
                    .append(": ")
                    .append(target.claim().words())
                    .append("; operators ")
                    .append(
                        target.provenance().stream()
                            .map(Provenance::words)
                            .collect(Collectors.joining("; ")))
                    .append('\n'));
    if (notTimed(result)) {
      text.append(NOT_HERE)
          .append(": the device is not at hand; latency is predicted and was not measured\n");
    }
    if (result.budgets().stream()
        .anyMatch(b -> b.target().profile().precision() != Precision.FLOAT32)) {
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
