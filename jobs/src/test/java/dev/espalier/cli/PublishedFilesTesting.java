package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs commands in a home of their own, with the spaces of the project and OFA's Note10 files. */
abstract class PublishedFilesTesting {
  static final Path DATA = Path.of("..", "..", "shared", "data", "ofa-mbv3-note10");
  static final String SPACE = "ofa-mobilenetv3-w1.2@192";

  private static final String NOTE10 =
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
      """;

  @TempDir Path folder;

  /** What the last command wrote. */
  StringWriter out = new StringWriter();

  StringWriter err = new StringWriter();

  @BeforeEach
  void makeHome() {
    System.setProperty("espalier.home", "../supernet");
    System.setProperty("espalier.own", folder.resolve("own").toString());
  }

  @AfterEach
  void forgetHome() {
    System.clearProperty("espalier.home");
    System.clearProperty("espalier.own");
  }

  int run(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  void succeed(String... arguments) {
    assertThat(run(arguments)).as("%s", err).isZero();
  }

  JsonNode json() {
    return Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
  }

  /** Skips the test where the published files are not here. */
  static void assumeFiles() {
    assumeTrue(Files.exists(DATA), "published files are not here: " + DATA.toAbsolutePath());
  }

  /** Makes the profile {@code note10} of the table of one resolution. */
  void importTable() throws IOException {
    assumeFiles();
    Path description = Files.writeString(folder.resolve("note10.yaml"), NOTE10);
    succeed(
        "profile",
        "import",
        "ofa-yaml",
        DATA.resolve("192_lookup_table.yaml").toString(),
        "--name",
        "note10",
        "--description",
        description.toString(),
        "--space",
        SPACE);
  }
}
