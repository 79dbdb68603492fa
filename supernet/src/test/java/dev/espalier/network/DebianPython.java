package dev.espalier.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's Python, whose packages are second opinions in tests; {@code .ci/run} installs them. */
public final class DebianPython {
  private static final String PYTHON = "/usr/bin/python3";
  private static final int MINUTES = 5;

  private DebianPython() {}

  /** Whether a module can be imported. */
  public static boolean has(String module) throws IOException, InterruptedException {
    return Files.isExecutable(Path.of(PYTHON)) && run("-c", "import " + module).isEmpty();
  }

  /** Why a check without a module is skipped. */
  public static String lacks(String module) {
    return "no module %s in %s: install Debian's python3-%s, as .ci/run does, to run this check"
        .formatted(module, PYTHON, module);
  }

  /** What a program prints, errors too; begins with {@code exit} and the status where it fails. */
  public static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(command + " takes longer than " + MINUTES + " minutes");
    }
    return process.exitValue() == 0 ? output : "exit " + process.exitValue() + "\n" + output;
  }
}
