package dev.espalier.microcontroller;

import dev.espalier.deploy.DeploymentCard;
import dev.espalier.deploy.DeploymentException;
import dev.espalier.deploy.EmittedFile;
import dev.espalier.deploy.RunnableModel;
import dev.espalier.graph.Quantisation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Emitted C, compiled here and run as a program of its own; what it takes and gives is read from
 * its header. Its time is not that of any microcontroller.
 */
final class CompiledModel implements RunnableModel {
  private final Path folder;
  private final Firmware program;
  private final String version;
  private final Header header;
  private byte[] fed = new byte[0];
  private byte[] made = new byte[0];

  private CompiledModel(Path folder, Firmware program, String version, Header header) {
    this.folder = folder;
    this.program = program;
    this.version = version;
    this.header = header;
  }

  /** What a model's header says. */
  private record Header(
      int rows, int columns, int channels, Quantisation input, int outputs, Quantisation output) {

    static Header read(String text) {
      return new Header(
          (int) number(text, "ROWS"),
          (int) number(text, "COLUMNS"),
          (int) number(text, "CHANNELS"),
          new Quantisation(number(text, "INPUT_SCALE"), (int) number(text, "INPUT_ZERO")),
          (int) number(text, "OUTPUTS"),
          new Quantisation(number(text, "OUTPUT_SCALE"), (int) number(text, "OUTPUT_ZERO")));
    }

    private static float number(String text, String name) {
      Matcher found =
          Pattern.compile("#define \\w+_" + name + " \\(?(-?[0-9.E-]+)f?\\)?\\s").matcher(text);
      if (!found.find()) {
        throw new IllegalArgumentException("the header of a C model lacks " + name);
      }
      return Float.parseFloat(found.group(1));
    }

    int imageLength() {
      return rows * columns * channels;
    }
  }

  /** The arena of emitted C, as its header says. */
  static long arenaBytes(List<EmittedFile> files) {
    return (long) Header.number(text(files.get(0)), "ARENA_BYTES");
  }

  static CompiledModel load(List<EmittedFile> files) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("espalier-c");
      Header header = Header.read(text(files.get(0)));
      Firmware.Unit unit =
          new Firmware.Unit(
              files.get(0).name().replaceFirst("\\.h$", ""),
              text(files.get(0)),
              text(files.get(1)),
              header.imageLength(),
              header.outputs);
      Firmware program = Firmware.of(Platform.HOST, folder, List.of(unit));
      return new CompiledModel(folder, program, Platform.HOST.compilerVersion(), header);
    } catch (ToolchainException e) {
      delete(folder);
      throw new DeploymentException("a C model does not compile here: " + e.getMessage(), e);
    } catch (IOException e) {
      delete(folder);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      delete(folder);
      throw e;
    }
  }

  private static String text(EmittedFile file) {
    return new String(file.content(), StandardCharsets.UTF_8);
  }

  @Override
  public DeploymentCard.Runner runner() {
    return new DeploymentCard.Runner(
        Platform.HOST.compiler(), version.substring(version.indexOf(' ') + 1));
  }

  @Override
  public int imageLength() {
    return header.imageLength();
  }

  @Override
  public int logitsLength() {
    return header.outputs;
  }

  @Override
  public void feed(float[] images, int count) {
    int length = imageLength();
    if (count < 1 || images.length < count * length) {
      throw new IllegalArgumentException(
          "%d values for %d images of %d each".formatted(images.length, count, length));
    }
    int plane = header.rows * header.columns;
    fed = new byte[count * length];
    for (int i = 0; i < fed.length; i++) {
      int image = i / length;
      int channel = i / plane % header.channels;
      fed[(image * plane + i % plane) * header.channels + channel] =
          header.input.quantised(images[i]);
    }
    made = new byte[0];
  }

  @Override
  public void execute() {
    if (fed.length == 0) {
      throw new IllegalStateException("nothing was fed");
    }
    try {
      made = program.run(fed);
    } catch (ToolchainException e) {
      throw new DeploymentException("a C model fails: " + e.getMessage(), e);
    }
  }

  @Override
  public void fetch(float[] logits) {
    if (logits.length < made.length) {
      throw new IllegalArgumentException(
          "%d logits do not fit into %d".formatted(made.length, logits.length));
    }
    for (int i = 0; i < made.length; i++) {
      logits[i] = header.output.real(made[i]);
    }
  }

  @Override
  public void close() {
    Arrays.fill(fed, (byte) 0);
    delete(folder);
  }

  private static void delete(Path folder) {
    if (folder == null || !Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
