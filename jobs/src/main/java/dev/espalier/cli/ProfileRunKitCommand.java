package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.job.KitJob;
import dev.espalier.job.SearchJob;
import dev.espalier.kit.Kit;
import dev.espalier.measurement.TimingPlan;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "run-kit",
    description = {
      "Time the models of a kit on this machine: ONNX Runtime, batch 1, one thread. Needs nothing but",
      "the kit. Goes on where an earlier call ended, and writes a description of the machine,",
      KitJob.DESCRIPTION
          + ", beside the results if there is none. Leave the machine alone meanwhile.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile run-kit kits/board-1 --output board-1/results.csv",
      "  ./espalier profile run-kit kits/board-1 --output board-1/results.csv --most 100"
    })
final class ProfileRunKitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "KIT", description = "Folder of a kit.")
  private String kit;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Results, of the form csv; added to if there are some.")
  private String output;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "Time at most so many operators and networks in this call. Default: all.")
  private Integer most;

  @Override
  public Integer call() {
    if (most != null && most < 1) {
      throw new ParameterException(
          spec.commandLine(), "--most " + most + " must be at least 1, or left out for all");
    }
    Storage storage = SearchJob.storage();
    KitJob job = new KitJob(storage, TerminalProgress.onStandardError());
    KitJob.Run run =
        Inputs.load(
            () ->
                job.run(
                    Kit.read(storage, new Path(kit)),
                    TimingPlan.STANDARD,
                    new Path(output),
                    most == null ? Integer.MAX_VALUE : most));
    var out = spec.commandLine().getOut();
    out.println("%s: %d models timed, %d left".formatted(output, run.timed(), run.left()));
    return ExitStatus.SUCCESS;
  }
}
