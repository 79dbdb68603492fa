package dev.espalier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.job.OwnProcess;
import dev.espalier.job.TinySupernet;
import dev.espalier.profile.MemoryLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person who presses Ctrl-C. */
class InterruptionIT {
  /** What a shell reports of a program that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  @TempDir private Path folder;

  private Process search(Path output) throws IOException {
    TinySupernet.write(folder.resolve("shipped/supernets/tiny"), TinySupernet.LARGE_SPACE);
    TinySupernet.writeProfile(
        folder.resolve("shipped/profiles/imaginary"),
        "imaginary",
        MemoryLimits.UNKNOWN,
        TinySupernet.LARGE_SPACE);
    Path request = folder.resolve("long.yaml");
    Files.writeString(
        request,
        """
        supernet: tiny
        targets: imaginary
        budgets: 2
        engine: {kind: evolution, population: 1000, generations: 100000}
        """);
    return OwnProcess.of(
            List.of(
                "-Despalier.home=" + folder.resolve("shipped"),
                "-Despalier.own=" + folder.resolve("own"),
                "-Despalier.log=" + folder.resolve("log")),
            Espalier.class,
            List.of(
                "search",
                request.toString(),
                "--output",
                output.toString(),
                "--master",
                "local[1]"))
        .start();
  }

  @Test
  void aSearchThatIsInterruptedSaysHowToGoOnAndPublishesNothing() throws Exception {
    Path output = folder.resolve("run");
    Process process = search(output);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (line.startsWith("searching, evolution 0 %") && process.isAlive()) {
          new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
        }
      }
    }

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s", lines).isEqualTo(INTERRUPTED);
    assertThat(lines)
        .contains(
            "espalier: interrupted. Nothing is published; what is finished is kept, and the same request with --output %s goes on there."
                .formatted(output))
        .noneMatch(line -> line.contains("Exception") || line.startsWith("\tat "));
    assertThat(output).doesNotExist();
  }
}
