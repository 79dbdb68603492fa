package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.importer.TableImporter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProfileImportCommandTest {
  private static final String DESCRIPTION =
      """
      device: Board 1
      class: cpu
      runtime: tflite 2.1
      precision: float32
      provenance:
        measured:
          device: Board 1
          runtime: tflite
          runtimeVersion: 2.1
          precision: float32
          batch: 1
          threads: 1
          date: 2020-06-15
          method: mean
      """;

  private static final String SPACE =
      """
      family: ofa-proxyless
      resolutions: [16, 32]
      inputChannels: 3
      stemChannels: 8
      firstChannels: 8
      stages:
        - {channels: 16, stride: 2, depths: [1]}
      kernels: [3]
      expansions: [3]
      finalChannels: 32
      classes: 10
      """;

  private static final String TABLE =
      """
      Conv-input:32x32x3-output:16x16x8: {count: 100, mean: 1, var: 0.01}
      expanded_conv-input:16x16x8-output:16x16x8-expand:1-kernel:3-stride:1-idskip:1: {count: 100, mean: 2, var: 0.01}
      expanded_conv-input:16x16x8-output:8x8x16-expand:3-kernel:3-stride:2-idskip:0: {count: 100, mean: 2, var: 0.01}
      Conv_1-input:8x8x16-output:8x8x32: {count: 100, mean: 1, var: 0.01}
      Logits-input:8x8x32-output:10: {count: 100, mean: 1, var: 0.01}
      """;

  @TempDir private Path folder;

  private StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private String table;

  @BeforeEach
  void makeHome() throws IOException {
    System.setProperty("espalier.home", folder.resolve("shipped").toString());
    System.setProperty("espalier.own", folder.resolve("own").toString());
    Files.createDirectories(folder.resolve("shipped/spaces"));
    file("shipped/spaces/tiny.yaml", SPACE);
    file("board.yaml", DESCRIPTION);
    table = file("table.yaml", TABLE);
  }

  @AfterEach
  void forgetHome() {
    System.clearProperty("espalier.home");
    System.clearProperty("espalier.own");
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  private int run(String... arguments) {
    out = new StringWriter();
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private int importing(String... more) {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("profile", "import", "proxyless-yaml", table, "--name", "board"));
    arguments.addAll(List.of("--description", folder.resolve("board.yaml").toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  @Test
  void importsAProfileAndTellsWhatItCovers() {
    assertThat(importing("--space", "tiny")).as(err.toString()).isEqualTo(0);
    assertThat(out.toString())
        .contains("operators  4, from 4 entries in 1 file")
        .containsPattern("left out   .*table.yaml, line 5: Logits of 8x8x32 and 10 outputs is")
        .contains("spread     standard deviation 10.0 % of the mean in the median, 10.0 % at most")
        .contains("space      tiny: 4 of 11 operators")
        .contains("complete   none (0 of 2 resolutions)")
        .contains(
            "nearest    32, where 2 of 6 operators are missing:\n             global_pool in=8x8x32 ")
        .containsPattern("part +operators +missing +for example\nstem +2 +1 +conv in=16x16x3 ")
        .containsPattern("classifier +1 +1 +linear in=1x1x32 ");
    assertThat(folder.resolve("own/profiles/board/latency.csv")).exists();

    assertThat(run("profile", "show", "board", "--space", "tiny")).isEqualTo(0);
    assertThat(out.toString())
        .contains("spread     standard deviation 10.0 %")
        .contains("numbers    measured on Board 1 with tflite 2.1")
        .contains("source     imported as proxyless-yaml from 1 file, 4 entries, sha256 ")
        .contains("space      tiny: 4 of 11 operators");
    assertThat(run("profile", "list")).isEqualTo(0);
    assertThat(out.toString()).containsPattern("board +cpu +Board 1 +tflite 2.1 +4 ");
  }

  @Test
  void aSpreadThatIsNotKnownIsSaidToBe() throws IOException {
    table = file("table.csv", "in,out,us\n8,10,5\n");
    String mapping =
        file(
            "columns.yaml",
            """
            latency: {column: us, unit: us}
            columns: {inputChannels: in, outputChannels: out}
            constants: {kind: linear}
            """);
    int status =
        run(
            "profile",
            "import",
            "csv",
            table,
            "--mapping",
            mapping,
            "--name",
            "flat",
            "--description",
            folder.resolve("board.yaml").toString());
    assertThat(status).as(err.toString()).isEqualTo(0);
    assertThat(out.toString()).contains("spread     not known of 1 operators");
    assertThat(run("profile", "show", "flat")).isEqualTo(0);
    assertThat(out.toString()).contains("spread     not known of 1 operators");
  }

  @Test
  void jsonIsForScripts() {
    assertThat(importing("--space", "tiny", "--json")).as(err.toString()).isEqualTo(0);
    JsonNode json =
        Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
    assertThat(json.path("operators").asInt()).isEqualTo(4);
    assertThat(json.path("leftOut")).hasSize(1);
    assertThat(json.at("/coverage/covered").asInt()).isEqualTo(4);
    assertThat(json.at("/coverage/missing")).hasSize(7);
    assertThat(json.at("/coverage/completeResolutions")).isEmpty();
    assertThat(json.at("/coverage/incompleteResolutions")).hasSize(2);
  }

  @Test
  void allProblemsAreStatusTwoAndNothingIsWritten() throws IOException {
    table = file("table.yaml", TABLE.replace("mean: 2,", "mean: .nan,"));
    file("board.yaml", DESCRIPTION.replace("    threads: 1\n", ""));
    assertThat(importing("--space", "tinny")).isEqualTo(2);
    assertThat(err.toString())
        .contains("unknown space 'tinny'")
        .contains("nothing is imported: 3 problems")
        .contains("board.yaml: ")
        .contains("provenance.measured.threads: missing")
        .contains("table.yaml, line 2: mean: '.nan' is not a latency")
        .contains("table.yaml, line 3: mean: '.nan' is not a latency")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("own")).doesNotExist();
  }

  @Test
  void aProfileThatIsThereIsKept() {
    assertThat(importing()).isEqualTo(0);
    assertThat(importing()).isEqualTo(2);
    assertThat(err.toString()).contains("is not empty (latency.csv and 1 more)");
  }

  @Test
  void needsANameAndADescription() {
    assertThat(run("profile", "import", "ofa-yaml", table)).isEqualTo(2);
    assertThat(err.toString()).contains("'--name=P', '--description=FILE'");
  }

  @Test
  void helpNamesEveryFormatWithExamples() {
    assertThat(run("profile", "import", "--help")).isEqualTo(0);
    for (TableImporter importer : TableImporter.all()) {
      assertThat(out.toString())
          .containsPattern("\n  " + importer.format() + " +" + Pattern.quote(importer.summary()));
    }
    assertThat(out.toString())
        .contains("One of csv, ofa-yaml, proxyless-yaml, ultra96-csv.")
        .contains("./espalier profile import ofa-yaml ")
        .containsOnlyOnce("Formats:")
        .contains("A description, ");
  }
}
