package dev.espalier.job;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of this class path as processes of their own, with the options of this JVM. */
public final class OwnProcess {
  private OwnProcess() {}

  /**
   * Makes a process, not yet started, whose errors are part of its output.
   *
   * @param options of the JVM, beside those that this one has
   * @param program has a {@code main}
   */
  public static ProcessBuilder of(List<String> options, Class<?> program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> !a.startsWith("-javaagent") && !a.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }
}
