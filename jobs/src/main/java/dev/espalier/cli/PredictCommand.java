package dev.espalier.cli;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.accuracy.OfaAccuracyPredictor;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.accuracy.StoredPredictorFolder;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.checkpoint.TorchCheckpoint;
import dev.espalier.cost.CostModel;
import dev.espalier.document.Fields;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.provenance.Provenance;
import dev.espalier.search.Quantity;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    description = "Predict what one architecture costs on a device and how accurate it is.",
    footer = {
      "",
      "Examples:",
      "  ./espalier predict --profile host-cpu --architecture largest",
      "  ./espalier predict --supernet nets/mine --profile host-cpu \\",
      "      --architecture 'r28 d1:k3e3 d2:k5e4,k3e3 d1:k7e6' --json",
      "  ./espalier predict --space ofa-mobilenetv3-w1.2@160,176,192,208,224 --profile note10 \\",
      "      --predictor acc_predictor.pth --architecture net.config@192",
      "  ./espalier predict --predictor predictors/mine --profile note10 --architecture largest"
    })
final class PredictCommand implements Callable<Integer> {
  private static final String DEFAULT_SUPERNET = "fashion-mnist";

  @Spec private CommandSpec spec;

  @Option(
      names = "--supernet",
      paramLabel = "S",
      description = "A name, or a folder. Default: " + DEFAULT_SUPERNET + ".")
  private String supernet;

  @Option(
      names = "--space",
      paramLabel = "S",
      description = "In place of a supernet: a space (see space list), or a YAML file.")
  private String space;

  @Option(
      names = "--predictor",
      paramLabel = "X",
      description =
          "A folder that predictor import or fit wrote, whose space is the default then; or, with --space, an accuracy predictor that OFA released, acc_predictor.pth.")
  private String predictor;

  @Option(
      names = "--profile",
      paramLabel = "P",
      required = true,
      description = "A name (see profile list), or a folder.")
  private String profile;

  @Option(
      names = "--architecture",
      paramLabel = "A",
      required = true,
      description = Architectures.ALLOWED)
  private String architecture;

  @Option(
      names = "--patches",
      description =
          "Also run the first operators patch by patch, for the least peak memory. Without it, that is shown where the device has too little SRAM.")
  private boolean patches;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /**
   * What is predicted with.
   *
   * @param predictors of accuracy, the best first; none where none is known
   */
  private record Source(SearchSpace space, List<AccuracyPredictor> predictors) {}

