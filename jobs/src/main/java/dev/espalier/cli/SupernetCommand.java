package dev.espalier.cli;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.job.SupernetJob;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.spark.AccuracyPredictorFit;
import dev.espalier.training.EpochRecord;
import dev.espalier.training.StandaloneComparison;
import dev.espalier.training.SupernetTraining;
import dev.espalier.training.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "supernet",
    description = "Supernets: train them, measure their subnets, fit accuracy predictors.",
    subcommands = {
      SupernetCommand.InfoCommand.class,
      SupernetCommand.TrainCommand.class,
      SupernetCommand.EvaluateCommand.class,
      SupernetCommand.FitAccuracyCommand.class,
      SupernetCommand.CompareCommand.class,
      SupernetImportCommand.class,
      SupernetFormatsCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier supernet info fashion-mnist",
      "  ./espalier supernet train train.yaml --output nets/mine",
      "  ./espalier supernet evaluate fashion-mnist --split test",
      "  ./espalier supernet fit-accuracy nets/mine --output nets/mine-fitted",
      "  ./espalier supernet compare nets/mine train.yaml"
    })
final class SupernetCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "supernet needs info, train, evaluate, fit-accuracy, compare, import or formats");
  }

  private static SupernetFolder open(Storage storage, String nameOrPath) {
    return Inputs.load(() -> Home.ofSystem().supernets(storage).open(nameOrPath));
  }

  static ImageSplit split(String label) {
    return switch (label) {
      case "validation" -> ImageSplit.VALIDATION;
      case "test" -> ImageSplit.TEST;
      default ->
          throw new IllegalArgumentException("--split " + label + " is not validation or test");
    };
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  @Command(
      name = "info",
      description = "Show a supernet: its space, data, ends and predictors.",
      footer = {"", "Example:", "  ./espalier supernet info fashion-mnist"})
  static final class InfoCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "SUPERNET",
        defaultValue = "fashion-mnist",
        description = "A name, or a folder. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Override
    public Integer call() {
      SupernetFolder folder = open(SearchJob.storage(), name);
      Supernet supernet = Inputs.load(folder::supernet);
      SearchSpace space = supernet.space();
      var out = spec.commandLine().getOut();
      out.println("supernet       " + folder.name() + ", " + folder.path());
      out.println("digest         " + supernet.digest());
      out.println(
          "space          %s, %d decisions, %s architectures"
              .formatted(
                  space.family(),
                  space.length(),
                  String.format(Locale.ROOT, "%.2g", space.size().doubleValue())));
      for (Architecture end : List.of(space.smallest(), space.largest())) {
        out.println(
            "               %s  %d MACs, %d parameters"
                .formatted(space.format(end), space.macs(end), space.parameters(end)));
      }
      for (Map.Entry<String, DatasetDescription.Split> split :
          supernet.dataset().splits().entrySet()) {
        out.println(
            "images         %s: %d, %s"
                .formatted(split.getKey(), split.getValue().images(), split.getValue().source()));
      }
      if (folder.files().contains(AccuracyPredictorFiles.DESCRIPTION)) {
        AccuracyPredictors predictors =
            Inputs.load(() -> AccuracyPredictorFiles.read(folder, supernet));
        out.println("predictors     MLP: " + predictors.mlp().error().words());
        out.println("               additive: " + predictors.additive().error().words());
      } else {
        out.println("predictors     none; run 'supernet fit-accuracy' on it");
      }
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "train",
      description = {
        "Train a supernet by progressive shrinking. A killed training goes on from its last epoch",
        "when the same command is given again."
      },
      footer = {"", "Example:", "  ./espalier supernet train train.yaml --output nets/mine"})
  static final class TrainCommand implements Callable<Integer> {
    private static final int STEPS = 10_000;

    @Spec private CommandSpec spec;

    @Parameters(
        index = "0",
        paramLabel = "CONFIG",
        description = "A YAML file: name, space, data, phases.")
    private String config;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "DIR",
        description = "Folder of the supernet; must not exist, or be empty.")
    private String output;

    @Option(
        names = "--checkpoint",
        paramLabel = "FILE",
        description = "Kept while training. Default: DIR.checkpoint.")
    private String checkpoint;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      Path folder = new Path(output);
      SupernetTraining training =
          Inputs.load(
              () -> {
                storage.requireVacant(folder);
                return SupernetTraining.prepare(storage, new Path(config));
              });
      TerminalProgress progress = TerminalProgress.onStandardError();
      try (Stage stage = progress.begin("training", STEPS)) {
        training.run(
            new Path(checkpoint == null ? output + ".checkpoint" : checkpoint),
            folder,
            new TrainingListener() {
              @Override
              public void step(String phase, int epoch, double done, double loss) {
                stage.done(Math.round(done * STEPS));
              }

              @Override
              public void epoch(EpochRecord record) {
                progress.note(
                    String.format(
                        Locale.ROOT,
                        "epoch %d (%s): loss %.3f, largest %.2f %%, smallest %.2f %%, %.0f s",
                        record.epoch(),
                        record.phase(),
                        record.loss(),
                        100 * record.largestAccuracy(),
                        100 * record.smallestAccuracy(),
                        record.seconds()));
              }
            });
      }
      spec.commandLine().getOut().println(folder);
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "evaluate",
      description = {
        "Measure subnets as they would ship: re-calibrated, emitted as ONNX, run from the file.",
        "Without --architecture, the largest and the smallest."
      },
      footer = {
        "",
        "Examples:",
        "  ./espalier supernet evaluate fashion-mnist --split test",
        "  ./espalier supernet evaluate nets/mine --architecture largest"
      })
  static final class EvaluateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(
        index = "0",
        arity = "0..1",
        paramLabel = "SUPERNET",
        defaultValue = "fashion-mnist",
        description = "A name, or a folder. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Option(
        names = "--architecture",
        paramLabel = "A",
        description = {Architectures.ALLOWED, "May be repeated."})
    private List<String> architectures = new ArrayList<>(List.of("largest", "smallest"));

    @Option(
        names = "--split",
        paramLabel = "SPLIT",
        defaultValue = "validation",
        description = "validation, or test for final figures. Default: ${DEFAULT-VALUE}.")
    private String split;

    @Option(
        names = "--calibration-images",
        paramLabel = "N",
        description = "That re-calibrate batch norms. Default: all that the supernet brings.")
    private Integer calibrationImages;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      SupernetFolder folder = open(storage, name);
      Supernet supernet = Inputs.load(folder::supernet);
      SearchSpace space = supernet.space();
      List<Architecture> chosen =
          Inputs.load(
              () ->
                  architectures.stream()
                      .map(text -> Architectures.read(storage, space, text))
                      .distinct()
                      .toList());
      ImageSplit images = Inputs.load(() -> split(split));
      int calibration =
          calibrationImages != null
              ? calibrationImages
              : Inputs.load(() -> ImageSplit.CALIBRATION.read(folder).count());
      TextTable table =
          new TextTable(
              Column.words("architecture"),
              Column.numbers("MACs"),
              Column.numbers("parameters"),
              Column.numbers("images"),
              Column.numbers("measured accuracy"));
      for (AccuracyMeasurement measured :
          new SupernetJob(
                  folder,
                  supernet,
                  Home.ofSystem().measurements(),
                  TerminalProgress.onStandardError())
              .evaluate(chosen, images, calibration)) {
        table.row(
            space.format(measured.architecture()),
            String.valueOf(space.macs(measured.architecture())),
            String.valueOf(space.parameters(measured.architecture())),
            String.valueOf(measured.images()),
            percent(measured.accuracy()));
      }
      spec.commandLine().getOut().print(table.render());
      spec.commandLine().getOut().flush();
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "fit-accuracy",
      description = {
        "Measure random subnets on the validation images and fit the accuracy predictors to them.",
        "Publishes the supernet together with its predictors."
      },
      footer = {
        "",
        "Example:",
        "  ./espalier supernet fit-accuracy nets/mine --architectures 1200 --held-out 200 \\",
        "      --output nets/mine-fitted"
      })
  static final class FitAccuracyCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SUPERNET", description = "A name, or a folder.")
    private String name;

    @Option(
        names = "--output",
        required = true,
        paramLabel = "DIR",
        description = "Folder of the supernet with its predictors; must not exist, or be empty.")
    private String output;

    @Option(
        names = "--architectures",
        paramLabel = "N",
        defaultValue = "1200",
        description = "Subnets to measure. Default: ${DEFAULT-VALUE}.")
    private int architectures;

    @Option(
        names = "--held-out",
        paramLabel = "N",
        defaultValue = "200",
        description = "Of them, kept out of the fit. Default: ${DEFAULT-VALUE}.")
    private int heldOut;

    @Option(
        names = "--calibration-images",
        paramLabel = "N",
        description = "That re-calibrate batch norms. Default: all that the supernet brings.")
    private Integer calibrationImages;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "1",
        description = "Of sampling and fitting. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      Path destination = new Path(output);
      SupernetFolder folder = open(storage, name);
      Supernet supernet =
          Inputs.load(
              () -> {
                storage.requireVacant(destination);
                return folder.supernet();
              });
      AccuracyPredictorFit.Settings settings =
          Inputs.load(() -> new AccuracyPredictorFit.Settings(architectures, heldOut, seed));
      int calibration =
          calibrationImages != null
              ? calibrationImages
              : Inputs.load(() -> ImageSplit.CALIBRATION.read(folder).count());
      AccuracyPredictors predictors =
          new SupernetJob(
                  folder,
                  supernet,
                  Home.ofSystem().measurements(),
                  TerminalProgress.onStandardError())
              .fit(settings, calibration, destination);
      var out = spec.commandLine().getOut();
      out.println("MLP: " + predictors.mlp().error().words());
      out.println("additive: " + predictors.additive().error().words());
      out.println(destination);
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "compare",
      description = {
        "Compare the accuracy that random architectures inherit with that of the same"
            + " architectures",
        "trained alone on the same images, both on the test images. Takes hours; a killed"
            + " comparison",
        "goes on where it was when the same command is given again."
      },
      footer = {"", "Example:", "  ./espalier supernet compare nets/mine train.yaml"})
  static final class CompareCommand implements Callable<Integer> {
    private static final int STEPS = 10_000;

    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SUPERNET", description = "A name, or a folder.")
    private String name;

    @Parameters(
        index = "1",
        paramLabel = "CONFIG",
        description = "The YAML file that the supernet was trained with.")
    private String config;

    @Option(
        names = "--architectures",
        paramLabel = "N",
        defaultValue = "8",
        description = "Random ones to train alone. Default: ${DEFAULT-VALUE}.")
    private int architectures;

    @Option(
        names = "--seed",
        paramLabel = "N",
        defaultValue = "1",
        description = "Of the random architectures. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
        names = "--working",
        paramLabel = "DIR",
        description = {
          "Where finished architectures are kept, and the one in training.",
          "Default: compare among your own files."
        })
    private String working;

    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = {
          "That each is trained alone. Default: as many as the supernet was trained in all, so"
              + " that",
          "each sees as many images as all its subnets together."
        })
    private Integer epochs;

    @Override
    public Integer call() {
      if (architectures < 1) {
        throw new BadInputException("--architectures " + architectures + " must be at least 1");
      }
      Storage storage = SearchJob.storage();
      Home home = Home.ofSystem();
      SupernetFolder folder = open(storage, name);
      StandaloneComparison comparison =
          Inputs.load(
              () -> {
                SupernetTraining training = SupernetTraining.prepare(storage, new Path(config));
                return new StandaloneComparison(
                    storage,
                    training,
                    folder,
                    working == null ? home.comparisons() : new Path(working),
                    epochs == null ? training.config().epochs() : epochs);
              });
      TerminalProgress progress = TerminalProgress.onStandardError();
      List<StandaloneComparison.Row> rows = new ArrayList<>();
      try (Stage stage = progress.begin("training alone", (long) STEPS * architectures)) {
        rows.addAll(
            comparison.run(
                architectures,
                seed,
                (architecture, number, count) ->
                    new TrainingListener() {
                      @Override
                      public void step(String phase, int epoch, double done, double loss) {
                        stage.done(Math.round((number - 1 + done) * STEPS));
                      }

                      @Override
                      public void epoch(EpochRecord record) {
                        progress.note(
                            String.format(
                                Locale.ROOT,
                                "%d of %d, %s, epoch %d: loss %.3f, accuracy %.2f %%, %.0f s",
                                number,
                                count,
                                architecture,
                                record.epoch(),
                                record.loss(),
                                100 * record.largestAccuracy(),
                                record.seconds()));
                      }
                    }));
      }
      TextTable table =
          new TextTable(
              Column.words("architecture"),
              Column.numbers("MACs"),
              Column.numbers("inherited"),
              Column.numbers("trained alone"),
              Column.numbers("gap, points"));
      double gaps = 0;
      for (StandaloneComparison.Row row : rows) {
        double gap = 100 * (row.alone() - row.inherited());
        gaps += gap;
        table.row(
            row.architecture(),
            String.valueOf(row.macs()),
            percent(row.inherited()),
            percent(row.alone()),
            String.format(Locale.ROOT, "%+.2f", gap));
      }
      var out = spec.commandLine().getOut();
      out.print(table.render());
      out.printf(
          Locale.ROOT,
          "mean gap %+.2f points over %d architectures, each trained on %d images%n",
          gaps / rows.size(),
          rows.size(),
          rows.get(0).images());
      out.flush();
      return ExitStatus.SUCCESS;
    }
  }
}
