package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.job.TinySupernet;
import dev.espalier.memory.MemoryModel;
import dev.espalier.operator.Precision;
import dev.espalier.profile.MemoryLimits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands as they are typed, over a tiny supernet. */
class EspalierIT {
  @TempDir private static Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void makeHome() {
    System.setProperty("espalier.home", folder.resolve("shipped").toString());
    System.setProperty("espalier.own", folder.resolve("own").toString());
    TinySupernet.write(folder.resolve("shipped/supernets/tiny"));
    TinySupernet.writeProfile(folder.resolve("shipped/profiles/imaginary"), "imaginary");
  }

  @AfterAll
  static void forgetHome() {
    System.clearProperty("espalier.home");
    System.clearProperty("espalier.own");
    System.clearProperty("spark.master");
  }

  private int run(String... arguments) {
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private static String request(String name, String yaml) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, yaml);
    return file.toString();
  }

  private static final String GOOD =
      """
      supernet: tiny
      targets: imaginary
      budgets: 2
      engine: {kind: evolution, population: 16, generations: 3}
      """;

  @Test
  void searchEndsWithATableAndStatusZero() throws IOException {
    String output = folder.resolve("runs/table").toString();

    int status =
        run("search", request("good.yaml", GOOD), "--output", output, "--master", "local[2]");

    assertThat(err.toString()).isEmpty();
    assertThat(status).isEqualTo(0);
    assertThat(out.toString())
        .contains("target", "budget", "predicted", "measured", "imaginary", "models/imaginary/")
        .contains("latency on imaginary: exact sum", "accuracy predicted by MLP: Spearman")
        .contains("digest ");
    assertThat(folder.resolve("runs/table/run.json")).exists();
  }

  /** A device whose SRAM holds the peak of the least architectures but not of the largest. */
  private static long smallDevice(String name) {
    MemoryModel memory = MemoryModel.compile(TinySupernet.SPACE, Precision.FLOAT32);
    long least = (long) memory.peakBytes().at(TinySupernet.SPACE.smallest());
    long sram = (least + memory.mostPeakBytes()) / 2;
    assertThat(sram).isGreaterThan(least).isLessThan(memory.mostPeakBytes());
    writeProfile(name, sram);
    return sram;
  }

  private static void writeProfile(String name, long sramBytes) {
    TinySupernet.writeProfile(
        folder.resolve("shipped/profiles/" + name),
        name,
        new MemoryLimits(OptionalLong.of(sramBytes), OptionalLong.empty(), OptionalLong.empty()));
  }

  @Test
  void modelsFitTheSramOfTheirDevice() throws IOException {
    long sram = smallDevice("small");
    String output = folder.resolve("runs/small").toString();

    int status =
        run(
            "search",
            request("small.yaml", GOOD.replace("imaginary", "small")),
            "--output",
            output,
            "--json");

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    JsonNode json =
        Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
    assertThat(json.path("budgets")).isNotEmpty();
    for (JsonNode budget : json.path("budgets")) {
      assertThat(budget.path("peakMemoryBytes").asLong()).isPositive().isLessThanOrEqualTo(sram);
      assertThat(budget.path("weightMemoryBytes").asLong()).isPositive();
    }
    assertThat(Files.readString(folder.resolve("runs/small/run.json")))
        .contains("peak-memory ≤ " + sram + " bytes (sram of profile small)");
  }

  @Test
  void aDeviceThatNothingFitsIsStatusTwoAndSaysHowMuchIsNeeded() throws IOException {
    writeProfile("tiny-sram", 100);

    int status =
        run(
            "search",
            request("tiny-sram.yaml", GOOD.replace("imaginary", "tiny-sram")),
            "--output",
            folder.resolve("runs/tiny-sram").toString());

    assertThat(status).isEqualTo(2);
    assertThat(err.toString())
        .contains("no architecture has peak-memory ≤ 100 bytes (sram of profile tiny-sram)")
        .contains("the least possible is")
        .contains("widen the space, or leave the target out");
  }

  @Test
  void predictShowsWhereMemoryBindsAndWhatPatchesMakeOfIt() throws IOException {
    smallDevice("smaller");

    assertThat(predict("--profile", "imaginary")).isZero();
    assertThat(out.toString())
        .contains("peak memory   ", " of activations in float32", "weight memory ")
        .doesNotContain("patches", "SRAM");
    assertThat(predict("--profile", "imaginary", "--patches")).isZero();
    assertThat(out.toString()).contains("with patches  ");
    assertThat(predict("--profile", "smaller")).isZero();
    assertThat(out.toString()).contains("beyond the ", " of SRAM", "with patches  ");
    assertThat(predict("--profile", "smaller", "--json")).isZero();
    assertThat(out.toString()).contains("\"peakAt\"", "\"weightBytes\"", "\"patches\"");
  }

  private int predict(String... options) {
    out.getBuffer().setLength(0);
    List<String> arguments =
        new ArrayList<>(List.of("predict", "--supernet", "tiny", "--architecture", "largest"));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void jsonIsForScripts() throws IOException {
    String output = folder.resolve("runs/json").toString();

    assertThat(run("search", request("good.yaml", GOOD), "--output", output, "--json"))
        .isEqualTo(0);

    JsonNode json =
        Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
    assertThat(json.path("complete").asBoolean()).isTrue();
    assertThat(json.path("budgets")).hasSize(2);
    assertThat(folder.resolve("runs/json").resolve(json.at("/budgets/0/model").asText())).exists();
  }

  @Test
  void badRequestsAreStatusTwoWithAllProblemsAndNothingWritten() throws IOException {
    String output = folder.resolve("runs/bad").toString();

    int status =
        run(
            "search",
            request("bad.yaml", "supernet: tinny\ntargets: [imagined, pixel]\nbudgets: 2\n"),
            "--output",
            output);

    assertThat(status).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("espalier: the request has 3 problems:")
        .contains("unknown supernet 'tinny' (did you mean 'tiny'?)")
        .contains("unknown profile 'imagined'")
        .contains("unknown profile 'pixel'")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("runs/bad")).doesNotExist();
  }

  @Test
  void budgetsBelowTheLeastPossibleAreStatusTwoAndSayHowLowItCanGo() throws IOException {
    int status =
        run(
            "search",
            request("low.yaml", GOOD.replace("budgets: 2", "budgets: [{latency: 1us}]")),
            "--output",
            folder.resolve("runs/low").toString());

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("the least possible is");
    assertThat(folder.resolve("runs/low")).doesNotExist();
  }

  @Test
  void anAlteredWeightsFileIsNamedByItsDigest() throws IOException {
    Path altered = folder.resolve("altered");
    try (Stream<Path> files = Files.list(folder.resolve("shipped/supernets/tiny"))) {
      Files.createDirectories(altered);
      for (Path file : files.toList()) {
        Files.copy(file, altered.resolve(file.getFileName()));
      }
    }
    Path weights = altered.resolve("weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);

    int status = run("search", request("altered.yaml", GOOD.replace("tiny", altered.toString())));

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("weights.safetensors").contains("SHA-256");
  }

  @Test
  void anOutputFolderThatHoldsSomethingIsRefused() throws IOException {
    Path output = folder.resolve("full");
    Files.createDirectories(output);
    Files.writeString(output.resolve("mine.txt"), "keep");

    int status = run("search", request("good.yaml", GOOD), "--output", output.toString());

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("is not empty (mine.txt): choose another folder");
    assertThat(output.resolve("mine.txt")).hasContent("keep");
  }

  @Test
  void aRequestThatCannotBeReadIsRefused() {
    assertThat(run("search", folder.resolve("none.yaml").toString())).isEqualTo(2);
    assertThat(err.toString()).contains("none.yaml").contains("does not exist");
  }

  @Test
  void predictTellsCostAndAccuracyWithTheirErrors() {
    int status =
        run(
            "predict",
            "--supernet",
            "tiny",
            "--profile",
            "imaginary",
            "--architecture",
            "smallest");

    assertThat(status).isEqualTo(0);
    assertThat(out.toString())
        .contains("us on imaginary: exact sum over the table's operators")
        .contains("modelled by MACs")
        .contains("predicted by MLP (95 % of 10 others were within")
        .contains("additive");
  }

  @Test
  void predictRefusesAnArchitectureOfAnotherForm() {
    int status =
        run("predict", "--supernet", "tiny", "--profile", "imaginary", "--architecture", "r9 d1");

    assertThat(status).isEqualTo(2);
    assertThat(err.toString()).contains("architecture 'r9 d1'").contains("an example:");
  }

  @Test
  void profilesAreListedAndShown() {
    assertThat(run("profile", "list")).isEqualTo(0);
    assertThat(run("profile", "show", "imaginary")).isEqualTo(0);
    assertThat(out.toString())
        .contains("imaginary  cpu")
        .contains("Imaginary 1")
        .contains("not compared with whole networks");
  }

  @Test
  void profilesAreComparedOperatorByOperator() {
    assertThat(run("profile", "diff", "imaginary", "imaginary")).isEqualTo(0);
    assertThat(out.toString())
        .contains("first   imaginary, Imaginary 1")
        .containsPattern("mbconv +[0-9]+ +1.000 +1.000 +1.000 +1.000")
        .contains("only in the first: 0 operators\nonly in the second: 0 operators")
        .containsPattern("in both: (\\d+) operators, \\1 with equal entries, 0 that moved: ");

    assertThat(run("profile", "diff", "imaginary", "imagined")).isEqualTo(2);
    assertThat(err.toString()).contains("unknown profile 'imagined'");
  }

  @Test
  void comparisonsNeedAnArchitectureAndAConfiguration() throws IOException {
    assertThat(run("supernet", "compare", "tiny", "train.yaml", "--architectures", "0"))
        .isEqualTo(2);
    assertThat(run("supernet", "compare", "tiny", folder.resolve("no.yaml").toString()))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("--architectures 0 must be at least 1")
        .contains("no.yaml does not exist: check the path");
  }

  @Test
  void supernetsAreDescribedMeasuredAndFitted() {
    assertThat(run("supernet", "info", "tiny")).isEqualTo(0);
    assertThat(out.toString()).contains("ofa-mobilenetv3").contains("MLP: Spearman");

    assertThat(run("supernet", "evaluate", "tiny", "--split", "test")).isEqualTo(0);
    assertThat(out.toString()).contains("measured accuracy").contains("300");

    String fitted = folder.resolve("fitted").toString();
    assertThat(
            run(
                "supernet",
                "fit-accuracy",
                "tiny",
                "--architectures",
                "30",
                "--held-out",
                "10",
                "--output",
                fitted))
        .isEqualTo(0);
    assertThat(run("supernet", "info", fitted)).isEqualTo(0);
    assertThat(out.toString()).contains("on 10 subnets kept out of 30");
  }

  @Test
  void formatsAreComparedOnImages() {
    assertThat(
            run("supernet", "formats", "tiny", "--architectures", "2", "--images", "50", "--json"))
        .isEqualTo(0);
    assertThat(out.toString())
        .contains("\"integer-reference\"")
        .contains("\"tflite-int8\"")
        .contains("\"images\": 50");

    assertThat(run("supernet", "formats", "tiny", "--architecture", "smallest", "--images", "50"))
        .isEqualTo(0);
    assertThat(out.toString()).contains("measured on 50 validation images, 1 architectures");
  }

  @Test
  void formatsOfTooManyImagesOrUnknownRangesAreBadInput() {
    assertThat(run("supernet", "formats", "tiny", "--images", "301")).isEqualTo(2);
    assertThat(run("supernet", "formats", "tiny", "--ranges", "none")).isEqualTo(2);
    assertThat(run("supernet", "formats", "tiny", "--architectures", "0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--images 301: the validation split has 300, allowed: 1 to 300")
        .contains("--ranges none is not min-max, percentile or least-squares")
        .contains("--architectures 0: at least 1 is needed");
  }

  @Test
  void wrongSplitsAndSettingsAreBadInput() {
    assertThat(run("supernet", "evaluate", "tiny", "--split", "train")).isEqualTo(2);
    assertThat(run("supernet", "fit-accuracy", "tiny", "--held-out", "1", "--output", "x"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("--split train is not validation or test")
        .contains("at least 2 must be kept out");
  }
}
