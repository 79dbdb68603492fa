package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.document.Fields;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.latency.AdaptedTable;
import dev.espalier.latency.NetworkLatencyModel;
import dev.espalier.latency.NetworkMeasurements;
import dev.espalier.latency.NetworkPredictor;
import dev.espalier.latency.NetworkProfile;
import dev.espalier.latency.ProfileAdaptation;
import dev.espalier.operatorlatency.MeasuredNetworks;
import dev.espalier.operatorlatency.MeasuredOperators;
import dev.espalier.operatorlatency.MeasuredSet;
import dev.espalier.operatorlatency.ModelledProfile;
import dev.espalier.operatorlatency.OperatorLatencyFit;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.profile.ProfileError;
import dev.espalier.run.Progress;
import dev.espalier.space.SearchSpace;
import dev.espalier.work.HeldOutError;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "fit",
    description = {
      "Fit a latency predictor to networks or operators that were measured, and publish it as a",
      "profile. Its error is found on measurements kept out of fits, and stays with the profile.",
      "",
      "Kinds:",
      "  sum        the weighted sum of the tables of known profiles (--from), and an overhead;",
      "             from 5 measured networks, each left out in turn",
      "  operators  what an operator costs by the work of its parts; from some hundred measured",
      "             networks, or operators (--operators), each fifth, or part, kept out in turn",
      "  networks   whole networks, where sums do not hold: a Gaussian process and boosted trees;",
      "             from 100 measured networks of a space that can be listed, such as nasbench201,",
      "             each fifth kept out in turn; those measured stay in the profile",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile fit networks --space nasbench201 --measurements latbench.csv --unit ms \\",
      "      --architecture-column arch_vector --latency-column board --description board.yaml \\",
      "      --name board",
      "  ./espalier profile fit sum --supernet fashion-mnist --from epyc-zen5 \\",
      "      --measurements board.csv --unit us --description board.yaml --name board",
      "  ./espalier profile fit operators --space ofa-mobilenetv3-w1.2 --operators latency.csv \\",
      "      --description board.yaml --name board",
      "",
      "Measurements are CSV with a line of column names; operators are as a profile's latency.csv.",
      "The description is YAML as profile import takes it; its provenance tells how was measured."
    })
