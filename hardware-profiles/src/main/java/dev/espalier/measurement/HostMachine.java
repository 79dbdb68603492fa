package dev.espalier.measurement;

import dev.espalier.artefact.ArtefactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The machine this runs on, as Linux describes it.
 *
 * @param processor model name, and family and model numbers where the name alone is vague
 * @param processors logical processors, at least 1
 * @param clockMegahertz of the first, where Linux tells; virtual machines tell the nominal clock
 * @param memoryBytes of RAM, where Linux tells
 */
public record HostMachine(
    String processor, int processors, OptionalInt clockMegahertz, OptionalLong memoryBytes) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  /**
   * Reads {@code /proc}.
   *
   * @throws ArtefactException on a machine that has none
   */
  public static HostMachine read() {
    try {
      return parse(Files.readString(CPUINFO), Files.readString(MEMINFO));
    } catch (IOException e) {
      throw new ArtefactException(
          "this machine cannot be described: %s cannot be read; measure on Linux"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Reads the content of {@code /proc/cpuinfo} and {@code /proc/meminfo}. */
  static HostMachine parse(String cpuinfo, String meminfo) {
    long processors =
        Math.max(1, cpuinfo.lines().filter(line -> line.startsWith("processor")).count());
    String name =
        value(cpuinfo, "model name").or(() -> value(cpuinfo, "Model")).orElse("unknown processor");
    Optional<String> family = value(cpuinfo, "cpu family");
    Optional<String> model = value(cpuinfo, "model");
    String numbers =
        family.isPresent() && model.isPresent()
            ? ", family " + family.get() + " model " + model.get()
            : "";
    return new HostMachine(
        name + numbers,
        (int) processors,
        value(cpuinfo, "cpu MHz")
            .map(text -> OptionalInt.of((int) Math.round(Double.parseDouble(text))))
            .orElse(OptionalInt.empty()),
        value(meminfo, "MemTotal")
            .map(text -> OptionalLong.of(1024 * Long.parseLong(text.replace(" kB", ""))))
            .orElse(OptionalLong.empty()));
  }

  private static Optional<String> value(String text, String key) {
    return text.lines()
        .filter(line -> line.contains(":"))
        .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }
}
