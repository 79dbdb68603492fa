package dev.espalier.cli;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.job.ProfileJob;
import dev.espalier.job.SearchJob;
import dev.espalier.latency.HostMeasurement;
import dev.espalier.measurement.HostMachine;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.report.SearchSummary;
import dev.espalier.run.HostTimer;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "search",
    modelTransformer = EngineHelp.class,
    description = {
      "Find, check and publish models for devices and budgets.",
      "",
      "Each target and budget gets one model: extracted from the supernet, re-calibrated, run in ONNX",
      "Runtime, timed where the target is this machine, and evaluated from the emitted file. The run",
      "is one folder: report.html, to be opened in a browser, run.json, timings.json, Parquet tables",
      "(candidates, fronts, selections, deployments, blocks) and models/TARGET/BUDGET/ with model.onnx,",
      "card.json and what the target's class of device takes beside: 8-bit TensorFlow Lite (mcu), 8-bit",
      "ONNX (dsp, fpga), TensorFlow Lite and float16 ONNX (mobile-gpu); 'formats:' of the request lists",
      "others. report.html is written when the run is published, and is not part of its digest.",
      "",
      "A budget that a target cannot meet is answered with the constraint that binds and the least",
      "possible; a target whose profile cannot be used is named and left out, and the exit status is",
      "then 1. Where nothing at all can be answered, it is 2 and nothing is written.",
      "",
      "What a run has finished is kept in a hidden folder beside its output until it is published: the",
      "same request with the same --output goes on where a killed or failed one ended.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier search                                   models for this machine and five devices",
      "  ./espalier search request.yaml --output runs/first",
      "  ./espalier search request.yaml --json | jq .digest",
      "",
      "A request:",
      "  supernet: fashion-mnist            # a shipped one, or a folder; or, instead of it,",
      "                                     # predictor: FOLDER, see ./espalier predictor --help:",
      "                                     # then architectures are found and no model is made",
      "  targets:                           # profiles, see ./espalier profile list:",
      "    - host-cpu                       # a name, or with a slash the path of a folder",
      "    - hdfs://fleet/profiles/*        # folders that match, or a folder of profiles",
      "    - {table: fleet.csv}             # columns profile, and if need be name, latency, macs,",
      "                                     # parameters, peak-memory, weight-memory: limits of one",
      "                                     # target; paths in it are relative to its folder",
      "  budgets:                           # or a number N, the same as {grid: N, of: latency}",
      "    - {latency: 150us}",
      "    - {latency: 0.2ms, macs: 2M, parameters: 300k}",
      "    - {latency: 0.2ms, peak-memory: 320KiB, weight-memory: 1MB}",
      "    - {grid: 20, of: latency}        # in equal ratios between the least and the greatest",
      "                                     # of each target; also of macs, parameters,",
      "                                     # weight-memory",
      "  evaluate: {most: 200, per-round: 20, patience: 2}   # or 200: subnets that are truly",
      "                                     # evaluated before, near the fronts, to refit the",
      "                                     # predictors; measurements: FOLDER shares what was",
      "                                     # measured between runs and users",
      "  engine: {kind: evolution, population: 128, generations: 30, mutation: 0.05, start: exact}",
      "                                     # or its name alone; all engines are listed below",
      "  seed: 1",
      "  candidates-per-budget: 3           # how many are tried before a budget is given up",
      "  partitions: 8                      # of Spark jobs; never changes a result",
      "  output: runs/first"
    })
final class SearchCommand implements Callable<Integer> {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REQUEST",
      description = "A YAML file; without one, models for this machine and five devices are.")
  private String request;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the run; must not exist, or be empty. Default: runs/TIME.")
  private String output;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master. Default: local[*], or what spark-submit says.")
  private String master;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (master != null) {
      System.setProperty("spark.master", master);
    }
    SearchRequest asked = request();
    Path folder =
        new Path(
            output != null
                ? output
                : asked.output().orElseGet(() -> "runs/" + STAMP.format(LocalDateTime.now())));
    TerminalProgress progress = TerminalProgress.onStandardError();
    Home home = Home.ofSystem();
    if (request == null) {
      measureHost(home, asked, progress);
    }
    Interruption.advise(
        "Nothing is published; what is finished is kept, and the same request with --output %s goes on there."
            .formatted(folder));
    SearchResult result =
        new SearchJob(
                home,
                new HostTimer(HostMachine.read(), TimingPlan.STANDARD),
                VersionCommand.versions(),
                progress)
            .run(asked, folder);
    spec.commandLine()
        .getOut()
        .print(
            json
                ? new String(Json.write(JsonResult.of(result)), StandardCharsets.UTF_8)
                : "\n" + SearchSummary.of(result));
    spec.commandLine().getOut().flush();
    return result.complete() ? ExitStatus.SUCCESS : ExitStatus.FAILURE;
  }

  /** The embedded request is about this machine, which nobody has measured at first. */
  private static void measureHost(Home home, SearchRequest asked, TerminalProgress progress) {
    Storage storage = SearchJob.storage();
    if (home.profiles(storage).profiles().containsKey(ProfileJob.HOST)) {
      return;
    }
    progress.note("This machine has no profile yet: measuring it, once.");
    SearchSpace space =
        Inputs.load(() -> home.supernets(storage).open(asked.source().name()).space());
    new ProfileJob(storage, TimingPlan.STANDARD, HostMeasurement.NETWORKS, progress)
        .measure(space, home.ownProfile(ProfileJob.HOST));
  }

  private SearchRequest request() {
    if (request == null) {
      return SearchJob.defaultRequest();
    }
    Storage storage = SearchJob.storage();
    try {
      return SearchRequestReader.read(
          request, new String(storage.read(new Path(request)), StandardCharsets.UTF_8));
    } catch (ArtefactException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }
}
