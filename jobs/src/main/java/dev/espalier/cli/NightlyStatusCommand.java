package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.nightly.Deployed;
import dev.espalier.nightly.NightLog;
import dev.espalier.nightly.NightlyJob;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.run.Progress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "status",
    description = {
      "Show what nights there were, which is the latest, and which model each target has for each budget",
      "since when. Takes no lock and writes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier nightly status nightly.yaml",
      "  ./espalier nightly status nightly.yaml --json | jq .latest.night"
    })
final class NightlyStatusCommand implements Callable<Integer> {
  private static final int MOST_NIGHTS = 20;
  private static final int MOST_MODELS = 60;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "CONFIG", description = "A YAML file.")
  private String config;

  @Option(names = "--json", description = "Print JSON, of all nights and models.")
  private boolean json;

  @Override
  public Integer call() {
    NightlyJob.Status status =
        NightlyCommand.job(Progress.SILENT).status(NightlyCommand.read(config));
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(new String(Json.write(status), StandardCharsets.UTF_8));
      out.flush();
      return ExitStatus.SUCCESS;
    }
    status.notes().forEach(out::println);
    if (status.lockedBy() != null) {
      out.println("a night works now: " + status.lockedBy());
    }
    out.print(nights(status));
    if (status.state() != null) {
      out.println();
      out.print(models(status));
    }
    out.flush();
    return ExitStatus.SUCCESS;
  }

  private static String nights(NightlyJob.Status status) {
    TextTable table =
        new TextTable(
            Column.words("night"),
            Column.words(""),
            Column.words("outcome"),
            Column.numbers("searched"),
            Column.words("models"),
            Column.words("failed"),
            Column.numbers("seconds"));
    List<NightLog> all = status.nights();
    String latest = status.latest() == null ? "" : status.latest().night();
    for (NightLog log : all.subList(Math.max(0, all.size() - MOST_NIGHTS), all.size())) {
      table.row(
          log.night(),
          log.night().equals(latest) ? "latest" : log.published() ? "" : "log only",
          log.outcome().words(),
          String.valueOf(log.searched().size()),
          log.decisions().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .map(e -> e.getValue() + " " + e.getKey())
              .collect(Collectors.joining(", ")),
          String.join(", ", log.failed().keySet().stream().sorted().toList()),
          String.format(Locale.ROOT, "%.1f", log.seconds()));
    }
    String more =
        all.size() > MOST_NIGHTS
            ? "and %d nights before; --json has them all\n".formatted(all.size() - MOST_NIGHTS)
            : "";
    String rolledBack =
        status.latest() != null && status.latest().by().equals("rollback")
            ? "night %s was made the latest by a rollback at %s; the newest is %s\n"
                .formatted(latest, status.latest().at(), status.latest().newest())
            : "";
    return table.render() + more + rolledBack;
  }

  private static String models(NightlyJob.Status status) {
    TextTable table =
        new TextTable(
            Column.words("target"),
            Column.words("budget"),
            Column.words("since night"),
            Column.numbers("latency, predicted"),
            Column.numbers("accuracy"),
            Column.words("model"),
            Column.words("of the last decision"));
    int[] lines = {0};
    status
        .state()
        .targets()
        .forEach(
            (target, state) ->
                state
                    .budgets()
                    .forEach(
                        (budget, one) -> {
                          if (lines[0]++ < MOST_MODELS) {
                            Deployed model = one.deployed();
                            table.row(
                                target,
                                budget,
                                model == null ? "-" : model.night(),
                                model == null
                                    ? "-"
                                    : String.format(
                                        Locale.ROOT, "%.1f us", model.costs().get("latency")),
                                accuracy(model),
                                model == null
                                    ? "-"
                                    : model.file() == null
                                        ? model.architecture()
                                        : "nights/%s/run/%s".formatted(model.night(), model.file()),
                                one.decision().words());
                          }
                        }));
    return table.render()
        + (lines[0] > MOST_MODELS
            ? "and %d more; --json has them all\n".formatted(lines[0] - MOST_MODELS)
            : "");
  }

  private static String accuracy(Deployed model) {
    if (model == null) {
      return "-";
    }
    return model.measuredAccuracy() == null
        ? String.format(Locale.ROOT, "%.2f %% predicted", 100 * model.predictedAccuracy())
        : String.format(Locale.ROOT, "%.2f %% measured", 100 * model.measuredAccuracy());
  }
}
