package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.nightly.LockedException;
import dev.espalier.nightly.NightOutcome;
import dev.espalier.nightly.NightlyJob;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "rollback",
    description = {
      "Make an earlier night the latest again, by one rename. Nothing is removed. The models that are",
      "taken back are remembered: later nights do not deploy them again for the same target and budget",
      "unless the supernet or predictor changes, or they are rolled forward to.",
      ""
    },
    footer = {
      "",
      "Exit status: 0 done, 2 no such night, 3 a night works on the store.",
      "",
      "Examples:",
      "  ./espalier nightly rollback nightly.yaml                      the night before the latest",
      "  ./espalier nightly rollback nightly.yaml --to 20260331-020000"
    })
final class NightlyRollbackCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "CONFIG", description = "A YAML file.")
  private String config;

  @Option(
      names = "--to",
      paramLabel = "NIGHT",
      description = "A night, see nightly status. Default: the one before the latest.")
  private String to;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    NightlyJob job = NightlyCommand.job(TerminalProgress.onStandardError());
    NightlyJob.Rollback done;
    try {
      done = job.rollback(NightlyCommand.read(config), Optional.ofNullable(to));
    } catch (LockedException e) {
      spec.commandLine().getErr().println("espalier: " + e.getMessage());
      return NightOutcome.LOCKED.exitStatus();
    }
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(new String(Json.write(done), StandardCharsets.UTF_8));
    } else {
      out.println("the latest night is %s, and was %s".formatted(done.to(), done.from()));
      out.println("%d models differ%s".formatted(done.models().size(), list(done)));
    }
    out.flush();
    return ExitStatus.SUCCESS;
  }

  private static String list(NightlyJob.Rollback done) {
    return done.models().isEmpty()
        ? ""
        : ":\n  " + String.join("\n  ", done.models().stream().limit(40).toList());
  }
}
