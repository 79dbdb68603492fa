package dev.espalier.microcontroller;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where C models can be compiled for and run here. */
public enum Platform {
  /** This machine, by its own compiler. */
  HOST("gcc", List.of(), "gcc and libc6-dev", "", ""),
  /** A Cortex-M4 with DSP extension, as QEMU emulates it. */
  CORTEX_M4(
      "arm-none-eabi-gcc",
      List.of("-mcpu=cortex-m4", "-mthumb"),
      "gcc-arm-none-eabi, libnewlib-arm-none-eabi and qemu-system-arm",
      "mps2-an386",
      "0x21000000"),
  /** A Cortex-M7, as QEMU emulates it. */
  CORTEX_M7(
      "arm-none-eabi-gcc",
      List.of("-mcpu=cortex-m7", "-mthumb"),
      "gcc-arm-none-eabi, libnewlib-arm-none-eabi and qemu-system-arm",
      "mps2-an500",
      "0x60000000");

  private static final String EMULATOR = "qemu-system-arm";

  /** Where programs that leave no file are run. */
  private static final Path HERE = Path.of(System.getProperty("java.io.tmpdir"));

  private final String compiler;
  private final List<String> flags;
  private final String packages;
  private final String machine;
  private final String largeMemory;

  Platform(
      String compiler, List<String> flags, String packages, String machine, String largeMemory) {
    this.compiler = compiler;
    this.flags = flags;
    this.packages = packages;
    this.machine = machine;
    this.largeMemory = largeMemory;
  }

  /** As in {@code cortex-m4}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The name of the compiler. */
  public String compiler() {
    return compiler;
  }

  /** Whether images run under an emulator. */
  public boolean emulated() {
    return !machine.isEmpty();
  }

  /** What is missing here to compile and run for it, with Debian's packages; empty if nothing. */
  public Optional<String> missing() {
    List<String> wanted = new ArrayList<>(List.of(compiler));
    if (emulated()) {
      wanted.add(EMULATOR);
    }
    wanted.removeIf(Platform::onPath);
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s not found on PATH (Debian: %s)".formatted(String.join(", ", wanted), packages));
  }

  /** As in {@code arm-none-eabi-gcc 12.2.1}. */
  public String compilerVersion() {
    return compiler
        + " "
        + Commands.run(HERE, Duration.ofSeconds(20), List.of(compiler, "-dumpfullversion")).strip();
  }

  /** As in {@code 7.2.13}. */
  public String emulatorVersion() {
    String text = Commands.run(HERE, Duration.ofSeconds(20), List.of(EMULATOR, "--version"));
    Matcher version = Pattern.compile("version (\\S+)").matcher(text);
    if (!version.find()) {
      throw new ToolchainException(EMULATOR + " does not tell its version: " + text);
    }
    return version.group(1);
  }

  /** Where the machine has its 16 MiB, as C writes addresses. */
  String largeMemory() {
    return largeMemory;
  }

  List<String> compileCommand() {
    List<String> command = new ArrayList<>(List.of(compiler));
    command.addAll(flags);
    // What the host says is the same at every level, and -O2 takes two thirds of the time.
    command.add(emulated() ? "-O3" : "-O2");
    command.addAll(List.of("-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fdata-sections"));
    return command;
  }

  List<String> linkFlags(Path script) {
    return emulated()
        ? List.of("--specs=rdimon.specs", "-nostartfiles", "-T", script.toString())
        : List.of();
  }

  /** The command that runs an image; plugins are QEMU's. */
  List<String> runCommand(Path image, List<String> plugin) {
    if (!emulated()) {
      return List.of(image.toString());
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                EMULATOR,
                "-M",
                machine,
                "-nographic",
                "-monitor",
                "none",
                "-serial",
                "null",
                "-semihosting-config",
                "enable=on,target=native"));
    command.addAll(plugin);
    command.addAll(List.of("-kernel", image.toString()));
    return command;
  }

  private static boolean onPath(String program) {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(":")) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
