package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
import dev.espalier.job.Home;
import dev.espalier.latency.AdditivityCheck;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.run.SupernetCatalogue;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A board that takes two and a half times as long as a known one, plus 20 us, give or take. */
class ProfileAdaptCommandTest extends PublishedFilesTesting {
  private static final String NET = "../supernet/models/fashion-mnist";
  private static final String KNOWN = "../hardware-profiles/profiles/epyc-zen5";
  private static final String BOARD =
      """
      device: some board
      class: cpu
      runtime: onnxruntime 1.29.0
      precision: float32
      provenance:
        measured:
          device: some board
          runtime: onnxruntime
          runtimeVersion: 1.29.0
          precision: float32
          batch: 1
          threads: 1
          date: 2026-11-25
          method: median
      """;

  private SearchSpace space;
  private CostModel known;
  private String description;

  @BeforeEach
  void read() throws IOException {
    Storage storage = new Storage(new Configuration(false));
    space = new SupernetCatalogue(storage, List.of()).open(NET).space();
    known =
        CostModel.compile(
            space, HardwareProfile.read(storage, new org.apache.hadoop.fs.Path(KNOWN)));
    description = Files.writeString(folder.resolve("board.yaml"), BOARD).toString();
  }

  private String measure(int count) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    List<String> lines = new ArrayList<>(List.of("architecture,latency"));
    for (Architecture network : AdditivityCheck.sample(space, count, random)) {
      double micros = 20 + 2.5 * known.sumMicros().at(network);
      lines.add(
          "\"%s\",%s".formatted(space.format(network), micros * random.nextDouble(0.98, 1.02)));
    }
    return Files.write(folder.resolve("measured.csv"), lines).toString();
  }

  private int adapt(String measurements, String unit) {
    return run(
        "profile",
        "adapt",
        "--supernet",
        NET,
        "--from",
        KNOWN,
        "--measurements",
        measurements,
        "--unit",
        unit,
        "--description",
        description,
        "--name",
        "board",
        "--next",
        "3",
        "--json");
  }

  @Test
  void aKnownProfileBecomesTheBoards() throws IOException {
    assertThat(adapt(measure(20), "us")).as("%s", err).isZero();

    assertThat(json().path("networks").asInt()).isEqualTo(20);
    assertThat(json().path("spearman").asDouble()).isGreaterThan(0.95);
    assertThat(json().path("medianRelativeError").asDouble()).isLessThan(0.03);
    assertThat(json().path("next").size()).isEqualTo(3);

    succeed("profile", "show", "board");
    assertThat(out.toString())
        .contains("modelled by a weighted sum of tables")
        .contains("20 whole networks of ofa-mobilenetv3 on some board: measured");
    succeed(
        "predict", "--supernet", NET, "--profile", "board", "--architecture", "largest", "--json");
    double largest = 20 + 2.5 * known.sumMicros().at(space.largest());
    assertThat(json().at("/predictedLatencyMicros").asDouble())
        .isBetween(0.95 * largest, 1.05 * largest);
  }

  private static final String CELLS = "nasbench201";
  private static final String DEVICES =
      "../hardware-profiles/profiles/hexagon-690,../hardware-profiles/profiles/adreno-640";

  private SearchSpace cells() {
    return Home.ofSystem().spaces(new Storage(new Configuration(false))).read(CELLS);
  }

  private String measureCells(int count) throws IOException {
    SearchSpace cells = cells();
    SplittableRandom random = new SplittableRandom(2);
    List<String> lines = new ArrayList<>(List.of("cell,board_ms"));
    for (Architecture network : AdditivityCheck.sample(cells, count, random)) {
      double millis = 0.5 + cells.macs(network) / 2e7;
      lines.add("%s,%s".formatted(cells.format(network), millis * random.nextDouble(0.98, 1.02)));
    }
    return Files.write(folder.resolve("cells.csv"), lines).toString();
  }

  private int adaptCells(String measurements, String unit) {
    return run(
        "profile",
        "adapt",
        "--space",
        CELLS,
        "--from",
        DEVICES,
        "--measurements",
        measurements,
        "--architecture-column",
        "cell",
        "--latency-column",
        "board_ms",
        "--unit",
        unit,
        "--description",
        description,
        "--name",
        "board",
        "--next",
        "3",
        "--json");
  }

  @Test
  void whereNetworksCanBeListedEachOneTakesWhatKnownDevicesSay() throws IOException {
    assertThat(adaptCells(measureCells(12), "ms")).as("%s", err).isZero();
    assertThat(json().path("networksKnown").asInt()).isEqualTo(9_445);
    assertThat(json().path("networks").asInt()).isEqualTo(12);
    assertThat(json().path("medianRelativeError").asDouble()).isLessThan(0.1);
    assertThat(json().path("next").size()).isEqualTo(3);
    SearchSpace cells = cells();
    List<String> lines = Files.readAllLines(folder.resolve("cells.csv"));
    json()
        .path("next")
        .forEach(
            next -> {
              assertThat(cells.parse(next.asText())).isNotNull();
              assertThat(lines).noneMatch(line -> line.startsWith(next.asText()));
            });

    succeed("profile", "show", "board");
    assertThat(out.toString())
        .contains("networks   9445 of the 9445 of nasbench201: 12 measured, 9433 modelled\n")
        .contains("a Gaussian process over what networks take by hexagon-690, adreno-640")
        .contains("error      each of 12 measured networks left out in turn: Spearman 0.");
    String[] measured = lines.get(1).split(",");
    succeed(
        "predict", "--space", CELLS, "--profile", "board", "--architecture", measured[0], "--json");
    assertThat(json().path("latencyOrigin").asText()).isEqualTo("measured");
    assertThat(json().path("predictedLatencyMicros").asDouble())
        .isCloseTo(1_000 * Double.parseDouble(measured[1]), within(0.001));
    Storage storage = new Storage(new Configuration(false));
    CostModel adapted = CostModel.compile(cells, Home.ofSystem().profiles(storage).read("board"));
    List<Architecture> others = AdditivityCheck.sample(cells, 300, new SplittableRandom(3));
    double[] said = others.stream().mapToDouble(adapted.latencyMicros()::at).toArray();
    double[] truth = others.stream().mapToDouble(n -> 500 + cells.macs(n) / 2e4).toArray();
    assertThat(AdditivityCheck.error(said, truth).medianRelativeError()).isLessThan(0.1);
    assertThat(AdditivityCheck.error(said, truth).spearman()).isGreaterThan(0.95);
    succeed("profile", "list");
    assertThat(out.toString()).containsPattern("board .* 0 +9445 +[0-9.]+ % of 12 networks ");
  }

  @Test
  void wrongMeasurementsOfCellsAreBadInputAndNothingIsWritten() throws IOException {
    String measured = measureCells(12);
    assertThat(adaptCells(measured, "us")).isEqualTo(2);
    assertThat(err.toString())
        .contains("line 1: column 'board_ms' is named after ms, and the unit given is us");
    assertThat(adaptCells(measureCells(3), "ms")).isEqualTo(2);
    assertThat(err.toString()).contains("cells.csv: 3 measured networks on 3 lines");
    Path constant = folder.resolve("constant.csv");
    Files.write(
        constant,
        Files.readAllLines(folder.resolve("cells.csv")).stream()
            .map(l -> l.replaceAll(",[0-9.E]+$", ",7"))
            .toList());
    assertThat(adaptCells(constant.toString(), "ms")).isEqualTo(2);
    assertThat(err.toString()).contains("lines 2 to 4: column 'board_ms' is 7.0 ms for all 3");
    Path other = folder.resolve("other.csv");
    Files.writeString(other, "cell,board_ms\n" + space.format(space.largest()) + ",7\n");
    assertThat(adaptCells(other.toString(), "ms")).isEqualTo(2);
    assertThat(err.toString()).contains("line 2: ");
    assertThat(folder.resolve("own")).doesNotExist();
  }

  @Test
  void withoutMeasurementsItSaysWhatToMeasure() {
    succeed("profile", "adapt", "--supernet", NET, "--from", KNOWN, "--next", "5");
    List<String> lines = out.toString().lines().toList();
    assertThat(lines).hasSize(5).doesNotHaveDuplicates();
    assertThat(lines).allSatisfy(line -> assertThat(space.parse(line)).isNotNull());
    assertThat(folder.resolve("own")).doesNotExist();
  }

  @Test
  void whatIsWrongIsBadInputAndNothingIsWritten() throws IOException {
    assertThat(adapt(measure(4), "us")).isEqualTo(2);
    assertThat(err.toString()).contains("measured.csv: 4 measured networks on 4 lines");

    Path other = Files.writeString(folder.resolve("other.csv"), "architecture,latency\nr192,x\n");
    assertThat(adapt(other.toString(), "us")).isEqualTo(2);
    assertThat(err.toString()).contains("line 2: not a network of this space");

    assertThat(run("profile", "adapt", "--supernet", NET, "--from", KNOWN, "--measurements", "m"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--measurements needs --unit, --name and --description");
    assertThat(folder.resolve("own")).doesNotExist();
  }
}
