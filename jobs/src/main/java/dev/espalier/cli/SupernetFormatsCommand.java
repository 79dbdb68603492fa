package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.dataset.ImageSet;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.FormatComparison;
import dev.espalier.run.FormatComparison.Comparison;
import dev.espalier.run.FormatComparison.FormatAccuracy;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "formats",
    description = {
      "Run subnets in every format, each from its file, and show what 8-bit integers lose and how",
      "far formats agree on the class."
    },
    footer = {
      "",
      "Example:",
      "  ./espalier supernet formats fashion-mnist --split test --architectures 10"
    })
final class SupernetFormatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SUPERNET",
      defaultValue = "fashion-mnist",
      description = "A name, or a folder. Default: ${DEFAULT-VALUE}.")
  private String name;

  @Option(
      names = "--architectures",
      paramLabel = "N",
      defaultValue = "10",
      description = "Random ones, drawn from the seed. Default: ${DEFAULT-VALUE}.")
  private int architectures;

  @Option(
      names = "--architecture",
      paramLabel = "A",
      description = {Architectures.ALLOWED, "May be repeated; then none is drawn."})
  private List<String> named = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of the architectures. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      defaultValue = "validation",
      description = "validation, or test for final figures. Default: ${DEFAULT-VALUE}.")
  private String split;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "The first of the split. Default: all.")
  private Integer count;

  @Option(
      names = "--ranges",
      paramLabel = "RULE",
      defaultValue = "least-squares",
      description = {
        "How 8-bit ranges are chosen: min-max, percentile (99.9 %) or least-squares.",
        "Default: ${DEFAULT-VALUE}."
      })
  private String ranges;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    SupernetFolder folder = Inputs.load(() -> Home.ofSystem().supernets(storage).open(name));
    Supernet supernet = Inputs.load(folder::supernet);
    SearchSpace space = supernet.space();
    RangeRule rule = Inputs.load(() -> rule(ranges));
    List<Architecture> chosen = Inputs.load(() -> chosen(storage, space));
    EvaluationImages images = Inputs.load(() -> images(folder, supernet));
    List<Comparison> comparisons =
        new FormatComparison(supernet, images, rule, TerminalProgress.onStandardError())
            .compare(chosen);
    if (json) {
      printJson(space, images, comparisons);
    } else {
      print(space, images, comparisons);
    }
    spec.commandLine().getOut().flush();
    return ExitStatus.SUCCESS;
  }

  private List<Architecture> chosen(Storage storage, SearchSpace space) {
    if (!named.isEmpty()) {
      return named.stream()
          .map(text -> Architectures.read(storage, space, text))
          .distinct()
          .toList();
    }
    if (architectures < 1) {
      throw new IllegalArgumentException(
          "--architectures " + architectures + ": at least 1 is needed");
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    return Stream.generate(() -> space.sample(random)).limit(architectures).toList();
  }

  private EvaluationImages images(SupernetFolder folder, Supernet supernet) {
    int calibration = ImageSplit.CALIBRATION.read(folder).count();
    EvaluationImages all =
        EvaluationImages.of(folder, supernet.dataset(), SupernetCommand.split(split), calibration);
    if (count == null) {
      return all;
    }
    ImageSet evaluation = all.evaluation();
    if (count < 1 || count > evaluation.count()) {
      throw new IllegalArgumentException(
          "--images %d: the %s split has %d, allowed: 1 to %d"
              .formatted(count, split, evaluation.count(), evaluation.count()));
    }
    return new EvaluationImages(all.calibration(), evaluation.slice(0, count), all.preprocessing());
  }

  private static RangeRule rule(String word) {
    return switch (word) {
      case "min-max" -> new RangeRule.MinMax();
      case "percentile" -> new RangeRule.Percentile(0.999);
      case "least-squares" -> new RangeRule.LeastSquares();
      default ->
          throw new IllegalArgumentException(
              "--ranges " + word + " is not min-max, percentile or least-squares");
    };
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f", 100 * fraction);
  }

  private void print(SearchSpace space, EvaluationImages images, List<Comparison> comparisons) {
    var out = spec.commandLine().getOut();
    TextTable table =
        new TextTable(
            Column.words("architecture"),
            Column.words("format"),
            Column.numbers("accuracy %"),
            Column.numbers("loss"),
            Column.numbers("as float32 %"),
            Column.numbers("as integer reference %"));
    for (Comparison comparison : comparisons) {
      String text = space.format(comparison.architecture());
      for (FormatAccuracy format : comparison.formats()) {
        table.row(
            text,
            format.format(),
            percent(format.accuracy()),
            percent(format.loss()),
            percent(format.floatAgreement()),
            format.integerAgreement().map(SupernetFormatsCommand::percent).orElse(""));
        text = "";
      }
    }
    out.print(table.render());
    new TreeSet<>(comparisons.stream().flatMap(c -> c.skipped().stream()).toList())
        .forEach(line -> out.println("not run: " + line));
    out.println();
    TextTable summary =
        new TextTable(
            Column.words("format"),
            Column.numbers("mean loss"),
            Column.numbers("worst loss"),
            Column.numbers("as integer reference %, mean"),
            Column.numbers("least"));
    summaries(comparisons)
        .forEach(
            (format, s) ->
                summary.row(
                    format,
                    percent(s.meanLoss),
                    percent(s.worstLoss),
                    s.agreements.isEmpty() ? "" : percent(s.meanAgreement()),
                    s.agreements.isEmpty() ? "" : percent(s.leastAgreement())));
    out.print(summary.render());
    out.println(
        "measured on %d %s images, %d architectures; accuracy in per cent, losses in points"
            .formatted(images.evaluation().count(), split, comparisons.size()));
  }

  /** A format over all architectures. */
  private static final class Summary {
    private double meanLoss;
    private double worstLoss = Double.NEGATIVE_INFINITY;
    private final List<Double> agreements = new ArrayList<>();

    double meanAgreement() {
      return agreements.stream().mapToDouble(a -> a).average().orElseThrow();
    }

    double leastAgreement() {
      return agreements.stream().mapToDouble(a -> a).min().orElseThrow();
    }
  }

  private static Map<String, Summary> summaries(List<Comparison> comparisons) {
    Map<String, Summary> summaries = new LinkedHashMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (Comparison comparison : comparisons) {
      for (FormatAccuracy format : comparison.formats()) {
        Summary summary = summaries.computeIfAbsent(format.format(), f -> new Summary());
        counts.merge(format.format(), 1, Integer::sum);
        summary.meanLoss += format.loss();
        summary.worstLoss = Math.max(summary.worstLoss, format.loss());
        format.integerAgreement().ifPresent(summary.agreements::add);
      }
    }
    summaries.forEach((format, summary) -> summary.meanLoss /= counts.get(format));
    return summaries;
  }

  private void printJson(SearchSpace space, EvaluationImages images, List<Comparison> comparisons) {
    List<Map<String, Object>> subnets = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      List<Map<String, Object>> formats = new ArrayList<>();
      for (FormatAccuracy format : comparison.formats()) {
        Map<String, Object> entry = new TreeMap<>();
        entry.put("format", format.format());
        entry.put("accuracy", format.accuracy());
        entry.put("loss", format.loss());
        entry.put("floatAgreement", format.floatAgreement());
        format.integerAgreement().ifPresent(a -> entry.put("integerAgreement", a));
        formats.add(entry);
      }
      subnets.add(
          new TreeMap<>(
              Map.of(
                  "architecture",
                  space.format(comparison.architecture()),
                  "formats",
                  formats,
                  "skipped",
                  comparison.skipped())));
    }
    Map<String, Object> tree = new TreeMap<>();
    tree.put("supernet", name);
    tree.put("split", split);
    tree.put("images", images.evaluation().count());
    tree.put("ranges", ranges);
    tree.put("subnets", subnets);
    spec.commandLine().getOut().print(new String(Json.write(tree), StandardCharsets.UTF_8));
  }
}
