package dev.espalier.nightly;

import dev.espalier.nightly.DriftReport.BudgetDrift;
import dev.espalier.nightly.DriftReport.Cause;
import dev.espalier.nightly.DriftReport.Fate;
import dev.espalier.nightly.DriftReport.ModelSummary;
import dev.espalier.nightly.DriftReport.Shift;
import dev.espalier.nightly.DriftReport.TargetDrift;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import java.util.List;
import java.util.Locale;

/** A drift report for people: in a terminal, and as Markdown. */
public final class DriftText {
  /** Budgets, or lines of causes, that a terminal is shown. */
  private static final int MOST_LINES = 40;

  /** Entries that are shown of one model. */
  private static final int MOST_CAUSES = 5;

  private static final String NONE = "-";

  private DriftText() {}

  /**
   * For a terminal: a line for each budget that was looked at, then which entries moved models.
   * Notes are left out: progress showed them.
   */
  public static String terminal(DriftReport report) {
    StringBuilder text = new StringBuilder();
    TextTable table =
        new TextTable(
            Column.words("target"),
            Column.words("budget"),
            Column.words("model"),
            Column.numbers("latency, predicted"),
            Column.numbers("accuracy"),
            Column.words("why"));
    int lines = 0;
    int left = 0;
    for (TargetDrift target : report.targets()) {
      if (target.budgets().isEmpty()) {
        table.row(
            target.target(), NONE, word(target.fate()), NONE, NONE, reasons(target.reasons()));
      }
      for (BudgetDrift budget : target.budgets()) {
        if (lines++ < MOST_LINES) {
          table.row(
              target.target(),
              budget.budget(),
              budget.decision().words(),
              latencies(budget),
              accuracies(budget),
              budget.reason());
        } else {
          left++;
        }
      }
    }
    if (!report.targets().isEmpty()) {
      text.append(table.render());
    }
    if (left > 0) {
      text.append("and %d more budgets; drift.md has them all%n".formatted(left));
    }
    causes(report, text);
    text.append(
        "night %s: %s; %d targets searched, %d carried over\n"
            .formatted(
                report.night(),
                report.outcome().words(),
                report.targets().stream().filter(t -> t.fate() == Fate.SEARCHED).count(),
                report.carried()));
    return text.toString();
  }

  private static void causes(DriftReport report, StringBuilder text) {
    int lines = 0;
    for (TargetDrift target : report.targets()) {
      for (BudgetDrift budget : target.budgets()) {
        Shift shift = budget.shift();
        if (shift == null || lines >= MOST_LINES) {
          continue;
        }
        lines++;
        text.append(
            "\n%s, %s: the model until tonight went from %s to %s by\n"
                .formatted(
                    target.target(),
                    budget.budget(),
                    micros(shift.beforeMicros()),
                    micros(shift.afterMicros())));
        for (Cause cause : shift.causes().stream().limit(MOST_CAUSES).toList()) {
          text.append("  ").append(words(cause)).append('\n');
          lines++;
        }
        text.append(rest(shift, "  "));
      }
    }
    if (lines > 0) {
      text.append('\n');
    }
  }

  private static String rest(Shift shift, String indent) {
    StringBuilder text = new StringBuilder();
    if (shift.causes().size() > MOST_CAUSES) {
      double rest =
          shift.causes().stream().skip(MOST_CAUSES).mapToDouble(Cause::contributionMicros).sum();
      text.append(indent)
          .append(
              "%s by %d more entries%n"
                  .formatted(signed(rest), shift.causes().size() - MOST_CAUSES));
    }
    if (Math.abs(shift.otherMicros()) >= 0.05) {
      text.append(indent)
          .append(
              "%s by no entry: sums are corrected otherwise%n"
                  .formatted(signed(shift.otherMicros())));
    }
    return text.toString();
  }

  private static String words(Cause cause) {
    return "%s  %s%s: %s to %s%s"
        .formatted(
            signed(cause.contributionMicros()),
            cause.entry(),
            cause.times() > 1 ? ", " + cause.times() + " times" : "",
            micros(cause.beforeMicros()),
            micros(cause.afterMicros()),
            switch (cause.extent()) {
              case "beyond-spread" -> ", beyond both deviations";
              case "within-spread" -> ", within both deviations";
              default -> ", deviations not known";
            });
  }

