package dev.espalier.cli;

import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.accuracy.OfaAccuracyPredictor;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.accuracy.PredictorSource;
import dev.espalier.accuracy.ReportedAccuracy;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.accuracy.StoredPredictorFolder;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.TorchCheckpoint;
import dev.espalier.job.Home;
import dev.espalier.job.PredictorJob;
import dev.espalier.job.SearchJob;
import dev.espalier.run.ReportedAccuracyReader;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "predictor",
    description = "Accuracy predictors of spaces without a supernet: import them, fit them.",
    subcommands = {
      PredictorCommand.ImportCommand.class,
      PredictorCommand.FitCommand.class,
      PredictorCommand.InfoCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier predictor import acc_predictor.pth \\",
      "      --space ofa-mobilenetv3-w1.2@160,176,192,208,224 --output predictors/ofa-w1.2",
      "  ./espalier predictor fit --space ofa-mobilenetv3-w1.0@128,160,192 \\",
      "      --measurements measured.csv --output predictors/mine",
      "  ./espalier predictor info predictors/mine"
    })
final class PredictorCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "predictor needs import, fit or info");
  }

  private static void print(PrintWriter out, String folder, StoredPredictor predictor) {
    SearchSpace space = predictor.space();
    out.println("predictor      " + folder);
    out.println("digest         " + predictor.digest());
    out.println(
        "space          %s, %d decisions, %s architectures"
            .formatted(
                space.family(),
                space.length(),
                String.format(Locale.ROOT, "%.2g", space.size().doubleValue())));
    out.println("source         " + predictor.source().words());
    out.println("               file SHA-256 " + predictor.source().fileDigest());
    out.println("               seed " + predictor.source().seed());
    out.println(
        "networks       %d, %d weights"
            .formatted(predictor.mlp().members(), predictor.mlp().parameters()));
    out.println(
        "error          "
            + predictor
                .error()
                .map(PredictorError::words)
                .orElse("not known: its source states no measured error"));
    out.println(
        "additive part  order %d, %d features"
            .formatted(
                predictor.additive().basis().order(), predictor.additive().basis().features()));
    out.println("  anywhere     " + predictor.additive().agreement().words());
    out.println("  near fronts  " + predictor.additive().nearFront().words());
    out.flush();
  }

  private static Map<String, Object> tree(String folder, StoredPredictor predictor) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("folder", folder);
    tree.put("digest", predictor.digest());
    tree.put("space", SpaceFamily.tree(predictor.space()));
    tree.put("source", predictor.source());
    tree.put("networks", predictor.mlp().members());
    tree.put("weights", predictor.mlp().parameters());
    predictor.error().ifPresent(error -> tree.put("error", error));
    tree.put(
        "additive",
        new TreeMap<>(
            Map.of(
                "order", predictor.additive().basis().order(),
                "features", predictor.additive().basis().features(),
                "agreement", predictor.additive().agreement(),
                "nearFront", predictor.additive().nearFront())));
    return tree;
  }

  @Command(
      name = "import",
      description = {
        "Store a predictor that OFA released, with its additive part.",
        "",
        "The file is acc_predictor.pth; nothing in it is executed. The additive part is fitted to",
        "the predictor's own predictions, and exact search optimises it in the predictor's place."
      },
      footer = {
        "",
        "Example:",
        "  ./espalier predictor import acc_predictor.pth \\",
        "      --space ofa-mobilenetv3-w1.2@160,176,192,208,224 --output predictors/ofa-w1.2"
      })
  static final class ImportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "A file that torch.save wrote.")
    private String file;

    @Option(
        names = "--space",
        required = true,
        paramLabel = "S",
        description = "What it predicts for: a name (see space list), or a YAML file.")
    private String space;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "DIR",
        description = "Folder of the predictor; must not exist, or be empty.")
    private String output;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "1",
        description = "Of the architectures it is asked for. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      Path folder = new Path(output);
      StoredPredictor predictor =
          Inputs.load(
              () -> {
                storage.requireVacant(folder);
                SearchSpace read = Home.ofSystem().spaces(storage).read(space);
                Path path = new Path(file);
                byte[] bytes = storage.read(path);
                MlpEnsemble mlp =
                    OfaAccuracyPredictor.read(read, TorchCheckpoint.read(bytes, file), file);
                PredictorSource source =
                    new PredictorSource(
                        "OFA's released predictor " + path.getName(), Digest.of(bytes), seed);
                return new PredictorJob(TerminalProgress.onStandardError())
                    .complete(mlp, source, folder);
              });
      print(spec.commandLine().getOut(), output, predictor);
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "fit",
      description = {
        "Train a predictor on accuracies that were measured elsewhere.",
        "",
        "Its error is found on some that are kept out. The additive part is fitted to its own",
        "predictions, and exact search optimises it in the predictor's place.",
        "",
        "The measurements are CSV with a line of column names: architecture,accuracy (readable, in",
        "quotes where it holds commas; a fraction), or ks,e,d,image_size,top1 as measurements of",
        "OFA's subnets were published."
      },
      footer = {
        "",
        "Example:",
        "  ./espalier predictor fit --space ofa-mobilenetv3-w1.0@128,160,192 \\",
        "      --measurements measured.csv --output predictors/mine"
      })
  static final class FitCommand implements Callable<Integer> {
    /** One in so many measurements is kept out, unless it is said how many. */
    private static final int DEFAULT_SHARE = 5;

    @Spec private CommandSpec spec;

    @Option(
        names = "--space",
        required = true,
        paramLabel = "S",
        description = "What was measured: a name (see space list), or a YAML file.")
    private String space;

    @Option(
        names = "--measurements",
        required = true,
        paramLabel = "FILE",
        description = "CSV, all from one supernet and the same images.")
    private String measurements;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "DIR",
        description = "Folder of the predictor; must not exist, or be empty.")
    private String output;

    @Option(
        names = "--held-out",
        paramLabel = "N",
        description = "Measurements kept out of the fit, for the error. Default: a fifth.")
    private Integer heldOut;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "1",
        description = "Of splitting, training and sampling. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      Path folder = new Path(output);
      StoredPredictor predictor =
          Inputs.load(
              () -> {
                storage.requireVacant(folder);
                SearchSpace read = Home.ofSystem().spaces(storage).read(space);
                Path file = new Path(measurements);
                byte[] csv = storage.read(file);
                List<ReportedAccuracy> measured =
                    ReportedAccuracyReader.read(read, measurements, csv);
                MeasuredSplit split =
                    MeasuredSplit.drawn(
                        measured,
                        heldOut == null ? measured.size() / DEFAULT_SHARE : heldOut,
                        RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
                PredictorSource source =
                    new PredictorSource(
                        "fitted to %d of %d measurements in %s"
                            .formatted(split.fitting().size(), measured.size(), file.getName()),
                        Digest.of(csv),
                        seed);
                return new PredictorJob(TerminalProgress.onStandardError())
                    .fit(read, split, source, folder);
              });
      print(spec.commandLine().getOut(), output, predictor);
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "info",
      description = "Show a predictor: its space, source, error and additive part.",
      footer = {"", "Example:", "  ./espalier predictor info predictors/mine"})
  static final class InfoCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        index = "0",
        paramLabel = "DIR",
        description = "A folder that predictor import or fit wrote.")
    private String folder;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
      StoredPredictor predictor =
          Inputs.load(() -> StoredPredictorFolder.read(SearchJob.storage(), new Path(folder)));
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.print(new String(Json.write(tree(folder, predictor)), StandardCharsets.UTF_8));
        out.flush();
      } else {
        print(out, folder, predictor);
      }
      return ExitStatus.SUCCESS;
    }
  }
}
