package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.document.Fields;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.latency.ModelDiff;
import dev.espalier.latency.NetworkDiff;
import dev.espalier.latency.ProfileDiff;
import dev.espalier.latency.ProfileDiff.Extent;
import dev.espalier.latency.SpaceDiff;
import dev.espalier.latency.TableComparison;
import dev.espalier.operator.Operator;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "diff",
    description = {
      "Show what differs between two profiles, of two devices or of one at two times: what is said of",
      "them, operators that one alone has, how alike they rank the others, the second's latency as a",
      "multiple of the first's, the largest moves, and weights of models of operators. With a space",
      "also what they say of 1000 random networks of it, by tables, models or whole networks.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile diff epyc-zen5 host-cpu",
      "  ./espalier profile diff cortex-m4 cortex-m33 --space ofa-mobilenetv3-w1.0@160",
      "  ./espalier profile diff backup/board-1 board-1 --json | jq '.moves[0]'"
    })
final class ProfileDiffCommand implements Callable<Integer> {
  private static final int MOST_SHOWN = 10;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FIRST", description = "A name, or a folder.")
  private String first;

  @Parameters(index = "1", paramLabel = "SECOND", description = "A name, or a folder.")
  private String second;

  @Mixin private SpaceChoice choice;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    ProfileCatalogue profiles = home.profiles(storage);
    List<String> problems = new ArrayList<>();
    Optional<HardwareProfile> left = Inputs.load(problems, () -> profiles.read(first));
    Optional<HardwareProfile> right = Inputs.load(problems, () -> profiles.read(second));
    Optional<SearchSpace> space =
        choice.name().flatMap(n -> Inputs.load(problems, () -> choice.read(storage, home)));
    Inputs.requireNone(problems);
    Optional<SpaceDiff> ofSpace =
        space.map(s -> Inputs.load(() -> SpaceDiff.of(s, left.orElseThrow(), right.orElseThrow())));
    ProfileDiff diff = ProfileDiff.of(left.orElseThrow(), right.orElseThrow());
    var out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> tree = tree(diff);
      ofSpace.ifPresent(d -> tree.put("space", d));
      out.print(new String(Json.write(tree), StandardCharsets.UTF_8));
      out.flush();
      return ExitStatus.SUCCESS;
    }
    out.println("first   " + left.get().name() + ", " + left.get().device());
    out.println("second  " + right.get().name() + ", " + right.get().device());
    diff.fields().forEach(this::print);
    print("only in the first", diff.onlyFirst());
    print("only in the second", diff.onlySecond());
    out.println(
        "in both: %d operators, %d with equal entries, %d that moved: %d beyond both deviations, %d within, %d of unknown deviation"
            .formatted(
                diff.same() + diff.moves().size(),
                diff.same(),
                diff.moves().size(),
                diff.count(Extent.BEYOND_SPREAD),
                diff.count(Extent.WITHIN_SPREAD),
                diff.count(Extent.SPREAD_UNKNOWN)));
    diff.agreement().ifPresent(this::print);
    printMoves(diff.moves());
    diff.model().ifPresent(this::print);
    diff.networks().ifPresent(this::print);
    ofSpace.ifPresent(this::print);
    out.flush();
    return ExitStatus.SUCCESS;
  }

  private void print(ProfileDiff.Field field) {
    var out = spec.commandLine().getOut();
    out.println("differs " + field.name());
    out.println("          first   " + field.first());
    out.println("          second  " + field.second());
  }

  private void print(String where, List<Operator> operators) {
    var out = spec.commandLine().getOut();
    out.println("%s: %d operators".formatted(where, operators.size()));
    operators.stream().limit(MOST_SHOWN).forEach(o -> out.println("          " + o));
    if (operators.size() > MOST_SHOWN) {
      out.println("          and " + (operators.size() - MOST_SHOWN) + " more");
    }
  }

  private void print(TableComparison comparison) {
    var out = spec.commandLine().getOut();
    TextTable table =
        new TextTable(
            Column.words("kind"),
            Column.numbers("operators"),
            Column.numbers("Spearman"),
            Column.numbers("10th percentile"),
            Column.numbers("median"),
            Column.numbers("90th percentile"));
    comparison.kinds().forEach((kind, agreement) -> row(table, Fields.word(kind), agreement));
    row(table, "all", comparison.all());
    out.println("latency of the second as a multiple of the first's:");
    out.print(table.render());
  }

  private void print(NetworkDiff diff) {
    var out = spec.commandLine().getOut();
    out.println(
        "whole networks: %d only in the first, %d only in the second, %d in both, %d with equal entries, %d that moved"
            .formatted(
                diff.onlyFirst(),
                diff.onlySecond(),
                diff.same() + diff.moved(),
                diff.same(),
                diff.moved()));
    diff.agreement().ifPresent(this::print);
  }

  private void print(NetworkDiff.Agreement agreement) {
    spec.commandLine()
        .getOut()
        .println(
            "          Spearman %s; the second as a multiple of the first: 10th percentile %s, median %s, 90th percentile %s"
                .formatted(
                    three(agreement.spearman()),
                    three(agreement.tenthPercentileRatio()),
                    three(agreement.medianRatio()),
                    three(agreement.ninetiethPercentileRatio())));
  }

  private void print(SpaceDiff diff) {
    var out = spec.commandLine().getOut();
    out.println(
        "%s: %d random networks"
            .formatted(choice.name().orElseThrow(), diff.networks().networks()));
    out.println("          first   " + diff.firstClaim());
    out.println("          second  " + diff.secondClaim());
    print(diff.networks());
  }

  private void print(ModelDiff diff) {
    var out = spec.commandLine().getOut();
    out.println(
        "models of operators: %d weights differ, %d are equal"
            .formatted(diff.moved().size(), diff.same()));
    if (diff.moved().isEmpty()) {
      return;
    }
    TextTable table =
        new TextTable(
            Column.words("us for one of"),
            Column.numbers("first"),
            Column.numbers("second"),
            Column.numbers("multiple"));
    diff.moved()
        .forEach(
            w ->
                table.row(
                    w.feature(),
                    weight(w.firstMicros()),
                    weight(w.secondMicros()),
                    w.firstMicros().orElse(0) > 0 && w.secondMicros().isPresent()
                        ? three(w.secondMicros().getAsDouble() / w.firstMicros().getAsDouble())
                        : ""));
    out.print(table.render());
  }

  private static String weight(OptionalDouble micros) {
    return micros.isPresent()
        ? String.format(Locale.ROOT, "%.3g", micros.getAsDouble())
        : "not fitted";
  }

  private static void row(TextTable table, String kind, TableComparison.Agreement agreement) {
    table.row(
        kind,
        String.valueOf(agreement.operators()),
        three(agreement.spearman()),
        three(agreement.tenthPercentileRatio()),
        three(agreement.medianRatio()),
        three(agreement.ninetiethPercentileRatio()));
  }

  private void printMoves(List<ProfileDiff.Move> moves) {
    if (moves.isEmpty()) {
      return;
    }
    TextTable table =
        new TextTable(
            Column.numbers("first us"),
            Column.numbers("second us"),
            Column.numbers("multiple"),
            Column.words("deviations"),
            Column.words("operator"));
    moves.stream()
        .limit(MOST_SHOWN)
        .forEach(
            m ->
                table.row(
                    three(m.first().micros()),
                    three(m.second().micros()),
                    three(m.ratio()),
                    switch (m.extent()) {
                      case BEYOND_SPREAD -> "beyond both";
                      case WITHIN_SPREAD -> "within";
                      case SPREAD_UNKNOWN -> "not known";
                    },
                    m.operator().key()));
    var out = spec.commandLine().getOut();
    out.println(
        moves.size() > MOST_SHOWN
            ? "largest moves, %d of %d:".formatted(MOST_SHOWN, moves.size())
            : "moves:");
    out.print(table.render());
    out.flush();
  }

  private static String three(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static Map<String, Object> tree(ProfileDiff diff) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("fields", diff.fields());
    tree.put("onlyFirst", diff.onlyFirst().stream().map(Operator::key).toList());
    tree.put("onlySecond", diff.onlySecond().stream().map(Operator::key).toList());
    tree.put("same", diff.same());
    tree.put(
        "moves",
        diff.moves().stream()
            .map(
                m ->
                    Map.of(
                        "operator", m.operator().key(),
                        "firstMicros", m.first().micros(),
                        "secondMicros", m.second().micros(),
                        "ratio", m.ratio(),
                        "extent", Fields.word(m.extent())))
            .toList());
    diff.agreement().ifPresent(a -> tree.put("agreement", a));
    diff.model()
        .ifPresent(
            m ->
                tree.put(
                    "model",
                    Map.of(
                        "same",
                        m.same(),
                        "moved",
                        m.moved().stream().map(ProfileDiffCommand::tree).toList())));
    diff.networks().ifPresent(n -> tree.put("networks", tree(n)));
    return tree;
  }

  private static Map<String, Object> tree(ModelDiff.Weight weight) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("feature", weight.feature());
    weight.firstMicros().ifPresent(micros -> tree.put("firstMicros", micros));
    weight.secondMicros().ifPresent(micros -> tree.put("secondMicros", micros));
    return tree;
  }

  private static Map<String, Object> tree(NetworkDiff diff) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("onlyFirst", diff.onlyFirst());
    tree.put("onlySecond", diff.onlySecond());
    tree.put("same", diff.same());
    tree.put("moved", diff.moved());
    diff.agreement().ifPresent(a -> tree.put("agreement", a));
    return tree;
  }
}