  @Override
  public Integer call() {
    if (supernet != null && (space != null || predictor != null)) {
      throw new ParameterException(
          spec.commandLine(),
          space == null
              ? "--predictor and --supernet exclude each other: a supernet has predictors of its own"
              : "--space and --supernet exclude each other");
    }
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    Source source = Inputs.load(() -> source(storage, home));
    CostModel cost =
        Inputs.load(() -> CostModel.compile(source.space, home.profiles(storage).read(profile)));
    Architecture chosen =
        Inputs.load(() -> Architectures.read(storage, source.space, architecture));
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(new String(Json.write(tree(source, cost, chosen)), StandardCharsets.UTF_8));
      out.flush();
      return ExitStatus.SUCCESS;
    }
    out.println("architecture  " + source.space.format(chosen) + "  (" + chosen.toHex() + ")");
    out.println(
        "latency       %.1f us on %s: %s"
            .formatted(cost.latencyMicros().at(chosen), cost.target(), cost.claim().words()));
    cost.network(chosen)
        .ifPresent(entry -> out.println("              " + NetworkText.words(entry)));
    for (Provenance provenance : cost.provenance()) {
      out.println("              " + provenance.words());
    }
    out.println("macs          " + Quantity.MACS.format(source.space.macs(chosen)));
    out.println("parameters    " + source.space.parameters(chosen));
    memory(source, cost, chosen)
        .map(MemoryReport::lines)
        .orElse(List.of("memory        not known: the space does not say what its operators read"))
        .forEach(out::println);
    String label = "accuracy      ";
    for (AccuracyPredictor each : source.predictors) {
      out.println(label + accuracy(each, chosen));
      label = "              ";
    }
    return ExitStatus.SUCCESS;
  }

  private Source ofSupernet(Storage storage, Home home) {
    SupernetFolder folder =
        home.supernets(storage).open(supernet == null ? DEFAULT_SUPERNET : supernet);
    Supernet net = folder.supernet();
    AccuracyPredictors predictors = AccuracyPredictorFiles.read(folder, net);
    return new Source(net.space(), List.of(predictors.mlp(), predictors.additive()));
  }

  private Source source(Storage storage, Home home) {
    if (predictor != null && StoredPredictorFolder.exists(storage, new Path(predictor))) {
      return ofStored(storage, home);
    }
    if (space == null && predictor != null) {
      throw new BadInputException(
          "--predictor goes with --space, unless it is a folder that 'predictor import' or 'predictor fit' wrote, which %s is not"
              .formatted(predictor));
    }
    return space == null ? ofSupernet(storage, home) : ofSpace(storage, home);
  }

  private Source ofStored(Storage storage, Home home) {
    StoredPredictor stored = StoredPredictorFolder.read(storage, new Path(predictor));
    if (space != null && !home.spaces(storage).read(space).equals(stored.space())) {
      throw new BadInputException(
          "predictor %s is of another space than --space %s ('predictor info' shows it): leave --space out"
              .formatted(predictor, space));
    }
    return new Source(stored.space(), List.of(stored.predictor(), stored.additive()));
  }

  private Source ofSpace(Storage storage, Home home) {
    SearchSpace read = home.spaces(storage).read(space);
    return new Source(
        read,
        predictor == null
            ? List.of()
            : List.of(
                OfaAccuracyPredictor.read(
                    read,
                    TorchCheckpoint.read(storage.read(new Path(predictor)), predictor),
                    predictor)));
  }

  private static String accuracy(AccuracyPredictor predictor, Architecture chosen) {
    String value =
        String.format(
            Locale.ROOT,
            "%.2f %% predicted by %s",
            100 * predictor.predict(chosen),
            predictor.kind());
    if (predictor instanceof JudgedAccuracyPredictor judged) {
      return String.format(
          Locale.ROOT,
          "%s (95 %% of %d others were within %.2f points)",
          value,
          judged.error().heldOut(),
          100 * judged.error().ninetyFifthPercentile());
    }
    if (predictor instanceof AdditivePart part) {
      return String.format(
          Locale.ROOT,
          "%s (%.2f points from it in the root mean square of %d others)",
          value,
          100 * part.agreement().rootMeanSquare(),
          part.agreement().heldOut());
    }
    return value + " (its error is not known)";
  }

  private Optional<MemoryReport> memory(Source source, CostModel cost, Architecture chosen) {
    return MemoryReport.of(
        source.space,
        chosen,
        cost,
        patches ? MemoryReport.Patches.ALWAYS : MemoryReport.Patches.WHERE_NEEDED);
  }

  private Map<String, Object> tree(Source source, CostModel cost, Architecture chosen) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("architecture", source.space.format(chosen));
    tree.put("code", chosen.toHex());
    tree.put("target", cost.target());
    tree.put("predictedLatencyMicros", cost.latencyMicros().at(chosen));
    tree.put("latencyClaim", cost.claim().words());
    cost.network(chosen).ifPresent(entry -> tree.put("latencyOrigin", Fields.word(entry.origin())));
    tree.put("latencyProvenance", cost.provenance().stream().map(Provenance::words).toList());
    tree.put("macs", source.space.macs(chosen));
    tree.put("parameters", source.space.parameters(chosen));
    memory(source, cost, chosen).ifPresent(memory -> tree.put("memory", memory.tree()));
    tree.put(
        "predictedAccuracy",
        source.predictors.stream().map(predictor -> accuracyTree(predictor, chosen)).toList());
    return tree;
  }

  private static Map<String, Object> accuracyTree(
      AccuracyPredictor predictor, Architecture chosen) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("predictor", predictor.kind());
    tree.put("value", predictor.predict(chosen));
    if (predictor instanceof JudgedAccuracyPredictor judged) {
      tree.put("error", judged.error());
    }
    if (predictor instanceof AdditivePart part) {
      tree.put("agreement", part.agreement());
    }
    return tree;
  }
}
