package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.document.Fields;
import dev.espalier.job.Home;
import dev.espalier.job.ProfileJob;
import dev.espalier.job.SearchJob;
import dev.espalier.latency.HostMeasurement;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.Coverage;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileError;
import dev.espalier.provenance.Provenance;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.review.CostSummary;
import dev.espalier.review.Steps;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.NetworkTable;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "profile",
    description =
        "Hardware profiles: what operators or whole networks cost on a device, and where that is known from.",
    subcommands = {
      ProfileCommand.ListCommand.class,
      ProfileCommand.ShowCommand.class,
      ProfileDiffCommand.class,
      ProfileCommand.MeasureCommand.class,
      ProfileEmulateCommand.class,
      ProfileImportCommand.class,
      ProfileModelCommand.class,
      ProfileFitCommand.class,
      ProfileKitCommand.class,
      ProfileRunKitCommand.class,
      ProfileIngestCommand.class,
      ProfileAdaptCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile list",
      "  ./espalier profile show host-cpu",
      "  ./espalier profile diff epyc-zen5 host-cpu",
      "  ./espalier profile measure",
      "  ./espalier profile emulate cortex-m4 --supernet fashion-mnist --clock 180 --per-cycle 0.8 \\",
      "      --description m4.yaml --name my-m4",
      "  ./espalier profile import ofa-yaml *_lookup_table.yaml --name note10 \\",
      "      --description note10.yaml",
      "  ./espalier profile model micronas-csv mcu_op_latency.csv --device B --name m33 \\",
      "      --description m33.yaml",
      "  ./espalier profile fit networks --space nasbench201 --measurements board.csv --unit ms \\",
      "      --description board.yaml --name board",
      "  ./espalier profile kit --space ofa-mobilenetv3-w1.0@224 --output kits/board-1",
      "  ./espalier profile ingest kits/board-1 results.csv --form csv --name board-1 \\",
      "      --description device.yaml",
      "  ./espalier profile adapt --supernet fashion-mnist --from epyc-zen5"
    })
