package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.importer.SourceFile;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.operatorlatency.MeasuredSet;
import dev.espalier.operatorlatency.ModelledProfile;
import dev.espalier.operatorlatency.OperatorLatencyFit;
import dev.espalier.operatorlatency.SampleChoice;
import dev.espalier.operatorlatency.SampleForm;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.space.SearchSpace;
import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "model",
    description = {
      "Make a profile of a model that is fitted to measured operators or networks.",
      "",
      "The model is a sum over what the parts of an operator do, with no negative weight, and says a",
      "latency of every operator of its precision, however far from what was measured. It is judged",
      "on groups of values kept out, and by other devices of the files with a dozen anchors. The",
      "profile holds the model and its errors, and nothing of the files.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile model micronas-csv mcu_op_latency.csv \\",
      "      --device \"NUCLEO-L552ZE-Q (Cortex-M33)\" --name m33 --description m33.yaml",
      "  ./espalier profile model ultra96-csv all_blocks_latency_raw.csv --lanes 8x12x12 --on-chip \\",
      "      --space ofa-mobilenetv3-w1.2 --name dpu --description dpu.yaml --json | jq .errors",
      "",
      "A description, of which only memory may be left out:",
      "  device: NUCLEO-L552ZE-Q",
      "  class: mcu                         # or cpu, dsp, fpga, mobile-gpu",
      "  runtime: TFLite-Micro with CMSIS-NN",
      "  precision: int8                    # or float16, float32",
      "  memory: {sramBytes: 262144, flashBytes: 524288}    # ramBytes"
    })
final class ProfileModelCommand implements Callable<Integer> {
  private static final int MOST_LEFT_OUT = 10;

  private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FORM",
      completionCandidates = Forms.class,
      description = "One of ${COMPLETION-CANDIDATES}, as below.")
  private String form;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Of one form.")
  private List<String> files;

  @Option(names = "--name", required = true, paramLabel = "P", description = "Of the profile.")
  private String name;

  @Option(
      names = "--description",
      required = true,
      paramLabel = "FILE",
      description = "YAML that says what device the numbers are of, as below.")
  private String description;

  @Option(
      names = "--device",
      paramLabel = "DEV",
      description = "Whose values, where the files are of several devices.")
  private String device;

  @Mixin private KernelChoice kernels;

  @Option(
      names = "--space",
      paramLabel = "S",
      description = {
        "A space whose parts, such as stages, are the groups that are kept out in turn.",
        "A released space's name, or the path of a space's file, with a slash."
      })
  private List<String> spaces = List.of();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the profile. Default: P among your own profiles.")
  private String output;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What may stand for FORM. */
  static final class Forms implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SampleForm.all().stream().map(SampleForm::name).iterator();
    }
  }

  /** Sets the command, and adds to its help the forms that there are. */
  @Spec
  void setSpec(CommandSpec value) {
    spec = value;
    ChoiceHelp.add(spec, "Forms:", SampleForm.all(), SampleForm::name, SampleForm::summary);
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
              HardwareProfile.requireName(name);
              Path own = output == null ? home.ownProfile(name) : new Path(output);
              storage.requireVacant(own);
              return own;
            });
    List<SearchSpace> grouping = new ArrayList<>();
    for (String space : spaces) {
      Inputs.load(problems, () -> home.spaces(storage).read(space)).ifPresent(grouping::add);
    }
    Optional<ProfileDescription> described =
        Inputs.load(
            problems,
            () -> ProfileDescription.ofDevice(description, storage.read(new Path(description))));
    Optional<OperatorLatencyFit> fit =
        described.flatMap(d -> Inputs.load(problems, () -> kernels.fit(d.precision())));
    Optional<MeasuredSet> set =
        described.flatMap(d -> Inputs.load(problems, () -> read(storage, home, d, grouping)));
    Inputs.requireNone(problems);
    HardwareProfile profile =
        Inputs.load(
            () ->
                ModelledProfile.fit(
                    name,
                    described.orElseThrow(),
                    set.orElseThrow(),
                    fit.orElseThrow(),
                    LocalDate.now(Clock.systemDefaultZone())));
    profile.write(storage, folder.orElseThrow());
    if (json) {
      Map<String, Object> tree = tree(profile, folder.orElseThrow(), set.orElseThrow());
      spec.commandLine().getOut().print(new String(Json.write(tree), StandardCharsets.UTF_8));
    } else {
      print(profile, folder.orElseThrow(), set.orElseThrow());
    }
    spec.commandLine().getOut().flush();
    return ExitStatus.SUCCESS;
  }

  private MeasuredSet read(
      Storage storage, Home home, ProfileDescription described, List<SearchSpace> grouping) {
    return SampleForm.named(form)
        .read(
            files.stream().map(f -> SourceFile.of(f, storage.read(new Path(f)))).toList(),
            new SampleChoice(
                described.precision(),
                Optional.ofNullable(device),
                grouping,
                released -> home.spaces(storage).read(released)));
  }

  private void print(HardwareProfile profile, Path folder, MeasuredSet set) {
    var out = spec.commandLine().getOut();
    OperatorLatencyModel model = profile.table().model().orElseThrow();
    out.println("profile    " + folder);
    profile.provenance().forEach(p -> out.println("numbers    " + p.words()));
    model.errors().forEach(error -> out.println("error      " + error.words()));
    profile.additivity().map(Additivity::words).ifPresent(w -> out.println("sums       " + w));
    set.leftOut().stream()
        .limit(MOST_LEFT_OUT)
        .forEach(place -> out.println("left out   " + place));
    if (set.leftOut().size() > MOST_LEFT_OUT) {
      out.println("left out   and " + (set.leftOut().size() - MOST_LEFT_OUT) + " more");
    }
  }

  private static Map<String, Object> tree(HardwareProfile profile, Path folder, MeasuredSet set) {
    OperatorLatencyModel model = profile.table().model().orElseThrow();
    Map<String, Object> tree = new TreeMap<>();
    tree.put("profile", profile.name());
    tree.put("folder", folder.toString());
    tree.put("digest", profile.digest());
    tree.put("fittedOn", model.fittedOn());
    tree.put("extrapolation", model.extrapolation());
    tree.put("errors", model.errors().stream().map(ProfileModelCommand::tree).toList());
    tree.put("networkMicros", model.networkMicros());
    tree.put("leftOut", set.leftOut());
    return tree;
  }

  private static Map<String, Object> tree(HeldOutError error) {
    return Map.of(
        "heldOut", error.heldOut(),
        "values", error.values(),
        "medianRelativeError", error.medianRelativeError(),
        "ninetiethPercentileError", error.ninetiethPercentileError());
  }
}
