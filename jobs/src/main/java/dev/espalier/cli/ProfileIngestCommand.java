package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.importer.SourceFile;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.kit.Kit;
import dev.espalier.kit.KitResults;
import dev.espalier.kit.KitResults.OutlierRule;
import dev.espalier.kit.KitTimings;
import dev.espalier.kit.MeasuredProfile;
import dev.espalier.kit.ResultsForm;
import dev.espalier.latency.KitIngest;
import dev.espalier.operator.Operator;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Measured;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "ingest",
    description = {
      "Read what was measured of a kit into a profile of your own, and list what is still missing.",
      "",
      "Results may come in parts: what is measured again replaces what was measured before, the rest",
      "stays. Every line is checked; one that is no result of this kit is named with its file, and",
      "then nothing is written. Once every operator and enough whole networks are measured, the",
      "error of sums over operators is part of the profile.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile ingest kits/board-1 results.csv --form csv --name board-1 \\",
      "      --description device.yaml",
      "  ./espalier profile ingest kits/board-1 serial.log --form serial --clock-mhz 168 \\",
      "      --name board-1 --description device.yaml --json | jq .missing",
      "",
      "RUNSHEET.md in the kit shows a description, as profile import --help does."
    })
final class ProfileIngestCommand implements Callable<Integer> {
  private static final int MOST_SHOWN = 10;

  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "KIT", description = "Folder of the kit.")
  private String kit;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "RESULTS",
      description = "Files that runners wrote, all of one form.")
  private List<String> files;

  @Option(
      names = "--form",
      required = true,
      paramLabel = "F",
      completionCandidates = Forms.class,
      description = "One of ${COMPLETION-CANDIDATES}, as below.")
  private String form;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "P",
      description = "Name of the profile, which is made, or added to, among your own.")
  private String name;

  @Option(
      names = "--description",
      required = true,
      paramLabel = "FILE",
      description = "YAML that says what device was measured, and how.")
  private String description;

  @Option(
      names = "--clock-mhz",
      paramLabel = "N",
      description = {
        "Clock of the device, for results that count cycles.",
        "Default: clockMegahertz of the description."
      })
  private Double clock;

  @Option(
      names = "--drop-outliers",
      description = {
        "Leave out samples more than five robust deviations from their model's median.",
        "They are reported in any case."
      })
  private boolean dropOutliers;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What may stand for F. */
  static final class Forms implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ResultsForm.all().stream().map(ResultsForm::name).iterator();
    }
  }

  /** Sets the command, and adds to its help the forms that are registered. */
  @Spec
  void setSpec(CommandSpec value) {
    spec = value;
    ChoiceHelp.add(spec, "Forms:", ResultsForm.all(), ResultsForm::name, ResultsForm::summary);
  }

  @Override
  public Integer call() {
    if (clock != null && !(clock > 0 && clock <= 100_000)) {
      throw new ParameterException(
          spec.commandLine(), "--clock-mhz " + clock + " must be above 0 and at most 100000");
    }
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    List<String> problems = new ArrayList<>();
    Optional<Path> own =
        Inputs.load(
            problems,
            () -> {
              Path folder = storage.qualified(home.ownProfile(HardwareProfile.requireName(name)));
              Staging.recover(storage, folder);
              return folder;
            });
    Optional<Kit> measured = Inputs.load(problems, () -> Kit.read(storage, new Path(kit)));
    Optional<ProfileDescription> described =
        Inputs.load(
            problems,
            () -> ProfileDescription.ofOneOrigin(description, storage.read(new Path(description))));
    Optional<KitTimings> timings =
        measured.flatMap(
            k -> Inputs.load(problems, () -> timings(storage, k, clockMegahertz(described))));
    Optional<Path> base = own.flatMap(folder -> base(storage, home, folder));
    Optional<MeasuredProfile> before =
        base.flatMap(folder -> Inputs.load(problems, () -> MeasuredProfile.read(storage, folder)));
    Inputs.requireNone(problems);
    KitIngest.Result result =
        Inputs.load(
            () ->
                new KitIngest(measured.orElseThrow(), name, described.orElseThrow(), before)
                    .add(timings.orElseThrow()));
    Path folder = own.orElseThrow();
    if (base.equals(own)) {
      result.profile().replace(storage, folder, before.orElseThrow());
    } else {
      result.profile().write(storage, folder);
    }
    var out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> tree = tree(folder, timings.orElseThrow(), result);
      out.print(new String(Json.write(tree), StandardCharsets.UTF_8));
      out.flush();
    } else {
      print(folder, timings.orElseThrow(), result);
    }
    return ExitStatus.SUCCESS;
  }

  /** As the option or the description has it; that they agree is checked. */
  private OptionalDouble clockMegahertz(Optional<ProfileDescription> described) {
    OptionalInt stated =
        described
            .map(d -> d.provenance().get(0))
            .map(p -> p instanceof Measured m ? m.clockMegahertz() : OptionalInt.empty())
            .orElse(OptionalInt.empty());
    if (clock == null) {
      return stated.isPresent() ? OptionalDouble.of(stated.getAsInt()) : OptionalDouble.empty();
    }
    if (stated.isPresent() && Math.abs(clock - stated.getAsInt()) > 1) {
      throw new IllegalArgumentException(
          "--clock-mhz %s is not the clock of %s, clockMegahertz: %d: mend one of them"
              .formatted(clock, description, stated.getAsInt()));
    }
    return OptionalDouble.of(clock);
  }

  private KitTimings timings(Storage storage, Kit measured, OptionalDouble clockMegahertz) {
    return KitResults.read(
        measured,
        ResultsForm.named(form),
        files.stream().map(f -> SourceFile.of(f, storage.read(new Path(f)))).toList(),
        clockMegahertz,
        dropOutliers ? OutlierRule.DROP : OutlierRule.KEEP);
  }

  /** Where the profile to add to is: among one's own, or else among those that ship. */
  private Optional<Path> base(Storage storage, Home home, Path own) {
    return storage.exists(new Path(own, HardwareProfile.DESCRIPTION))
        ? Optional.of(own)
        : Optional.ofNullable(home.profiles(storage).profiles().get(name));
  }

  private void print(Path folder, KitTimings timings, KitIngest.Result result) {
    var out = spec.commandLine().getOut();
    HardwareProfile profile = result.profile().profile();
    out.println("profile    " + folder);
    out.println(
        "operators  %d: %d added, %d replaced, %d as before"
            .formatted(
                profile.table().size(),
                result.added().size(),
                result.replaced().size(),
                profile.table().size() - result.added().size() - result.replaced().size()));
    out.println("spread     " + TableText.spread(profile.table()));
    int far = timings.outliers().stream().mapToInt(KitTimings.Outliers::count).sum();
    if (far > 0) {
      out.println(
          "outliers   %d samples of %d models are more than five robust deviations off, and %s:"
              .formatted(
                  far,
                  timings.outliers().size(),
                  timings.outliersDropped() ? "are left out" : "are kept (--drop-outliers)"));
      list(
          timings.outliers().stream()
              .sorted(
                  Comparator.comparingDouble(
                      o -> -Math.abs(Math.log(o.farthestMicros() / o.medianMicros()))))
              .map(ProfileIngestCommand::words)
              .toList());
    }
    if (!timings.unfinished().isEmpty()) {
      out.println("unfinished " + timings.unfinished().size() + " runs told no latency:");
      list(timings.unfinished());
    }
    if (!result.waiting().isEmpty()) {
      out.println(
          "waiting    %d operators for the empty run of their input, which is not measured:"
              .formatted(result.waiting().size()));
      list(result.waiting().stream().map(Operator::key).toList());
    }
    out.println("sums       " + result.sums());
    if (result.missing().isEmpty()) {
      out.println("missing    none");
    } else {
      out.println("missing    %d operators:".formatted(result.missing().size()));
      list(result.missing().stream().map(Operator::key).toList());
    }
  }

  private static String words(KitTimings.Outliers outliers) {
    return String.format(
        Locale.ROOT,
        "%s: %d of %d, up to %.3f us where the median is %.3f",
        outliers.model().name(),
        outliers.count(),
        outliers.samples(),
        outliers.farthestMicros(),
        outliers.medianMicros());
  }

  private void list(List<String> lines) {
    var out = spec.commandLine().getOut();
    lines.stream().limit(MOST_SHOWN).forEach(line -> out.println("             " + line));
    if (lines.size() > MOST_SHOWN) {
      out.println("             and " + (lines.size() - MOST_SHOWN) + " more");
    }
  }

  private static Map<String, Object> tree(
      Path folder, KitTimings timings, KitIngest.Result result) {
    HardwareProfile profile = result.profile().profile();
    Map<String, Object> tree = new TreeMap<>();
    tree.put("profile", profile.name());
    tree.put("folder", folder.toString());
    tree.put("digest", profile.digest());
    tree.put("operators", profile.table().size());
    tree.put("added", keys(result.added()));
    tree.put("replaced", keys(result.replaced()));
    tree.put("waiting", keys(result.waiting()));
    tree.put("missing", keys(result.missing()));
    tree.put("sums", result.sums());
    tree.put("additivity", profile.additivity().isPresent());
    tree.put("unfinished", timings.unfinished());
    tree.put("outliersDropped", timings.outliersDropped());
    tree.put(
        "outliers",
        timings.outliers().stream()
            .map(
                o ->
                    Map.of(
                        "model", o.model().name(),
                        "count", o.count(),
                        "samples", o.samples(),
                        "medianMicros", o.medianMicros(),
                        "farthestMicros", o.farthestMicros()))
            .toList());
    return tree;
  }

  private static List<String> keys(List<Operator> operators) {
    return operators.stream().map(Operator::key).toList();
  }
}
