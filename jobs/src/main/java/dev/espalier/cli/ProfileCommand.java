package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.document.Fields;
import dev.espalier.job.Home;
import dev.espalier.job.ProfileJob;
import dev.espalier.job.SearchJob;
import dev.espalier.latency.HostMeasurement;
import dev.espalier.latency.TableComparison;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.Coverage;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.provenance.Provenance;
import dev.espalier.report.TextTable;
import dev.espalier.report.TextTable.Column;
import dev.espalier.space.SearchSpace;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "profile",
    description =
        "Hardware profiles: what operators cost on a device, and where that is known from.",
    subcommands = {
      ProfileCommand.ListCommand.class,
      ProfileCommand.ShowCommand.class,
      ProfileCommand.CompareCommand.class,
      ProfileCommand.MeasureCommand.class,
      ProfileImportCommand.class,
      ProfileKitCommand.class,
      ProfileRunKitCommand.class,
      ProfileIngestCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile list",
      "  ./espalier profile show host-cpu",
      "  ./espalier profile compare epyc-zen5 host-cpu",
      "  ./espalier profile measure",
      "  ./espalier profile import ofa-yaml *_lookup_table.yaml --name note10 \\",
      "      --description note10.yaml",
      "  ./espalier profile kit --space ofa-mobilenetv3-w1.0@224 --output kits/board-1",
      "  ./espalier profile ingest kits/board-1 results.csv --form csv --name board-1 \\",
      "      --description device.yaml"
    })
final class ProfileCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "profile needs list, show, compare, measure, import, kit, run-kit or ingest");
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
              Column.words("folder"));
      var profiles = Home.ofSystem().profiles(storage);
      for (Map.Entry<String, Path> entry : profiles.profiles().entrySet()) {
        HardwareProfile profile = Inputs.load(() -> profiles.read(entry.getKey()));
        table.row(
            profile.name(),
            Fields.word(profile.deviceClass()),
            profile.device(),
            profile.runtime(),
            String.valueOf(profile.table().size()),
            entry.getValue().toString());
      }
      spec.commandLine().getOut().print(table.render());
      spec.commandLine().getOut().flush();
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "show",
      description = "Show a device and where its numbers come from.",
      footer = {
        "",
        "Examples:",
        "  ./espalier profile show host-cpu",
        "  ./espalier profile show note10 --space ofa-mobilenetv3-w1.2"
      })
  static final class ShowCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PROFILE", description = "A name, or a folder.")
    private String name;

    @Option(
        names = "--space",
        paramLabel = "S",
        description = {
          "Also show how much of a search space the table covers. A released space's name, or the",
          "path of a space's file, with a slash."
        })
    private String space;

    @Override
    public Integer call() {
      Storage storage = SearchJob.storage();
      Home home = Home.ofSystem();
      HardwareProfile profile = Inputs.load(() -> home.profiles(storage).read(name));
      Optional<SearchSpace> searchSpace =
          Optional.ofNullable(space).map(s -> Inputs.load(() -> home.spaces(storage).read(s)));
      var out = spec.commandLine().getOut();
      out.println("profile    " + profile.name());
      out.println("device     " + profile.device());
      out.println("class      " + Fields.word(profile.deviceClass()));
      out.println("runtime    " + profile.runtime() + ", " + Fields.word(profile.precision()));
      out.println("operators  " + profile.table().size());
      out.println("digest     " + profile.digest());
      out.println("spread     " + TableText.spread(profile.table()));
      for (Provenance provenance : profile.provenance()) {
        out.println("numbers    " + provenance.words());
      }
      profile.source().ifPresent(source -> out.println("source     " + source.words()));
      out.println(
          "sums       "
              + profile
                  .additivity()
                  .map(Additivity::words)
                  .orElse("not compared with whole networks"));
      searchSpace.ifPresent(
          s -> TableText.print(out, space, Coverage.of(s, profile.table(), profile.precision())));
      return ExitStatus.SUCCESS;
    }
  }

  @Command(
      name = "compare",
      description = {
        "Compare what two devices take for the operators that both profiles have: how alike they",
        "rank them, and the second's latency as a multiple of the first's."
      },
      footer = {"", "Example:", "  ./espalier profile compare epyc-zen5 host-cpu"})
  static final class CompareCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FIRST", description = "A name, or a folder.")
    private String first;

    @Parameters(index = "1", paramLabel = "SECOND", description = "A name, or a folder.")
    private String second;

    @Override
    public Integer call() {
      ProfileCatalogue profiles = Home.ofSystem().profiles(SearchJob.storage());
      HardwareProfile left = Inputs.load(() -> profiles.read(first));
      HardwareProfile right = Inputs.load(() -> profiles.read(second));
      TableComparison comparison =
          Inputs.load(() -> TableComparison.of(left.table(), right.table()));
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
      var out = spec.commandLine().getOut();
      out.println("first   " + left.name() + ", " + left.device());
      out.println("second  " + right.name() + ", " + right.device());
      out.println("latency of the second as a multiple of the first's:");
      out.print(table.render());
      out.println(
          "only in the first: %d operators; only in the second: %d"
              .formatted(comparison.onlyFirst(), comparison.onlySecond()));
      return ExitStatus.SUCCESS;
    }

    private static void row(TextTable table, String kind, TableComparison.Agreement agreement) {
      table.row(
          kind,
          String.valueOf(agreement.operators()),
          String.format(Locale.ROOT, "%.3f", agreement.spearman()),
          String.format(Locale.ROOT, "%.3f", agreement.tenthPercentileRatio()),
          String.format(Locale.ROOT, "%.3f", agreement.medianRatio()),
          String.format(Locale.ROOT, "%.3f", agreement.ninetiethPercentileRatio()));
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
