package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.cost.CostModel;
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
