package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.job.SearchJob;
import dev.espalier.report.RunReport;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "report",
    description = {
      "Make the page that shows a finished run: which model for which device, and why.",
      "",
      "Every search writes it as report.html into its run already; it is made again here, to compare",
      "with another run, or for a run whose report was lost. It is one file that needs no network:",
      "what to deploy and how far predictions were right, the front of every target with its budgets,",
      "a drawing of every model with what each block costs, what cannot be met, what changed since an",
      "earlier run, and where every number comes from: measured, emulated, modelled or predicted.",
      "",
      "Without --against it is compared with the run before, where one lies in the same folder: the",
      "last that began before it, drew from the same supernet or predictor and has a target in common.",
      "",
      "Of a large fleet, fronts are thinned until the page has 5 MB: the points go first without which",
      "a front dominates least less. The page says so; fronts.parquet has all.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier report runs/first",
      "  ./espalier report runs/tuesday --against runs/monday",
      "  ./espalier report hdfs://fleet/runs/tuesday --output tuesday.html"
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a finished run.")
  private String run;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The page; one that is there is replaced. Default: report.html in RUN.")
  private String output;

  @Option(
      names = "--against",
      paramLabel = "EARLIER_RUN",
      description = "Folder of a run; the page says what changed since.")
  private String against;

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    Path file =
        Inputs.load(
            () -> {
              RunReport report = RunReport.of(storage, new Path(run));
              RunReport compared = against == null ? report : report.against(new Path(against));
              if (output == null) {
                return compared.write();
              }
              Path chosen = new Path(output);
              compared.write(chosen);
              return chosen;
            });
    spec.commandLine().getOut().println(file);
    spec.commandLine().getOut().flush();
    return ExitStatus.SUCCESS;
  }
}