final class ProfileCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "profile needs list, show, diff, measure, emulate, import, model, fit, kit, run-kit, ingest or adapt");
  }

  @Command(
      name = "list",
      description = "List the profiles that have a name.",
      footer = {"", "Example:", "  ./espalier profile list"})
  static final class ListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      TextTable table =
          new TextTable(
              Column.words("profile"),
              Column.words("class"),
              Column.words("device"),
              Column.words("runtime"),
              Column.numbers("operators"),
              Column.numbers("networks"),
              Column.words("median error"),
              Column.words("folder"));
      var profiles = Home.ofSystem().profiles(storage);
      for (Map.Entry<String, Path> entry : profiles.profiles().entrySet()) {
        HardwareProfile profile = Inputs.load(() -> profiles.read(entry.getKey()));
        table.row(
            profile.name(),
            Fields.word(profile.deviceClass()),
            profile.device(),
            profile.runtime(),
            TableText.operators(profile.table()),
            NetworkText.count(profile),
            ProfileError.of(profile).map(ProfileError::words).orElse("not known"),
            entry.getValue().toString());
      }
      spec.commandLine().getOut().print(table.render());
      spec.commandLine().getOut().flush();
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "show",
      description = {
        "Show a device, where its numbers come from and how far they scatter, steps that look wrong,",
        "and what operators cost by kind and kernel. With a space also how much of it the table covers,",
        "and costs by part of its networks. Where whole networks are known: how many, of which space,",
        "and in what range they are.",
        ""
      },
      footer = {
        "",
        "Examples:",
        "  ./espalier profile show host-cpu --supernet fashion-mnist",
        "  ./espalier profile show note10 --space ofa-mobilenetv3-w1.2"
      })
  static final class ShowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PROFILE", description = "A name, or a folder.")
    private String name;

    @Mixin private SpaceChoice space;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      Home home = Home.ofSystem();
      HardwareProfile profile = Inputs.load(() -> home.profiles(storage).read(name));
      Optional<SearchSpace> searchSpace =
          space.name().map(s -> Inputs.load(() -> space.read(storage, home)));
      var out = spec.commandLine().getOut();
      out.println("profile    " + profile.name());
      out.println("device     " + profile.device());
      out.println("class      " + Fields.word(profile.deviceClass()));
      out.println("runtime    " + profile.runtime() + ", " + Fields.word(profile.precision()));
      out.println("operators  " + TableText.operators(profile.table()));
      out.println("digest     " + profile.digest());
      boolean operators = profile.table().size() > 0 || profile.table().model().isPresent();
      if (operators) {
        out.println("spread     " + TableText.spread(profile.table()));
      }
      profile.allNetworks().ifPresent(n -> NetworkText.print(out, n));
      for (Provenance provenance : profile.provenance()) {
        out.println("numbers    " + provenance.words() + " (" + counts(profile, provenance) + ")");
      }
      profile.table().model().stream()
          .flatMap(model -> model.errors().stream())
          .forEach(error -> out.println("error      " + error.words()));
      NetworkText.printModel(out, profile);
      profile.source().ifPresent(source -> out.println("source     " + source.words()));
      if (operators) {
        out.println(
            "sums       "
                + profile
                    .additivity()
                    .map(Additivity::words)
                    .orElse("not compared with whole networks"));
        ProfileText.print(out, Steps.of(profile.table()));
      }
      searchSpace.ifPresent(s -> printCoverage(out, profile, s));
      if (operators) {
        ProfileText.print(
            out,
            searchSpace.isPresent() ? "part" : "kind",
            searchSpace
                .map(s -> CostSummary.of(s, profile.table(), profile.precision()))
                .orElseGet(() -> CostSummary.of(profile.table())));
      }
      out.flush();
      return ExitStatus.SUCCESS;
    }

    /** How many numbers are of an origin, in words. */
    private static String counts(HardwareProfile profile, Provenance provenance) {
      int networks =
          profile
              .allNetworks()
              .map(n -> n.origins().getOrDefault(provenance.origin(), 0))
              .orElse(0);
      long operators =
          profile.table().entries().values().stream()
              .filter(e -> e.origin() == provenance.origin())
              .count();
      boolean model = operators == 0 && profile.table().model().isPresent();
      String count = (model ? TableText.operators(profile.table()) : operators) + " operators";
      return networks == 0
          ? count
          : (operators == 0 && !model ? "" : count + ", ") + "%d networks".formatted(networks);
    }

    private void printCoverage(PrintWriter out, HardwareProfile profile, SearchSpace wanted) {
      String name = space.name().orElseThrow();
      Optional<NetworkTable> networks = profile.allNetworks();
      networks.ifPresent(n -> NetworkText.print(out, name, wanted, n));
      boolean known = networks.filter(n -> n.space().equals(wanted)).isPresent();
      if (!known || profile.table().size() > 0) {
        TableText.print(out, name, Coverage.of(wanted, profile.table(), profile.precision()));
      }
    }
  }

  @Command(
      name = "measure",
      description = {
        "Measure the machine at hand: every operator of a supernet's space in ONNX Runtime, one",
        "thread, batch 1, then whole networks, on which a model of what summing leaves out is",
        "fitted and checked. Leave the machine alone meanwhile."
      },
      footer = {
        "",
        "Examples:",
        "  ./espalier profile measure",
        "  ./espalier profile measure --supernet nets/mine --output profiles/quiet-box"
      })
  static final class MeasureCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--supernet",
        paramLabel = "S",
        defaultValue = "fashion-mnist",
        description = "A name, or a folder. Default: ${DEFAULT-VALUE}.")
    private String supernet;

    @Option(
        names = "--output",
        paramLabel = "DIR",
        description = {
          "Folder of the profile; its last part is the profile's name.",
          "Default: host-cpu among your own profiles."
        })
    private String output;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      Home home = Home.ofSystem();
      Path folder = output == null ? home.ownProfile(ProfileJob.HOST) : new Path(output);
      SearchSpace space =
          Inputs.load(
              () -> {
                storage.requireVacant(folder);
                return home.supernets(storage).open(supernet).space();
              });
      HardwareProfile profile =
          new ProfileJob(
                  storage,
                  TimingPlan.STANDARD,
                  HostMeasurement.NETWORKS,
                  TerminalProgress.onStandardError())
              .measure(space, folder);
      var out = spec.commandLine().getOut();
      out.println("%s: %d operators".formatted(folder, profile.table().size()));
      out.println(profile.additivity().orElseThrow().words());
      return ExitStatus.SUCCESS;
    }
  }
}
