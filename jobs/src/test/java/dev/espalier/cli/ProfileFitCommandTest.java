package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.job.Home;
import dev.espalier.latency.AdditivityCheck;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Predictors of each kind, fitted to made-up measurements. */
class ProfileFitCommandTest extends PublishedFilesTesting {
  private static final Storage STORAGE = new Storage(new Configuration(false));
  private static final String NET = "../supernet/models/fashion-mnist";
  private static final String KNOWN = "../hardware-profiles/profiles/epyc-zen5";
  private static final String CELLS = "nasbench201";
  private static final String BOARD =
      """
      device: some board
      class: cpu
      runtime: runner 1
      precision: float32
      provenance:
        measured:
          device: some board
          runtime: runner
          runtimeVersion: 1
          precision: float32
          batch: 1
          threads: 1
          date: 2026-11-25
          method: median
      """;

  private String description;

  @BeforeEach
  void describe() throws IOException {
    description = Files.writeString(folder.resolve("board.yaml"), BOARD).toString();
  }

  private String measure(SearchSpace space, int count, ToDoubleFunction<Architecture> micros)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>(List.of("architecture,latency"));
    for (Architecture network : AdditivityCheck.sample(space, count, random)) {
      lines.add(
          "\"%s\",%s"
              .formatted(
                  space.format(network),
                  micros.applyAsDouble(network) * random.nextDouble(0.98, 1.02)));
    }
    return Files.write(folder.resolve("measured.csv"), lines).toString();
  }

  private SearchSpace cells() {
    return Home.ofSystem().spaces(STORAGE).read(CELLS);
  }

  private String measureCells(int count) throws IOException {
    SearchSpace cells = cells();
    return measure(cells, count, n -> 500 + cells.macs(n) / 50_000.0);
  }

  private int fit(String kind, String space, String spaceName, String... others) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "profile",
                "fit",
                kind,
                space,
                spaceName,
                "--description",
                description,
                "--name",
                "board"));
    arguments.addAll(List.of(others));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void wholeNetworksBecomeAProfileThatIsShownListedAndAsked() throws IOException {
    String file = measureCells(110);
    assertThat(fit("networks", "--space", CELLS, "--measurements", file, "--unit", "us", "--json"))
        .as("%s", err)
        .isZero();
    assertThat(json().at("/networks/networks").asInt()).isEqualTo(110);
    assertThat(json().at("/networks/spearman").asDouble()).isGreaterThan(0.9);

    succeed("profile", "show", "board");
    assertThat(out.toString())
        .contains("networks   9445 of the 9445 of nasbench201: 110 measured, 9335 modelled\n")
        .contains(
            "model      network-latency-model/2, fitted on 110 measured networks of nasbench201 on some board\n")
        .containsPattern(
            "error      each fifth of the networks kept out in turn: Spearman 0.9.* on 110 networks\n");
    succeed("profile", "list");
    assertThat(out.toString())
        .containsPattern("board +cpu +some board +runner 1 +0 +all +[0-9.]+ % of 110 networks ");
    succeed(
        "predict", "--space", CELLS, "--profile", "board", "--architecture", "smallest", "--json");
    assertThat(json().path("latencyOrigin").asText()).isIn("modelled", "measured");
  }

  @Test
  void operatorsAreFittedToWholeNetworks() throws IOException {
    String file = measureCells(110);
    assertThat(
            fit(
                "operators",
                "--space",
                CELLS,
                "--measurements",
                file,
                "--unit",
                "us",
                "--lanes",
                "1x4x1"))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("networks of nasbench201 on some board, 110 values")
        .containsPattern("error +each fifth of the networks kept out in turn: median error [0-9.]+")
        .contains("sums       latency of whole networks is ");
    succeed("predict", "--space", SPACE, "--profile", "board", "--architecture", "largest");
  }

  @Test
  void operatorsAreFittedToOperators() throws IOException {
    assertThat(fit("operators", "--supernet", NET, "--operators", KNOWN + "/latency.csv", "--json"))
        .as("%s", err)
        .isZero();
    assertThat(json().at("/error/of").asText()).isEqualTo("operators");
    assertThat(json().at("/error/values").asInt()).isGreaterThan(100);
    succeed("profile", "show", "board");
    assertThat(out.toString()).contains("error      each part kept out in turn: median error ");
  }

  @Test
  void aSumIsFittedOverKnownTables() throws IOException {
    SearchSpace space = Home.ofSystem().supernets(STORAGE).open(NET).space();
    CostModel known =
        CostModel.compile(
            space, HardwareProfile.read(STORAGE, new org.apache.hadoop.fs.Path(KNOWN)));
    String file = measure(space, 20, n -> 20 + 2.5 * known.sumMicros().at(n));
    assertThat(
            fit(
                "sum",
                "--supernet",
                NET,
                "--measurements",
                file,
                "--unit",
                "us",
                "--from",
                KNOWN,
                "--json"))
        .as("%s", err)
        .isZero();
    assertThat(json().at("/error/of").asText()).isEqualTo("networks");
    assertThat(json().at("/error/medianRelativeError").asDouble()).isLessThan(0.03);
  }

  @Test
  void whatIsWrongIsBadInputAndNothingIsWritten() throws IOException {
    String few = measureCells(30);
    assertThat(fit("networks", "--space", CELLS, "--measurements", few, "--unit", "us"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("measured.csv: 30 measured networks on 30 lines")
        .contains("at least 100 are needed: measure more, or adapt");
    assertThat(fit("networks", "--space", SPACE, "--measurements", few, "--unit", "us"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("whole networks of it cannot be searched: fit a sum or operators")
        .contains("line 2: not a network of this space: ");
    assertThat(fit("networks", "--space", CELLS, "--measurements", few)).isEqualTo(2);
    assertThat(err.toString()).contains("--measurements needs --unit");
    assertThat(fit("networks", "--space", CELLS)).isEqualTo(2);
    assertThat(err.toString()).contains("--measurements is needed");
    assertThat(fit("sum", "--space", CELLS, "--measurements", few, "--unit", "us")).isEqualTo(2);
    assertThat(err.toString()).contains("kind sum needs --from");
    assertThat(fit("operators", "--space", CELLS, "--operators", KNOWN + "/profile.yaml"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("profile.yaml: 16 problems", "line 1 lacks column kind");
    Path constant = folder.resolve("constant.csv");
    Files.write(
        constant,
        Files.readAllLines(Path.of(few)).stream()
            .map(l -> l.replaceAll(",[0-9.E]+$", ",7"))
            .toList());
    assertThat(
            fit(
                "networks",
                "--space",
                CELLS,
                "--measurements",
                constant.toString(),
                "--unit",
                "us"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("lines 2 to 31: column 'latency' is 7.0 us for all 30");
    assertThat(folder.resolve("own")).doesNotExist();
  }
}
