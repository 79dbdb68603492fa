package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PredictorCommandIT {
  private static final Path RELEASED =
      Path.of("..", "..", "shared", "data", "ofa-mbv3-note10", "acc_predictor.pth");
  private static final String SPACE = "ofa-mobilenetv3-w1.2@192,224";
  private static final String NOTEBOOKS =
      "r192 d2:k5e3,k3e3 d2:k5e4,k3e4 d3:k7e6,k7e3,k3e4 d4:k5e4,k5e4,k7e4,k3e3 d3:k3e6,k3e6,k5e6";

  @TempDir private Path folder;

  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void makeHome() {
    System.setProperty("espalier.home", "../supernet");
    System.setProperty("espalier.own", folder.resolve("own").toString());
    System.setProperty("spark.master", "local[2]");
  }

  @AfterEach
  void forgetHome() {
    System.clearProperty("espalier.home");
    System.clearProperty("espalier.own");
  }

  private int run(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private JsonNode json() {
    return Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
  }

  private static SearchSpace space() {
    return new SpaceCatalogue(
            new Storage(new Configuration(false)),
            List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
        .read(SPACE);
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

  private void importTable() throws IOException {
    Path note10 = RELEASED.resolveSibling("192_lookup_table.yaml");
    Path description =
        Files.writeString(
            folder.resolve("note10.yaml"),
            """
            device: Samsung Note10
            class: cpu
            runtime: tflite
            precision: float32
            provenance:
              measured:
                device: Samsung Note10
                runtime: tflite
                runtimeVersion: not stated
                precision: float32
                batch: 1
                threads: 1
                date: 2020-06-15
                method: mean
            """);
    assertThat(
            run(
                "profile",
                "import",
                "ofa-yaml",
                note10.toString(),
                "--name",
                "note10",
                "--description",
                description.toString(),
                "--space",
                "ofa-mobilenetv3-w1.2@192"))
        .as("%s", err)
        .isZero();
  }

  @Test
  void aReleasedPredictorIsStoredAndPredictsAsBefore() throws IOException {
    assumeTrue(
        Files.exists(RELEASED), "published files are not here: " + RELEASED.toAbsolutePath());
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
                SPACE,
                "--predictor",
                stored,
                "--profile",
                "note10",
                "--architecture",
                NOTEBOOKS))
        .isEqualTo(2);
    assertThat(err.toString()).contains("is of another space than --space " + SPACE);
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
                SPACE,
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

    assertThat(run("predictor", "fit", "--space", SPACE, "--measurements", csv, "--output", stored))
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
                SPACE,
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
                SPACE,
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
}
