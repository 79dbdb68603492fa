package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.document.Fields;
import dev.espalier.job.EmulationJob;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.microcontroller.Platform;
import dev.espalier.operator.Precision;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "emulate",
    description = {
      "Make a profile of a microcontroller that is emulated here.",
      "",
      "The C kernels of each operator of a space are compiled, run under QEMU and their instructions",
      "counted; then whole networks are, and the profile says how far sums are from them. A count is",
      "no time: microseconds are the count divided by a clock and a number of instructions a cycle,",
      "which are yours to state. Both stand in the profile, whose numbers are marked emulated.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  ./espalier profile emulate cortex-m4 --supernet fashion-mnist --clock 180 --per-cycle 0.8 \\",
      "      --description m4.yaml --name my-m4",
      "",
      "A description, of which only memory may be left out:",
      "  device: STM32F446RE",
      "  class: mcu",
      "  runtime: Espalier C",
      "  precision: int8",
      "  memory: {sramBytes: 131072, flashBytes: 524288}"
    })
final class ProfileEmulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "CORE",
      completionCandidates = Cores.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String core;

  @Mixin private SpaceChoice space;

  @Option(
      names = "--clock",
      required = true,
      paramLabel = "MHZ",
      description = "Clock of the device.")
  private double clock;

  @Option(
      names = "--per-cycle",
      required = true,
      paramLabel = "N",
      description = "Instructions that it executes in a cycle, stated by you.")
  private double perCycle;

  @Option(names = "--name", required = true, paramLabel = "P", description = "Of the profile.")
  private String name;

  @Option(
      names = "--description",
      required = true,
      paramLabel = "FILE",
      description = "YAML that says what device it is, as below.")
  private String description;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the profile. Default: P among your own profiles.")
  private String output;

  /** What may stand for CORE. */
  static final class Cores implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return cores().iterator();
    }
  }

  private static List<String> cores() {
    return Arrays.stream(Platform.values())
        .filter(Platform::emulated)
        .map(Platform::label)
        .toList();
  }

  @Override
  public Integer call() {
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    List<String> problems = new ArrayList<>();
    Optional<Platform> platform = Inputs.load(problems, this::platform);
    Optional<Path> folder =
        Inputs.load(
            problems,
            () -> {
              HardwareProfile.requireName(name);
              Path own = output == null ? home.ownProfile(name) : new Path(output);
              storage.requireVacant(own);
              return own;
            });
    Optional<SearchSpace> searchSpace = Inputs.load(problems, () -> space.read(storage, home));
    Optional<ProfileDescription> device = Inputs.load(problems, () -> device(storage));
    Optional<EmulationJob.Rates> rates =
        Inputs.load(problems, () -> new EmulationJob.Rates(clock, perCycle));
    Inputs.requireNone(problems);
    HardwareProfile profile =
        new EmulationJob(storage, TerminalProgress.onStandardError())
            .emulate(
                platform.orElseThrow(),
                searchSpace.orElseThrow(),
                device.orElseThrow(),
                rates.orElseThrow(),
                name,
                folder.orElseThrow());
    var out = spec.commandLine().getOut();
    out.println("%s: %d operators".formatted(folder.orElseThrow(), profile.table().size()));
    profile.provenance().forEach(p -> out.println(p.words()));
    out.println(profile.additivity().orElseThrow().words());
    out.flush();
    return ExitStatus.SUCCESS;
  }

  private Platform platform() {
    Platform found =
        Arrays.stream(Platform.values())
            .filter(p -> p.emulated() && p.label().equals(core))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "core '%s' is not one of %s".formatted(core, cores())));
    for (Platform needed : List.of(Platform.HOST, found)) {
      needed
          .missing()
          .ifPresent(
              what -> {
                throw new IllegalArgumentException(what);
              });
    }
    return found;
  }

  private ProfileDescription device(Storage storage) {
    ProfileDescription device =
        ProfileDescription.ofDevice(description, storage.read(new Path(description)));
    if (device.precision() != Precision.INT8) {
      throw new IllegalArgumentException(
          "%s: precision %s: C models compute in int8"
              .formatted(description, Fields.word(device.precision())));
    }
    return device;
  }
}