  /** As a document. */
  public static String markdown(DriftReport report) {
    StringBuilder text = new StringBuilder();
    text.append("# Night %s: %s\n\n".formatted(report.night(), report.outcome().words()));
    text.append(
        report.previous().isEmpty()
            ? "The first night.\n"
            : "Compared with night %s. ".formatted(report.previous()));
    text.append("%d targets did not change and were carried over.\n".formatted(report.carried()));
    for (String note : report.notes()) {
      text.append("\n> ").append(note).append('\n');
    }
    for (TargetDrift target : report.targets()) {
      target(target, text);
    }
    text.append(
        "\nLatencies are predicted from each target's tables; accuracies are measured from the model file where they say so, else predicted.\n");
    return text.toString();
  }

  private static void target(TargetDrift target, StringBuilder text) {
    text.append("\n## %s: %s\n\n".formatted(target.target(), word(target.fate())));
    text.append("Because: %s.\n".formatted(reasons(target.reasons())));
    if (target.hypervolumeAfter() != null) {
      text.append(
          "Front: %s points, hypervolume %s.\n"
              .formatted(
                  target.frontBefore() == null
                      ? target.frontAfter()
                      : target.frontBefore() + " to " + target.frontAfter(),
                  target.hypervolumeBefore() == null
                      ? four(target.hypervolumeAfter())
                      : four(target.hypervolumeBefore())
                          + " to "
                          + four(target.hypervolumeAfter())));
    }
    if (target.budgets().isEmpty()) {
      return;
    }
    text.append(
        "\n| budget | model | latency, predicted | accuracy | why |\n|---|---|---|---|---|\n");
    for (BudgetDrift budget : target.budgets()) {
      text.append(
          "| %s | %s | %s | %s | %s |\n"
              .formatted(
                  budget.budget(),
                  budget.decision().words(),
                  latencies(budget),
                  accuracies(budget),
                  cell(budget.reason())));
    }
    for (BudgetDrift budget : target.budgets()) {
      if (budget.shift() != null) {
        shift(budget, text);
      }
    }
  }

  private static void shift(BudgetDrift budget, StringBuilder text) {
    Shift shift = budget.shift();
    text.append(
        "\n%s, `%s` until tonight: %s by the tables of the night before, %s by tonight's.\n\n"
            .formatted(
                budget.budget(),
                budget.before().architecture(),
                micros(shift.beforeMicros()),
                micros(shift.afterMicros())));
    text.append(
        "| contribution | entry | times | before | after | moved |\n|---|---|---|---|---|---|\n");
    for (Cause cause : shift.causes()) {
      text.append(
          "| %s | `%s` | %d | %s | %s | %s |\n"
              .formatted(
                  signed(cause.contributionMicros()),
                  cell(cause.entry()),
                  cause.times(),
                  micros(cause.beforeMicros()),
                  micros(cause.afterMicros()),
                  cause.extent().replace('-', ' ')));
    }
    if (Math.abs(shift.otherMicros()) >= 0.05) {
      text.append(
          "| %s | no entry: sums are corrected otherwise | | | | |\n"
              .formatted(signed(shift.otherMicros())));
    }
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  private static String word(Fate fate) {
    return switch (fate) {
      case SEARCHED -> "searched";
      case REMOVED -> "no longer asked for";
      case FAILED -> "cannot be used";
    };
  }

  private static String reasons(List<String> reasons) {
    return String.join("; ", reasons);
  }

  /** The deployed model's latency before and after; under one model the tables moved it. */
  private static String latencies(BudgetDrift budget) {
    String after = budget.after() == null ? NONE : micros(budget.after().latencyMicros());
    return budget.before() == null
        ? after
        : micros(budget.before().latencyMicros()) + " to " + after;
  }

  private static String accuracies(BudgetDrift budget) {
    String after = accuracy(budget.after());
    String before = accuracy(budget.before());
    return budget.before() == null || before.equals(after) ? after : before + " to " + after;
  }

  private static String accuracy(ModelSummary model) {
    if (model == null) {
      return NONE;
    }
    return model.measuredAccuracy() == null
        ? percent(model.predictedAccuracy()) + " predicted"
        : percent(model.measuredAccuracy()) + " measured";
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  private static String four(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String micros(double micros) {
    return String.format(Locale.ROOT, "%.1f us", micros);
  }

  private static String signed(double micros) {
    return String.format(Locale.ROOT, "%+.1f us", micros);
  }
}
