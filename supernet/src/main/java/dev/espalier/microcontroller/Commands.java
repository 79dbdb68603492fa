package dev.espalier.microcontroller;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the tool chain, run to their end. */
final class Commands {
  /** What of a program's output goes into a message. */
  private static final int MOST_TEXT = 2_000;

  private Commands() {}

  /**
   * Runs a command in a folder and returns what it wrote to both outputs.
   *
   * @throws ToolchainException if it cannot be started, fails, or takes longer than allowed
   */
  static String run(Path folder, Duration limit, List<String> command) {
    Path output = null;
    try {
      output = Files.createTempFile(folder, "output", ".txt");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new ToolchainException(
              "%s did not end within %d s".formatted(command.get(0), limit.toSeconds()));
        }
      } finally {
        process.destroyForcibly();
      }
      String text = Files.readString(output);
      if (process.exitValue() != 0) {
        throw new ToolchainException(
            "%s ended with status %d: %s"
                .formatted(
                    String.join(" ", command),
                    process.exitValue(),
                    text.substring(0, Math.min(MOST_TEXT, text.length()))));
      }
      return text;
    } catch (IOException e) {
      throw new ToolchainException("cannot run " + command.get(0), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolchainException("interrupted while " + command.get(0) + " ran", e);
    } finally {
      delete(output);
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new ToolchainException("cannot delete " + file, e);
    }
  }
}
