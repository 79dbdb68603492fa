package dev.espalier.microcontroller;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * Models compiled into one image with a program around them. Files stay in the folder given; not
 * safe for use by several threads at once.
 */
public final class Firmware {
  private static final Duration COMPILING = Duration.ofMinutes(5);
  private static final Duration RUNNING = Duration.ofMinutes(30);
  private static final String IMAGES = "images.bin";
  private static final String OUTPUTS = "outputs.bin";

  private final Platform platform;
  private final Path folder;
  private final List<Unit> models;
  private Path inference;

  private Firmware(Platform platform, Path folder, List<Unit> models) {
    this.platform = platform;
    this.folder = folder;
    this.models = models;
  }

  /**
   * Compiles models, whose prefixes differ, without linking them.
   *
   * @param folder empty, for everything that is made on the way
   * @throws ToolchainException with the compiler's words
   */
  public static Firmware compile(
      Platform platform, Path folder, List<MicrocontrollerModel> models) {
    return of(platform, folder, models.stream().map(Unit::of).toList());
  }

  /**
   * One model's files.
   *
   * @param prefix of its names
   * @param imageLength bytes of one image
   * @param outputs bytes that it makes of one
   */
  record Unit(String prefix, String header, String source, int imageLength, int outputs) {
    static Unit of(MicrocontrollerModel model) {
      return new Unit(
          model.prefix(),
          model.header(),
          model.source(),
          Math.toIntExact(model.input().elements()),
          model.outputs());
    }

    String headerName() {
      return prefix + ".h";
    }

    String sourceName() {
      return prefix + ".c";
    }
  }

  static Firmware of(Platform platform, Path folder, List<Unit> models) {
    platform
        .missing()
        .ifPresent(
            what -> {
              throw new ToolchainException(platform.label() + ": " + what);
            });
    Firmware firmware = new Firmware(platform, folder.toAbsolutePath(), List.copyOf(models));
    for (Unit model : models) {
      firmware.write(model.headerName(), model.header());
      firmware.write(model.sourceName(), model.source());
    }
    models.parallelStream().forEach(model -> firmware.compile(model.sourceName()));
    if (platform.emulated()) {
      firmware.write("board.ld", resource("board.ld").replace("@LARGE@", platform.largeMemory()));
      firmware.write("start.c", resource("start.c"));
      firmware.compile("start.c");
    }
    return firmware;
  }

  private void compile(String source) {
    List<String> command = new ArrayList<>(platform.compileCommand());
    command.addAll(List.of("-c", source));
    Commands.run(folder, COMPILING, command);
  }

  /** Links an image around a program and returns its path; a map of the same name lies beside. */
  private Path link(String name, String program) {
    write(name + ".c", program);
    compile(name + ".c");
    List<String> command = new ArrayList<>(platform.compileCommand());
    command.addAll(List.of("-o", name + ".elf", "-Wl,-Map=" + name + ".map", name + ".o"));
    models.forEach(m -> command.add(m.prefix() + ".o"));
    if (platform.emulated()) {
      command.add("start.o");
    }
    command.addAll(platform.linkFlags(folder.resolve("board.ld")));
    Commands.run(folder, COMPILING, command);
    return folder.resolve(name + ".elf");
  }

  /**
   * Runs the only model over images.
   *
   * @param images {@code (count, rows, columns, channels)} flat, integers of the model's input
   * @return {@code (count, outputs)} flat
   */
  public byte[] run(byte[] images) {
    Unit model = only();
    int size = model.imageLength();
    if (images.length == 0 || images.length % size != 0) {
      throw new IllegalArgumentException(
          "%d values are not images of %d bytes".formatted(images.length, size));
    }
    if (inference == null) {
      inference =
          link(
              "infer",
              """
              #include <stdio.h>
              #include "%1$s.h"
              int main(void) {
                FILE *in = fopen("%2$s", "rb"), *out = fopen("%3$s", "wb");
                if (!in || !out) return 3;
                while (fread(%1$s_input(), 1, %4$d, in) == %4$d)
                  if (fwrite(%1$s_run(), 1, %5$d, out) != %5$d) return 4;
                return fclose(out) ? 5 : 0;
              }
              """
                  .formatted(model.prefix(), IMAGES, OUTPUTS, size, model.outputs()));
    }
    try {
      Files.write(folder.resolve(IMAGES), images);
      Files.deleteIfExists(folder.resolve(OUTPUTS));
      Commands.run(folder, RUNNING, platform.runCommand(inference, List.of()));
      byte[] outputs = Files.readAllBytes(folder.resolve(OUTPUTS));
      if (outputs.length != images.length / size * model.outputs()) {
        throw new ToolchainException(
            "%s gave %d outputs for %d images"
                .formatted(platform.label(), outputs.length, images.length / size));
      }
      return outputs;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the only model takes in the image that {@link #run} made. */
  public ImageSizes sizes() {
    try {
      return ImageSizes.read(Files.readString(folder.resolve("infer.map")), only().prefix());
    } catch (IOException e) {
      throw new UncheckedIOException("the model was not run before its sizes were asked for", e);
    }
  }

  private Unit only() {
    if (models.size() != 1) {
      throw new IllegalStateException("there are " + models.size() + " models in this image");
    }
    return models.get(0);
  }

  /**
   * Instructions that each model executes for one image of equal bytes, by the emulator's count.
   * Kernels have no branches that depend on data, saturation being one instruction, so that any
   * image gives this count.
   *
   * @throws IllegalStateException if the platform is not emulated
   */
  public long[] instructions() {
    if (!platform.emulated()) {
      throw new IllegalStateException("instructions are counted under the emulator alone");
    }
    StringJoiner program = new StringJoiner("\n");
    models.forEach(m -> program.add("#include \"" + m.headerName() + "\""));
    program.add("__attribute__((noinline)) void espalier_mark(void) { __asm volatile(\"\"); }");
    program.add("int main(void) {");
    for (Unit model : models) {
      program.add(
          "  for (int i = 0; i < %d; i++) %s_input()[i] = 1;"
              .formatted(model.imageLength(), model.prefix()));
      program.add("  espalier_mark();\n  %s_run();\n  espalier_mark();".formatted(model.prefix()));
    }
    Path image = link("count", program.add("  return 0;\n}\n").toString());
    write("count_plugin.c", resource("count.c"));
    Commands.run(
        folder,
        COMPILING,
        List.of(
            "gcc",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-fPIC",
            "-shared",
            "-o",
            "count_plugin.so",
            "count_plugin.c"));
    String symbols = Commands.run(folder, COMPILING, List.of("arm-none-eabi-nm", image.toString()));
    String mark =
        symbols
            .lines()
            .filter(l -> l.endsWith(" espalier_mark"))
            .map(l -> l.substring(0, l.indexOf(' ')))
            .findFirst()
            .orElseThrow(() -> new ToolchainException("the image has no mark"));
    String output =
        Commands.run(
            folder,
            RUNNING,
            platform.runCommand(
                image, List.of("-plugin", folder.resolve("count_plugin.so") + ",mark=0x" + mark)));
    long[] reached =
        output
            .lines()
            .filter(l -> l.startsWith("count "))
            .mapToLong(l -> Long.parseLong(l.substring(6)))
            .toArray();
    if (reached.length != 2 * models.size()) {
      throw new ToolchainException(
          "%d marks were reached, not %d: %s".formatted(reached.length, 2 * models.size(), output));
    }
    long[] counts = new long[models.size()];
    Arrays.setAll(counts, i -> reached[2 * i + 1] - reached[2 * i]);
    return counts;
  }

  private void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Firmware.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