final class ProfileFitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** What is fitted. */
  enum Kind {
    SUM,
    OPERATORS,
    NETWORKS
  }

  @Parameters(index = "0", paramLabel = "KIND", description = "sum, operators or networks.")
  private Kind kind;

  @Mixin private SpaceChoice choice;

  @Mixin private MeasurementsChoice measurements;

  @Option(
      names = "--operators",
      paramLabel = "FILE",
      description = "In place of measurements of networks, for operators.")
  private String operators;

  @Option(
      names = "--from",
      split = ",",
      paramLabel = "P",
      description = "For a sum: known profiles, names or folders; several with commas.")
  private List<String> from = List.of();

  @Mixin private KernelChoice kernels;

  @Option(
      names = "--name",
      required = true,
      paramLabel = "Q",
      description = "Name of the new profile, which goes among your own.")
  private String name;

  @Option(
      names = "--description",
      required = true,
      paramLabel = "FILE",
      description = "YAML that says what the device is, and how it was measured.")
  private String description;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    requireOptions();
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    ProfileCatalogue profiles = home.profiles(storage);
    List<String> problems = new ArrayList<>();
    Optional<Path> folder =
        Inputs.load(
            problems,
            () -> {
              Path own = home.ownProfile(HardwareProfile.requireName(name));
              storage.requireVacant(own);
              return own;
            });
    Optional<SearchSpace> space = Inputs.load(problems, () -> choice.read(storage, home));
    Optional<ProfileDescription> described =
        Inputs.load(
            problems,
            () -> ProfileDescription.ofOneOrigin(description, storage.read(new Path(description))));
    List<HardwareProfile> known = new ArrayList<>();
    from.forEach(p -> Inputs.load(problems, () -> profiles.read(p)).ifPresent(known::add));
    Optional<OperatorLatencyFit> fit =
        described.flatMap(d -> Inputs.load(problems, () -> kernels.fit(d.precision())));
    if (kind == Kind.NETWORKS && space.isPresent() && described.isPresent()) {
      Inputs.load(
          problems,
          () -> {
            NetworkProfile.require(space.get(), described.get());
            return space;
          });
    }
    Optional<NetworkMeasurements> measured =
        measurements
            .file()
            .flatMap(file -> space)
            .flatMap(s -> Inputs.load(problems, () -> read(storage, s)));
    Optional<MeasuredSet> set =
        Optional.ofNullable(operators)
            .flatMap(
                file ->
                    space.isEmpty() || described.isEmpty()
                        ? Optional.empty()
                        : Inputs.load(
                            problems,
                            () ->
                                MeasuredOperators.read(
                                    space.get(),
                                    described.get(),
                                    file,
                                    storage.read(new Path(file)))));
    Inputs.requireNone(problems);
    LocalDate today = LocalDate.now(Clock.systemDefaultZone());
    HardwareProfile profile =
        Inputs.load(
            () ->
                switch (kind) {
                  case SUM ->
                      new ProfileAdaptation(space.orElseThrow(), known)
                          .sums(name, described.orElseThrow(), measured.orElseThrow(), today);
                  case OPERATORS ->
                      ModelledProfile.fit(
                          name,
                          described.orElseThrow().ofDevice(),
                          set.orElseGet(
                              () ->
                                  MeasuredNetworks.of(
                                      space.orElseThrow(),
                                      measured.orElseThrow(),
                                      described.orElseThrow().device())),
                          fit.orElseThrow(),
                          today);
                  case NETWORKS ->
                      networks(
                          space.orElseThrow(),
                          described.orElseThrow(),
                          measured.orElseThrow(),
                          today);
                });
    profile.write(storage, folder.orElseThrow());
    print(folder.orElseThrow(), profile);
    return ExitStatus.SUCCESS;
  }

  private HardwareProfile networks(
      SearchSpace space,
      ProfileDescription described,
      NetworkMeasurements measured,
      LocalDate today) {
    try (Progress.Stage stage =
        TerminalProgress.onStandardError()
            .begin(
                "fitting %d models of %d networks"
                    .formatted(NetworkPredictor.FITS, measured.networks().size()),
                NetworkPredictor.FITS)) {
      return NetworkProfile.fit(name, space, described, measured, today, stage::done);
    }
  }

  private NetworkMeasurements read(Storage storage, SearchSpace space) {
    return switch (kind) {
      case SUM ->
          measurements.read(
              storage, space, AdaptedTable.FEWEST, "measure more, ten to fifty are good");
      case OPERATORS ->
          measurements.read(
              storage,
              space,
              NetworkLatencyModel.FEWEST,
              "measure more, or fit a sum to these with known profiles");
      case NETWORKS ->
          measurements.read(
              storage,
              space,
              NetworkLatencyModel.FEWEST,
              "measure more, or adapt known profiles to these with profile adapt");
    };
  }

  private void requireOptions() {
    List<String> problems = new ArrayList<>();
    if (measurements.file().isPresent() == (operators != null)) {
      problems.add(
          operators == null
              ? "--measurements is needed, or for operators --operators"
              : "--measurements and --operators exclude each other: name one of them");
    }
    if (operators != null && kind != Kind.OPERATORS) {
      problems.add("--operators goes with kind operators alone");
    }
    if (measurements.file().isPresent() && !measurements.hasUnit()) {
      problems.add("--measurements needs --unit, us or ms");
    }
    if ((kind == Kind.SUM) == from.isEmpty()) {
      problems.add(
          from.isEmpty()
              ? "kind sum needs --from, the profiles whose tables are summed"
              : "--from goes with kind sum alone");
    }
    if (kernels.given() && kind != Kind.OPERATORS) {
      problems.add("--lanes and --on-chip go with kind operators alone");
    }
    if (!problems.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join("; ", problems));
    }
  }

  private void print(Path folder, HardwareProfile profile) {
    var out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> tree = new TreeMap<>();
      tree.put("profile", folder.toString());
      tree.put("kind", Fields.word(kind));
      tree.put("digest", profile.digest());
      ProfileError.of(profile).ifPresent(error -> tree.put("error", error));
      profile.networkError().ifPresent(error -> tree.put("networks", error.error()));
      profile.additivity().ifPresent(sums -> tree.put("networks", sums.corrected()));
      out.print(new String(Json.write(tree), StandardCharsets.UTF_8));
      out.flush();
      return;
    }
    out.println("profile    " + folder);
    profile.provenance().forEach(p -> out.println("numbers    " + p.words()));
    NetworkText.printModel(out, profile);
    profile.table().model().stream()
        .flatMap(model -> model.errors().stream())
        .map(HeldOutError::words)
        .forEach(words -> out.println("error      " + words));
    profile.additivity().map(Additivity::words).ifPresent(w -> out.println("sums       " + w));
    out.flush();
  }
}
