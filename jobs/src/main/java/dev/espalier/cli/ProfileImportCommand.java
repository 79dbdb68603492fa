package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.importer.ImportedProfile;
import dev.espalier.importer.ImportedTable;
import dev.espalier.importer.ProfileImport;
import dev.espalier.importer.TableImporter;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.profile.Coverage;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    description = {
      "Make a profile of latency tables that others published.",
      "",
      "Every entry is checked: one that is no latency of an operator, or that contradicts another, is",
      "named with its file and line, and then nothing is written. Device, runtime, precision, threads",
      "and date are not in such tables and are never guessed: the description has them.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile import ofa-yaml 192_lookup_table.yaml --name note10 \\",
      "      --description note10.yaml --space ofa-mobilenetv3-w1.2",
      "  ./espalier profile import csv table.csv --mapping columns.yaml --name board \\",
      "      --description board.yaml --json | jq .operators",
      "",
      "A description, of which only memory and clockMegahertz may be left out:",
      "  device: Samsung Galaxy Note10",
      "  class: cpu                         # or mcu, dsp, fpga, mobile-gpu",
      "  runtime: tflite 2.1",
      "  precision: float32                 # or float16, int8",
      "  memory: {ramBytes: 8589934592}     # sramBytes, flashBytes",
      "  provenance:",
      "    measured:",
      "      device: Samsung Galaxy Note10, one big core",
      "      runtime: tflite",
      "      runtimeVersion: 2.1",
      "      precision: float32",
      "      batch: 1",
      "      threads: 1",
      "      clockMegahertz: 2730",
      "      date: 2020-06-15",
      "      method: mean over the runs that the table counts",
      "",
      "A mapping:",
      "  latency: {column: mean_ms, unit: ms}               # us, ms or s",
      "  spread: {column: std_ms, unit: ms, statistic: standard-deviation}    # or variance",
      "  samples: count                     # spread and samples may be left out",
      "  columns: {input: in, outputChannels: out, kernel: k, stride: s, expansionRatio: e}",
      "  constants: {kind: mbconv, squeezeReduction: 0, shortcut: auto}",
      "  values:                            # what the text of a cell stands for",
      "    activation: [{text: \"1\", means: h_swish}, {text: \"0\", means: relu}]",
      "  # where lines differ: select: COLUMN, and",
      "  # rows: [{text: TEXT, columns: ..., constants: ...}, ...]",
      "  # fields: kind, input (HxWxC) or inputHeight, inputWidth, inputChannels, the same of output,",
      "  # kernel, stride, groups, expansionChannels or expansionRatio, squeezeChannels or",
      "  # squeezeReduction, activation, shortcut, precision; words are those of latency.csv"
    })
final class ProfileImportCommand implements Callable<Integer> {
  private static final int MOST_LEFT_OUT = 10;

  private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String format;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Of one table.")
  private List<String> files;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "P",
      description = "Name of the profile, which goes among your own.")
  private String name;

  @Option(
      names = "--description",
      required = true,
      paramLabel = "FILE",
      description = "YAML that says what the numbers are of, as below.")
  private String description;

  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "YAML that says what the columns of a csv mean, as below.")
  private String mapping;

  @Option(
      names = "--space",
      paramLabel = "S",
      description = {
        "Also show how much of a search space the table covers. A released space's name, or the",
        "path of a space's file, with a slash."
      })
  private String space;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What may stand for FORMAT. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TableImporter.all().stream().map(TableImporter::format).iterator();
    }
  }

  /** Sets the command, and adds to its help the formats that are registered. */
  @Spec
  void setSpec(CommandSpec value) {
    spec = value;
    ChoiceHelp.add(
        spec, "Formats:", TableImporter.all(), TableImporter::format, TableImporter::summary);
  }

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    List<String> problems = new ArrayList<>();
    Optional<Path> folder =
        Inputs.load(
            problems,
            () -> {
              Path own = home.ownProfile(name);
              storage.requireVacant(own);
              return own;
            });
    Optional<SearchSpace> searchSpace =
        Optional.ofNullable(space)
            .flatMap(s -> Inputs.load(problems, () -> home.spaces(storage).read(s)));
    Optional<ImportedProfile> imported = Inputs.load(problems, () -> read(storage));
    Inputs.requireNone(problems);
    HardwareProfile profile = imported.orElseThrow().profile();
    Optional<Coverage> coverage =
        searchSpace.map(s -> Coverage.of(s, profile.table(), profile.precision()));
    profile.write(storage, folder.orElseThrow());
    var out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> tree = tree(imported.get(), folder.get(), coverage);
      out.print(new String(Json.write(tree), StandardCharsets.UTF_8));
    } else {
      print(imported.get().table(), folder.get());
      coverage.ifPresent(c -> TableText.print(out, space, c));
    }
    out.flush();
    return ExitStatus.SUCCESS;
  }

  private ImportedProfile read(Storage storage) {
    ProfileImport.Builder builder =
        ProfileImport.builder()
            .name(name)
            .format(format)
            .files(files.stream().map(Path::new).toList())
            .description(new Path(description));
    if (mapping != null) {
      builder.mapping(new Path(mapping));
    }
    return builder.build().read(storage);
  }

  private void print(ImportedTable table, Path folder) {
    var out = spec.commandLine().getOut();
    out.println("profile    " + folder);
    out.println(
        "operators  %d, from %d entries in %s"
            .formatted(
                table.table().size(),
                table.entries(),
                files.size() == 1 ? "1 file" : files.size() + " files"));
    if (table.pooled() > 0) {
      out.println(
          String.format(
              Locale.ROOT,
              "pooled     %d operators that several runs timed, whose means are at most %.1f %% apart",
              table.pooled(),
              100 * (table.largestRatio() - 1)));
    }
    table.leftOut().stream()
        .limit(MOST_LEFT_OUT)
        .forEach(place -> out.println("left out   " + place));
    if (table.leftOut().size() > MOST_LEFT_OUT) {
      out.println("left out   and " + (table.leftOut().size() - MOST_LEFT_OUT) + " more");
    }
    out.println("spread     " + TableText.spread(table.table()));
  }

  private Map<String, Object> tree(
      ImportedProfile imported, Path folder, Optional<Coverage> coverage) {
    ImportedTable table = imported.table();
    Map<String, Object> tree = new TreeMap<>();
    tree.put("profile", imported.profile().name());
    tree.put("folder", folder.toString());
    tree.put("digest", imported.profile().digest());
    tree.put("operators", table.table().size());
    tree.put("entries", table.entries());
    tree.put("pooled", table.pooled());
    tree.put("largestRatio", table.largestRatio());
    tree.put("leftOut", table.leftOut());
    coverage.ifPresent(c -> tree.put("coverage", TableText.tree(space, c)));
    return tree;
  }
}
