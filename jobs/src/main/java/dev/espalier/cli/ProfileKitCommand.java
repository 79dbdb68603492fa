package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.deploy.FloatEmitter;
import dev.espalier.job.Home;
import dev.espalier.job.KitJob;
import dev.espalier.job.SearchJob;
import dev.espalier.kit.Kit;
import dev.espalier.kit.KitContents;
import dev.espalier.kit.KitRole;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
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
import picocli.CommandLine.Spec;

@Command(
    name = "kit",
    description = {
      "Write a kit to measure a device with: a small model for each operator of a space that a",
      "profile lacks, models that show the fixed cost of a run, whole networks on which sums over",
      "operators are checked, a manifest, and a run sheet with the commands for the usual runners.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile kit --space ofa-mobilenetv3-w1.0@224 --output kits/board-1",
      "  ./espalier profile kit --supernet fashion-mnist --profile board-1 --output kits/rest",
      "",
      "Then measure as RUNSHEET.md in the kit says, and read the results with profile ingest."
    })
final class ProfileKitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private SpaceChoice space;

  @Option(
      names = "--profile",
      paramLabel = "P",
      description = {
        "Leave out the operators that this profile has: a name, or a folder.",
        "Default: none, so that all are written."
      })
  private String profile;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the kit; must not exist, or be empty.")
  private String output;

  @Option(
      names = "--probes",
      paramLabel = "N",
      defaultValue = "" + KitJob.PROBES,
      description = "Whole networks; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int probes;

  @Option(
      names = "--format",
      paramLabel = "F",
      defaultValue = "onnx",
      completionCandidates = Formats.class,
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private String format;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** What may stand for F. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return KitJob.emitters().stream().map(FloatEmitter::format).iterator();
    }
  }

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    Path folder = new Path(output);
    List<String> problems = new ArrayList<>();
    Inputs.load(
        problems,
        () -> {
          storage.requireVacant(folder);
          return folder;
        });
    Optional<FloatEmitter> emitter = Inputs.load(problems, () -> KitJob.emitter(format));
    Optional<SearchSpace> searchSpace = Inputs.load(problems, () -> space.read(storage, home));
    Optional<HardwareProfile> known =
        Optional.ofNullable(profile)
            .flatMap(p -> Inputs.load(problems, () -> home.profiles(storage).read(p)));
    Inputs.requireNone(problems);
    KitContents contents =
        Inputs.load(
            () ->
                KitJob.contents(
                    space.name().orElseThrow(), searchSpace.orElseThrow(), known, probes));
    Kit kit =
        new KitJob(storage, TerminalProgress.onStandardError())
            .write(contents, emitter.orElseThrow(), folder);
    print(kit);
    return ExitStatus.SUCCESS;
  }

  private void print(Kit kit) {
    var out = spec.commandLine().getOut();
    int empties = kit.models(KitRole.EMPTY).size();
    int operators = kit.models(KitRole.OPERATOR).size();
    int calibration = kit.models(KitRole.CALIBRATION).size();
    int held = kit.models(KitRole.PROBE).size();
    if (json) {
      Map<String, Object> tree = new TreeMap<>();
      tree.put("kit", output);
      tree.put("space", kit.spaceName());
      tree.put("format", kit.format());
      tree.put("empties", empties);
      tree.put("operators", operators);
      tree.put("calibration", calibration);
      tree.put("probes", held);
      out.print(new String(Json.write(tree), StandardCharsets.UTF_8));
      out.flush();
      return;
    }
    out.println("kit        " + output);
    out.println(
        "operators  %d of %s%s"
            .formatted(
                operators,
                kit.spaceName(),
                profile == null ? ", all of them" : " that profile " + profile + " lacks"));
    out.println(
        "models     %d %s files: %d empty runs, %d operators, %d networks to calibrate on, %d to check on"
            .formatted(kit.models().size(), kit.format(), empties, operators, calibration, held));
    out.println("next       %s/RUNSHEET.md says how to measure them".formatted(output));
  }
}
