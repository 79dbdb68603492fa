package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From a kit over a runner on this machine to a profile, as it is typed. */
class KitCommandsIT {
  private static final String SPACE =
      """
      family: ofa-mobilenetv3
      resolutions: [16, 24]
      inputChannels: 1
      stemChannels: 8
      firstChannels: 8
      stages:
        - {channels: 16, stride: 2, activation: RELU, squeezeReduction: 0, depths: [1, 2]}
        - {channels: 24, stride: 1, activation: H_SWISH, squeezeReduction: 4, depths: [1, 2]}
      kernels: [3, 5]
      expansions: [3, 6]
      finalChannels: 48
      featureChannels: 48
      classes: 10
      """;

  @TempDir private Path folder;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();
  private String space;
  private String kit;

  @BeforeEach
  void makeHome() throws IOException {
    System.setProperty("espalier.home", folder.resolve("shipped").toString());
    System.setProperty("espalier.own", folder.resolve("own").toString());
    space = Files.writeString(folder.resolve("tiny.yaml"), SPACE).toString();
    kit = folder.resolve("kit").toString();
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

  private void succeed(String... arguments) {
    assertThat(run(arguments)).as("%s", err).isZero();
  }

  private int ingest(String results, String form, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("profile", "ingest", kit, results, "--form", form, "--name", "board"));
    arguments.addAll(List.of("--description", folder.resolve("device.yaml").toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private JsonNode json() {
    return Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  @Test
  void aKitThatIsMeasuredInPartsBecomesACompleteProfile() throws IOException {
    succeed("profile", "kit", "--space", space, "--output", kit);
    assertThat(out.toString())
        .containsPattern("operators +\\d+ of .*tiny.yaml, all of them")
        .contains("10 networks to calibrate on, 10 to check on")
        .contains("RUNSHEET.md says how");

    String results = folder.resolve("results.csv").toString();
    succeed("profile", "run-kit", kit, "--output", results, "--most", "12");
    assertThat(out.toString()).contains("results.csv: 12 models timed, ");
    assertThat(ingest(results, "csv", "--json")).as("%s", err).isZero();
    JsonNode first = json();
    assertThat(first.path("added")).hasSize(12);
    int missing = first.path("missing").size();
    assertThat(missing).isPositive();
    assertThat(first.path("additivity").asBoolean()).isFalse();
    assertThat(run("predict", "--space", space, "--profile", "board", "--architecture", "smallest"))
        .isEqualTo(2);
    assertThat(err.toString()).contains(missing + " operators are missing from profile board");

    String rest = folder.resolve("rest").toString();
    succeed("profile", "kit", "--space", space, "--profile", "board", "--output", rest, "--json");
    assertThat(json().path("operators").asInt()).isEqualTo(missing);

    succeed("profile", "run-kit", kit, "--output", results);
    assertThat(out.toString()).contains(missing + 20 + " models timed, 0 left");
    String timed = Files.readString(Path.of(results));
    succeed("profile", "run-kit", kit, "--output", results);
    assertThat(Path.of(results)).hasContent(timed);
    assertThat(ingest(results, "csv", "--drop-outliers")).as("%s", err).isZero();
    assertThat(out.toString())
        .containsPattern("operators +\\d+: " + missing + " added, ")
        .contains("sums       latency of whole networks is modelled as ")
        .contains("missing    none");

    succeed("profile", "show", "board", "--space", space);
    assertThat(out.toString())
        .contains("less the same for a ReLU over the operator's input")
        .containsPattern("suspicious (none|\\d+) of \\d+ steps")
        .containsPattern("part +kernel +operators +least us +median us +most us")
        .containsPattern("stage1 +3 +\\d+ .* #+-*\n +5 ");
    succeed("predict", "--space", space, "--profile", "board", "--architecture", "largest");
    assertThat(out.toString()).contains("us on board: estimate; latency of whole networks");
    succeed("profile", "diff", "board", "board");
    assertThat(out.toString()).contains(", 0 that moved: ");
    assertThat(
            run(
                "profile",
                "kit",
                "--space",
                space,
                "--profile",
                "board",
                "--output",
                folder.resolve("none").toString(),
                "--probes",
                "0"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("is missing and no whole networks are asked for");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void badResultsAreStatusTwoAndNothingIsWrittenOrChanged() throws IOException {
    succeed("profile", "kit", "--space", space, "--output", kit, "--probes", "10");
    String results = folder.resolve("results.csv").toString();
    succeed("profile", "run-kit", kit, "--output", results, "--most", "3");

    String broken = file("broken.csv", Files.readString(Path.of(results)) + "op-0001");
    assertThat(ingest(broken, "csv")).isEqualTo(2);
    assertThat(err.toString()).contains("broken.csv, line ").contains(": 1 values, not 2");
    String millis =
        file("millis.csv", Files.readString(Path.of(results)).replace("micros", "seconds"));
    assertThat(ingest(millis, "csv")).isEqualTo(2);
    assertThat(err.toString()).contains("check the unit of the latencies");
    assertThat(ingest(file("empty.csv", ""), "csv")).isEqualTo(2);
    assertThat(ingest(results, "xml")).isEqualTo(2);
    assertThat(err.toString()).contains("unknown form of results 'xml'; forms are csv, ");
    assertThat(ingest(folder.resolve("no.csv").toString(), "csv")).isEqualTo(2);
    assertThat(err.toString()).contains("no.csv does not exist");
    assertThat(ingest(results, "csv", "--clock-mhz", "0")).isEqualTo(2);
    assertThat(folder.resolve("own")).doesNotExist();

    assertThat(ingest(results, "csv")).as("%s", err).isZero();
    List<String> before = contents();
    assertThat(ingest(broken, "csv")).isEqualTo(2);
    assertThat(ingest(millis, "csv")).isEqualTo(2);
    String device = Files.readString(folder.resolve("device.yaml"));
    file("device.yaml", device.replace("threads: 1", "threads: 4"));
    assertThat(ingest(results, "csv")).isEqualTo(2);
    assertThat(err.toString()).contains("provenance.measured.threads is '1' there and '4' here");
    file("device.yaml", device.replace("precision: float32", "precision: int8"));
    assertThat(ingest(results, "csv")).isEqualTo(2);
    assertThat(err.toString()).contains("the kit's models are float32");
    assertThat(contents()).isEqualTo(before);

    file("device.yaml", device);
    String other = folder.resolve("other").toString();
    String wider =
        file(
            "wider.yaml",
            SPACE.replace("16, 24", "20, 28").replace("finalChannels: 48", "finalChannels: 56"));
    succeed("profile", "kit", "--space", wider, "--output", other, "--probes", "0");
    String own = kit;
    kit = other;
    assertThat(ingest(results, "csv")).isEqualTo(2);
    assertThat(err.toString()).contains("is no model of this kit").contains("another kit");
    kit = own;
    assertThat(contents()).isEqualTo(before);

    assertThat(run("profile", "run-kit", kit, "--output", broken)).isEqualTo(2);
    assertThat(run("profile", "run-kit", folder.toString(), "--output", results)).isEqualTo(2);
    assertThat(err.toString()).contains("is not a kit: it has no kit.json");
  }

  @Test
  void cyclesNeedAClockThatTheDescriptionAgreesWith() throws IOException {
    succeed("profile", "kit", "--space", space, "--output", kit, "--probes", "0");
    StringBuilder log = new StringBuilder("booting\n");
    for (String line :
        Files.readAllLines(folder.resolve("kit/manifest.csv")).stream().skip(1).toList()) {
      String model = line.substring(0, line.indexOf(".onnx"));
      int cycles = 20_000 + (line.contains(",empty,") ? 0 : 168 * 500);
      log.append("[1.5] espalier %s cycles %d\n".formatted(model, cycles + line.length()));
    }
    String serial = file("serial.log", log.toString());
    String device =
        """
        device: Board 1
        class: mcu
        runtime: tflite-micro 2.16
        precision: float32
        provenance:
          measured:
            device: Board 1
            runtime: tflite-micro
            runtimeVersion: 2.16
            precision: float32
            batch: 1
            threads: 1
            date: 2026-03-31
            method: one run
        """;
    file("device.yaml", device);
    assertThat(ingest(serial, "serial")).isEqualTo(2);
    assertThat(err.toString()).contains("serial.log, line 2: cycles are no time without");
    file("device.yaml", device.replace("    date:", "    clockMegahertz: 168\n    date:"));
    assertThat(ingest(serial, "serial", "--clock-mhz", "16.8")).isEqualTo(2);
    assertThat(err.toString()).contains("--clock-mhz 16.8 is not the clock of ");
    assertThat(folder.resolve("own")).doesNotExist();
    assertThat(ingest(serial, "serial", "--json")).as("%s", err).isZero();
    assertThat(json().path("missing")).isEmpty();
    assertThat(Files.readString(folder.resolve("own/profiles/board/latency.csv")))
        .containsPattern(",(499|50[0-2])\\.\\d+,,(499|50[0-2])\\.\\d+,1,measured");
  }

  /** The profile's files with their content. */
  private List<String> contents() throws IOException {
    List<String> contents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder.resolve("own"))) {
      for (Path file :
          files.filter(Files::isRegularFile).sorted(Comparator.naturalOrder()).toList()) {
        contents.add(file + "\n" + Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void kitsThatCannotBeMadeAreStatusTwo() {
    String output = folder.resolve("kit").toString();
    assertThat(run("profile", "kit", "--space", space, "--output", output, "--format", "stone"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("no kit can have format 'stone'; formats of float32: [onnx, tflite]");
    assertThat(run("profile", "kit", "--space", space, "--output", output, "--probes", "4"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--probes 4 must be 0 or at least 10");
    assertThat(run("profile", "kit", "--output", output)).isEqualTo(2);
    assertThat(err.toString()).contains("name a space, with --space, or the supernet of one");
    assertThat(run("profile", "kit", "--space", "none", "--profile", "no", "--output", output))
        .isEqualTo(2);
    assertThat(err.toString()).contains("unknown space 'none'").contains("unknown profile 'no'");
    assertThat(folder.resolve("kit")).doesNotExist();
  }

  @Test
  void helpHasExamplesAndNamesEveryForm() {
    for (String command : List.of("kit", "run-kit", "ingest", "diff", "show")) {
      succeed("profile", command, "--help");
      assertThat(out.toString()).contains("./espalier profile " + command + " ");
    }
    succeed("profile", "ingest", "--help");
    assertThat(out.toString())
        .contains("One of csv, serial, tflite-benchmark, as below.")
        .containsOnlyOnce("Forms:");
  }
}
