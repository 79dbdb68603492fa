package dev.espalier.cli;

import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.latency.AdaptedTable;
import dev.espalier.latency.NetworkMeasurements;
import dev.espalier.latency.ProfileAdaptation;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileCatalogue;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.profile.SumError;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "adapt",
    description = {
      "Make a profile of a device of which a few whole networks were measured, from profiles that",
      "are known: each operator costs a weighted sum of what it costs there. In a space whose",
      "networks can be listed, such as nasbench201, each network takes what a Gaussian process over",
      "the known profiles says, and those measured what was measured.",
      "",
      "Five measured networks are needed, ten to fifty are good. The error is stated on each",
      "measured network as if it had not been used. Without --measurements nothing is made: the",
      "networks that would tell most are listed, to be measured first.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ./espalier profile adapt --space ofa-mobilenetv3-w1.2@192 --from note10,pixel4",
      "  ./espalier profile adapt --supernet fashion-mnist --from host-cpu,epyc-zen5 \\",
      "      --measurements board.csv --unit ms --description board.yaml --name board",
      "  ./espalier profile adapt --space nasbench201 --from hexagon-690,adreno-640 \\",
      "      --measurements phone.csv --unit ms --description phone.yaml --name phone",
      "",
      "The measurements are CSV with a line of column names. The description is YAML as",
      "profile import takes it; its provenance tells how the networks were measured."
    })
final class ProfileAdaptCommand implements Callable<Integer> {
  private static final long SEED = 1;

  @Spec private CommandSpec spec;

  @Mixin private SpaceChoice choice;

  @Option(
      names = "--from",
      required = true,
      split = ",",
      paramLabel = "P",
      description = "Known profiles, names or folders; several with commas.")
  private List<String> from;

  @Mixin private MeasurementsChoice measurements;

  @Option(
      names = "--name",
      paramLabel = "Q",
      description = "Name of the new profile, which goes among your own.")
  private String name;

  @Option(
      names = "--description",
      paramLabel = "FILE",
      description = "YAML that says what the device is, and how it was measured.")
  private String description;

  @Option(
      names = "--next",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many networks to name that would tell most. Default: ${DEFAULT-VALUE}.")
  private int next;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    if (next < 0 || next > 1_000) {
      throw new ParameterException(
          spec.commandLine(), "--next " + next + " must be from 0 to 1000");
    }
    if (measurements.file().isPresent()
        && (!measurements.hasUnit() || name == null || description == null)) {
      throw new ParameterException(
          spec.commandLine(), "--measurements needs --unit, --name and --description");
    }
    Storage storage = SearchJob.storage();
    Home home = Home.ofSystem();
    ProfileCatalogue profiles = home.profiles(storage);
    List<String> problems = new ArrayList<>();
    Optional<SearchSpace> space = Inputs.load(problems, () -> choice.read(storage, home));
    List<HardwareProfile> known = new ArrayList<>();
    from.forEach(p -> Inputs.load(problems, () -> profiles.read(p)).ifPresent(known::add));
    if (measurements.file().isEmpty()) {
      Inputs.requireNone(problems);
      list(
          space.orElseThrow(),
          Inputs.load(() -> new ProfileAdaptation(space.orElseThrow(), known))
              .mostTelling(next, random()));
      return ExitStatus.SUCCESS;
    }
    Optional<Path> folder =
        Inputs.load(
            problems,
            () -> {
              Path own = home.ownProfile(HardwareProfile.requireName(name));
              storage.requireVacant(own);
              return own;
            });
    Optional<ProfileDescription> described =
        Inputs.load(
            problems,
            () -> ProfileDescription.ofOneOrigin(description, storage.read(new Path(description))));
    Optional<NetworkMeasurements> measured =
        space.flatMap(
            s ->
                Inputs.load(
                    problems,
                    () ->
                        measurements.read(
                            storage,
                            s,
                            AdaptedTable.FEWEST,
                            "measure more, ten to fifty are good")));
    Inputs.requireNone(problems);
    ProfileAdaptation.Result result =
        Inputs.load(
            () ->
                new ProfileAdaptation(space.orElseThrow(), known)
                    .run(
                        name,
                        described.orElseThrow(),
                        measured.orElseThrow(),
                        next,
                        LocalDate.now(Clock.systemDefaultZone()),
                        random()));
    result.profile().write(storage, folder.orElseThrow());
    print(folder.orElseThrow(), space.orElseThrow(), result);
    return ExitStatus.SUCCESS;
  }

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  }

  private void list(SearchSpace space, List<Architecture> networks) {
    var out = spec.commandLine().getOut();
    List<String> shown = networks.stream().map(space::format).toList();
    if (json) {
      out.print(new String(Json.write(Map.of("next", shown)), StandardCharsets.UTF_8));
    } else {
      shown.forEach(out::println);
    }
    out.flush();
  }

  private void print(Path folder, SearchSpace space, ProfileAdaptation.Result result) {
    var out = spec.commandLine().getOut();
    SumError error = result.leftOut();
    List<String> shown = result.next().stream().map(space::format).toList();
    if (json) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("profile", folder.toString());
      tree.put("operators", result.profile().table().size());
      result.profile().networks().ifPresent(n -> tree.put("networksKnown", n.size()));
      tree.put("networks", error.networks());
      tree.put("spearman", error.spearman());
      tree.put("withinTenPercent", error.withinTenPercent());
      tree.put("medianRelativeError", error.medianRelativeError());
      tree.put("next", shown);
      out.print(new String(Json.write(tree), StandardCharsets.UTF_8));
      out.flush();
      return;
    }
    out.println("profile    " + folder);
    result
        .profile()
        .networks()
        .ifPresentOrElse(
            networks -> NetworkText.print(out, networks),
            () -> out.println("operators  " + result.profile().table().size() + ", modelled"));
    result.profile().provenance().forEach(p -> out.println("numbers    " + p.words()));
    out.println(
        "left out   each of %d networks in turn: Spearman %.3f, within 10 %% %.0f %%, median error %.1f %%"
            .formatted(
                error.networks(),
                error.spearman(),
                100 * error.withinTenPercent(),
                100 * error.medianRelativeError()));
    if (!shown.isEmpty()) {
      out.println("next       networks that would tell most, the first one most:");
      shown.forEach(network -> out.println("  " + network));
    }
    out.flush();
  }
}
