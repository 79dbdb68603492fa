package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PredictorCommandIT extends PublishedFilesTesting {
  private static final Path RELEASED = DATA.resolve("acc_predictor.pth");
  private static final String RESOLUTIONS = "ofa-mobilenetv3-w1.2@192,224";
  private static final String NOTEBOOKS =
      "r192 d2:k5e3,k3e3 d2:k5e4,k3e4 d3:k7e6,k7e3,k3e4 d4:k5e4,k5e4,k7e4,k3e3 d3:k3e6,k3e6,k5e6";

  @BeforeEach
  void setMaster() {
    System.setProperty("spark.master", "local[2]");
  }

  private static SearchSpace space() {
    return new SpaceCatalogue(
            new Storage(new Configuration(false)),
            List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
        .read(RESOLUTIONS);
  }

  /** Accuracy grows with computation. */
  private Path measurements(int count) throws IOException {
    SearchSpace space = space();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    Set<Architecture> drawn = new LinkedHashSet<>();
    while (drawn.size() < count) {
      drawn.add(space.sample(random));
    }
    StringBuilder csv = new StringBuilder("architecture,accuracy\n");
    for (Architecture architecture : drawn) {
      csv.append('"')
          .append(space.format(architecture))
          .append("\",")
          .append(0.8 - 1e7 / space.macs(architecture))
          .append('\n');
    }
    return Files.writeString(folder.resolve("measured.csv"), csv);
  }

  @Test
  void aReleasedPredictorIsStoredAndPredictsAsBefore() throws IOException {
    assumeFiles();
    String stored = folder.resolve("ofa").toString();

    assertThat(
            run(
                "predictor",
                "import",
                RELEASED.toString(),
                "--space",
                "ofa-mobilenetv3-w1.2@192",
                "--output",
                stored))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("OFA's released predictor acc_predictor.pth")
        .contains("error          not known")
        .contains("R2 0.9");

    assertThat(run("predictor", "info", stored, "--json")).as("%s", err).isZero();
    assertThat(json().has("error")).isFalse();
    assertThat(json().at("/additive/agreement/heldOut").asInt()).isEqualTo(1000);
    assertThat(json().at("/space/family").asText()).isEqualTo("ofa-mobilenetv3");
    assertThat(json().at("/source/seed").asInt()).isEqualTo(1);

    importTable();
    assertThat(
            run(
                "predict",
                "--predictor",
                stored,
                "--profile",
                "note10",
                "--architecture",
                NOTEBOOKS))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("81.71 % predicted by MLP (its error is not known)")
        .contains("predicted by additive part of MLP (0.")
        .contains("points from it in the root mean square of 1000 others)");
    assertThat(
            run(
                "predict",
                "--space",
                RESOLUTIONS,
                "--predictor",
                stored,
                "--profile",
                "note10",
                "--architecture",
                NOTEBOOKS))
        .isEqualTo(2);
    assertThat(err.toString()).contains("is of another space than --space " + RESOLUTIONS);
  }

  @Test
  void measurementsBecomeAPredictorWithAnError() throws IOException {
    String csv = measurements(300).toString();
    String stored = folder.resolve("fitted").toString();

    assertThat(
            run(
                "predictor",
                "fit",
                "--space",
                RESOLUTIONS,
                "--measurements",
                csv,
                "--output",
                stored,
                "--held-out",
                "50",
                "--seed",
                "7"))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("fitted to 250 of 300 measurements in measured.csv")
        .contains("on 50 subnets kept out of 300")
        .contains("residuals are to the predictor, not to measurements");
    assertThat(run("predictor", "info", stored, "--json")).as("%s", err).isZero();
    assertThat(json().at("/error/spearman").asDouble()).isGreaterThan(0.7);
    assertThat(json().at("/source/seed").asInt()).isEqualTo(7);

    assertThat(
            run(
                "predictor",
                "fit",
                "--space",
                RESOLUTIONS,
                "--measurements",
                csv,
                "--output",
                stored))
        .isEqualTo(2);
    assertThat(err.toString()).contains("is not empty");
  }

  @Test
  void whatIsWrongWithMeasurementsIsBadInputAndNothingIsWritten() throws IOException {
    Path csv =
        Files.writeString(
            folder.resolve("wrong.csv"), "architecture,accuracy\nr192 d9,0.5\nr192,77\n");
    Path stored = folder.resolve("wrong");

    assertThat(
            run(
                "predictor",
                "fit",
                "--space",
                RESOLUTIONS,
                "--measurements",
                csv.toString(),
                "--output",
                stored.toString()))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("wrong.csv: 3 problems")
        .contains("line 2: architecture 'r192 d9'")
        .contains("line 3: accuracy '77' is not a fraction between 0 and 1; divide percents");

    assertThat(
            run(
                "predictor",
                "fit",
                "--space",
                RESOLUTIONS,
                "--measurements",
                measurements(9).toString(),
                "--output",
                stored.toString(),
                "--held-out",
                "2"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("fitting an MLP on 7 measurements: at least 10 are needed");
    assertThat(stored).doesNotExist();

    assertThat(run("predictor", "info", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is not a predictor: it has no predictor.json");
    assertThat(run("predictor")).isEqualTo(2);
    assertThat(err.toString()).contains("predictor needs import, fit or info");
  }

  /** From OFA's files to the best architectures for a budget; nothing is built. */
  @Test
  void aStoredPredictorsSpaceIsSearchedWithoutASupernet() throws IOException {
    importTable();
    String stored = folder.resolve("ofa").toString();
    succeed("predictor", "import", RELEASED.toString(), "--space", SPACE, "--output", stored);
    Path request =
        Files.writeString(
            folder.resolve("request.yaml"),
            """
            predictor: %s
            targets: note10
            budgets: [{latency: 25ms}]
            engine: {kind: evolution, population: 100, generations: 20}
            """
                .formatted(stored));
    String run = folder.resolve("run").toString();

    succeed("search", request.toString(), "--output", run, "--json");

    assertThat(json().path("complete").asBoolean()).isTrue();
    assertThat(json().path("digest").asText()).hasSize(64);
    assertThat(json().at("/accuracyPredictor/quality").asText())
        .isEqualTo("its error is not known");
    assertThat(json().at("/budgets/0/predictedLatencyMicros").asDouble())
        .isBetween(20_000., 25_000.);
    // The notebook's network, at 24.73 ms, is among those that could be found.
    assertThat(json().at("/budgets/0/predictedAccuracy").asDouble()).isGreaterThan(0.81713);
    assertThat(folder.resolve("run/models")).doesNotExist();
    assertThat(folder.resolve("run/fronts.parquet")).exists();
    assertThat(folder.resolve("run/report.html")).exists();
    assertThat(Files.readString(folder.resolve("run/run.json")))
        .contains("OFA's released predictor acc_predictor.pth");

    String again = folder.resolve("again").toString();
    String digest = json().path("digest").asText();
    Files.writeString(request, "partitions: 3\n", StandardOpenOption.APPEND);
    succeed("search", request.toString(), "--output", again, "--json");
    assertThat(json().path("digest").asText()).isEqualTo(digest);
  }
}
