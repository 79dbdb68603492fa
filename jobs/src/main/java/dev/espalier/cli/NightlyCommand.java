package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.nightly.DriftText;
import dev.espalier.nightly.LockedException;
import dev.espalier.nightly.NightOutcome;
import dev.espalier.nightly.NightlyConfig;
import dev.espalier.nightly.NightlyConfigReader;
import dev.espalier.nightly.NightlyJob;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.run.HostTimer;
import dev.espalier.run.Progress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "nightly",
    subcommands = {NightlyStatusCommand.class, NightlyRollbackCommand.class},
    description = {
      "Search a fleet night after night, each time as little as changed.",
      "",
      "What changed since the last night is decided by digests: of each target's profile, of the",
      "supernet or predictor, of what the request says of budgets, engine, seed and formats, and of the",
      "versions of Espalier and what it runs on. Targets that changed are searched again, from their",
      "last fronts and models where the engine has a population; the answers of the others are carried",
      "over. A model stays unless the new one is more accurate beyond noise, or it breaks its budget",
      "under tonight's tables or by verification; the reason is stated either way.",
      "",
      "Each night that changes something is a folder NIGHT of the store: its state, drift.md and",
      "drift.json (what moved, and by which entries of the tables), and run/, the search of the targets",
      "that changed. latest.json says which night is the latest and is switched by one rename. A night",
      "that is killed leaves the store as it was, and the next goes on where it ended.",
      "",
      "./espalier sql queries all nights.",
      ""
    },
    footer = {
      "",
      "Exit status, for alerts:",
      "   0  nothing changed; only a log was written",
      "   1  failed; the latest night is what it was, and what was finished is kept",
      "   2  bad input; nothing was written",
      "   3  another night works on the store; it is named",
      "  10  something changed, and every model stays",
      "  11  at least one model is new, replaced or gone",
      "  12  a person should look: a target cannot be used, a model breaks its budget and none replaces",
      "      it, or no candidate passed verification; the other targets are answered",
      "With --dry-run: 0 nothing would be searched, 10 something would be.",
      "",
      "Examples:",
      "  ./espalier nightly nightly.yaml",
      "  ./espalier nightly nightly.yaml --dry-run        what would be searched, and why",
      "  ./espalier nightly status nightly.yaml           what nights there were, and the models",
      "  ./espalier nightly rollback nightly.yaml         the night before is the latest again",
      "  jobs/nightly of the sources has a systemd timer, a crontab, an Airflow DAG and a Kubernetes",
      "  CronJob.",
      "",
      "A configuration:",
      "  request: fleet.yaml                  # a search request (see ./espalier search --help), or the",
      "                                       # request itself as an object; without output, evaluate",
      "  store: hdfs://host/espalier/nightly  # a folder of its own",
      "  keep: 30                             # nights; those that a kept one needs stay too",
      "  replace:",
      "    accuracy-noise: stated             # or points as in 0.3%: a gain up to this is none. stated:",
      "                                       # two standard deviations on the test images, or without",
      "                                       # a supernet what the predictor states of its error",
      "    latency-tolerance: 0%              # by which predicted latency may exceed a limit",
      "  lease: 15min                         # of the lock, where its process cannot be asked"
    })
final class NightlyCommand implements Callable<Integer> {
  private static final int MOST_LINES = 40;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "CONFIG", description = "A YAML file.")
  private String config;

  @Option(
      names = "--dry-run",
      description = "Say what would be searched and why; search and write nothing.")
  private boolean dryRun;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master. Default: local[*], or what spark-submit says.")
  private String master;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  /** Reads a configuration as all commands of nights do. */
  static NightlyConfig read(String file) {
    Storage storage = SearchJob.storage();
    return Inputs.load(() -> NightlyConfigReader.read(storage, new Path(file)));
  }

  /** A job of this machine. */
  static NightlyJob job(Progress progress) {
    return new NightlyJob(
        Home.ofSystem(),
        new HostTimer(HostMachine.read(), TimingPlan.STANDARD),
        VersionCommand.versions(),
        progress,
        Clock.systemUTC());
  }

  @Override
  public Integer call() {
    if (config == null) {
      throw new ParameterException(
          spec.commandLine(), "CONFIG is missing: a YAML file, as --help shows one");
    }
    if (master != null) {
      System.setProperty("spark.master", master);
    }
    NightlyConfig asked = read(config);
    NightlyJob job = job(TerminalProgress.onStandardError());
    if (dryRun) {
      return preview(job.preview(asked));
    }
    Interruption.advise(
        "The latest night is what it was; the next night takes over the lock and goes on with what is finished.");
    NightlyJob.Night night;
    try {
      night = job.run(asked);
    } catch (LockedException e) {
      spec.commandLine().getErr().println("espalier: " + e.getMessage());
      return NightOutcome.LOCKED.exitStatus();
    }
    print(
        json
            ? text(Map.of("log", night.log(), "drift", night.drift()))
            : DriftText.terminal(night.drift()));
    return night.log().outcome().exitStatus();
  }

  private int preview(NightlyJob.Preview preview) {
    boolean nothing = preview.search().isEmpty() && preview.removed().isEmpty();
    int status =
        nothing ? NightOutcome.NOTHING_CHANGED.exitStatus() : NightOutcome.ALL_KEPT.exitStatus();
    if (json) {
      print(text(preview));
      return status;
    }
    StringBuilder out = new StringBuilder();
    preview.notes().forEach(note -> out.append(note).append('\n'));
    Map<String, String> lines = new TreeMap<>();
    preview
        .search()
        .forEach((name, why) -> lines.put(name, "would be searched: " + String.join("; ", why)));
    preview.removed().forEach(name -> lines.put(name, "would go: the request names it no more"));
    preview.failed().forEach((name, why) -> lines.put(name, "cannot be used: " + why));
    if (!lines.isEmpty()) {
      TextTable table = new TextTable(Column.words("target"), Column.words("tonight"));
      lines.entrySet().stream().limit(MOST_LINES).forEach(e -> table.row(e.getKey(), e.getValue()));
      out.append(table.render());
    }
    if (lines.size() > MOST_LINES) {
      out.append("and %d more targets; --json has them all\n".formatted(lines.size() - MOST_LINES));
    }
    out.append(
        "%s; %d targets would be searched, %d carried over; nothing was written\n"
            .formatted(
                preview.latest().isEmpty()
                    ? "the first night"
                    : "the latest night is " + preview.latest(),
                preview.search().size(),
                preview.carried()));
    print(out.toString());
    return status;
  }

  private static String text(Object value) {
    return new String(Json.write(value), StandardCharsets.UTF_8);
  }

  private void print(String text) {
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
  }
}
