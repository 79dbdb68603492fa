package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SupernetImportIT {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final String SPACE =
      """
      family: ofa-resnet50
      resolutions: [128, 132, 148, 160, 176]
      inputChannels: 3
      stemChannels: %d
      widths: [0.65, 0.8, 1.0]
      stages:
        - {channels: 64, stride: 1, depths: [2, 3, 4]}
        - {channels: 128, stride: 2, depths: [2, 3, 4]}
        - {channels: 256, stride: 2, depths: [4, 5, 6]}
        - {channels: 512, stride: 2, depths: [2, 3, 4]}
      expansions: [0.2, 0.25, 0.35]
      classes: 1000
      """;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private static int python(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = PYTHON.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output.isEmpty() ? process.waitFor() : 1;
  }

  private String space(String name, int stem) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, SPACE.formatted(stem));
    return file.toString();
  }

  @Test
  void aCheckpointBecomesASupernetOrNothing() throws Exception {
    assumeTrue(
        Files.isExecutable(PYTHON) && python("-c", "import torch") == 0,
        "no PyTorch in " + PYTHON + ": install Debian's python3-torch, as .ci/run does");
    assertThat(
            python(
                "../supernet/src/test/python/ofa_reference.py",
                "ofa-resnet50",
                folder.toString(),
                "1"))
        .isZero();
    String checkpoint = folder.resolve("legacy.pth").toString();
    String net = folder.resolve("net").toString();

    assertThat(
            run("supernet", "import", checkpoint, "--space", space("s.yaml", 32), "--output", net))
        .as(err.toString())
        .isZero();
    assertThat(run("supernet", "info", net)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("ofa-resnet50")
        .contains("none; run 'supernet fit-accuracy'");

    assertThat(
            run("supernet", "import", checkpoint, "--space", space("s.yaml", 32), "--output", net))
        .isEqualTo(2);
    assertThat(err.toString()).contains("is not empty");

    String other = folder.resolve("other").toString();
    assertThat(
            run(
                "supernet",
                "import",
                checkpoint,
                "--space",
                space("o.yaml", 64),
                "--output",
                other))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("has shape [16, 3, 3, 3], the space needs [32, 3, 3, 3] for stem.first.weight");

    byte[] whole = Files.readAllBytes(Path.of(checkpoint));
    Path half = folder.resolve("half.pth");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    assertThat(
            run(
                "supernet",
                "import",
                half.toString(),
                "--space",
                space("s.yaml", 32),
                "--output",
                other))
        .isEqualTo(2);
    assertThat(err.toString()).contains("half.pth");
    assertThat(Path.of(other)).doesNotExist();
  }
}
