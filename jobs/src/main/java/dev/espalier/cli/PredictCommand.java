package dev.espalier.cli;

import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.cost.CostModel;
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
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    description = "Predict what one architecture costs on a device and how accurate it is.",
    footer = {
      "",
      "Example:",
      "  ./espalier predict --profile host-cpu --architecture largest",
      "  ./espalier predict --supernet nets/mine --profile host-cpu \\",
      "      --architecture 'r28 d1:k3e3 d2:k5e4,k3e3 d1:k7e6' --json"
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--supernet",
      paramLabel = "S",
      defaultValue = "fashion-mnist",
      description = "A name, or a folder. Default: ${DEFAULT-VALUE}.")
  private String supernet;

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
      description = "Readable, as in run tables; or largest, or smallest.")
  private String architecture;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    SupernetFolder folder = Inputs.load(() -> home.supernets(storage).open(supernet));
    Supernet net = Inputs.load(folder::supernet);
    SearchSpace space = net.space();
    AccuracyPredictors predictors = Inputs.load(() -> AccuracyPredictorFiles.read(folder, net));
    CostModel cost =
        Inputs.load(() -> CostModel.compile(space, home.profiles(storage).read(profile)));
    Architecture chosen = Inputs.load(() -> architecture(space, architecture));
    var out = spec.commandLine().getOut();
    if (json) {
      out.print(
          new String(Json.write(tree(space, cost, predictors, chosen)), StandardCharsets.UTF_8));
      out.flush();
      return ExitStatus.SUCCESS;
    }
    out.println("architecture  " + space.format(chosen) + "  (" + chosen.toHex() + ")");
    out.println(
        "latency       %.1f us on %s: %s"
            .formatted(cost.latencyMicros().at(chosen), cost.target(), cost.claim().words()));
    for (Provenance provenance : cost.provenance()) {
      out.println("              " + provenance.words());
    }
    out.println("macs          " + Quantity.MACS.format(space.macs(chosen)));
    out.println("parameters    " + space.parameters(chosen));
    out.println("accuracy      " + accuracy(predictors.mlp(), chosen));
    out.println("              " + accuracy(predictors.additive(), chosen));
    return ExitStatus.SUCCESS;
  }

  /** An architecture by its readable form, or one of the two at the ends of its space. */
  static Architecture architecture(SearchSpace space, String text) {
    return switch (text) {
      case "largest" -> space.largest();
      case "smallest" -> space.smallest();
      default -> space.parse(text);
    };
  }

  private static String accuracy(JudgedAccuracyPredictor predictor, Architecture chosen) {
    return String.format(
        Locale.ROOT,
        "%.2f %% predicted by %s (95 %% of %d others were within %.2f points)",
        100 * predictor.predict(chosen),
        predictor.kind(),
        predictor.error().heldOut(),
        100 * predictor.error().ninetyFifthPercentile());
  }

  private static Map<String, Object> tree(
      SearchSpace space, CostModel cost, AccuracyPredictors predictors, Architecture chosen) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("architecture", space.format(chosen));
    tree.put("code", chosen.toHex());
    tree.put("target", cost.target());
    tree.put("predictedLatencyMicros", cost.latencyMicros().at(chosen));
    tree.put("latencyClaim", cost.claim().words());
    tree.put("latencyProvenance", cost.provenance().stream().map(Provenance::words).toList());
    tree.put("macs", space.macs(chosen));
    tree.put("parameters", space.parameters(chosen));
    tree.put(
        "predictedAccuracy",
        List.of(
            Map.of(
                "predictor", "MLP",
                "value", predictors.mlp().predict(chosen),
                "error", predictors.mlp().error()),
            Map.of(
                "predictor", "additive",
                "value", predictors.additive().predict(chosen),
                "error", predictors.additive().error())));
    return tree;
  }
}
