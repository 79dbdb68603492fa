package dev.espalier.deploy;

import dev.espalier.operator.Precision;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;

/**
 * Writes networks in one format, and runs what it wrote. Registered in {@code
 * META-INF/services/dev.espalier.deploy.Emitter}; stateless and thread-safe.
 *
 * <p>A new format is one class, a {@link FloatEmitter} or an {@link IntegerEmitter}, and its line
 * there.
 */
public sealed interface Emitter permits FloatEmitter, IntegerEmitter {
  /** The name under which a target asks for it, as in {@code onnx}. */
  String format();

  /** Which version of the format, as in {@code opset 17, IR 8}. */
  String version();

  /** The names of the files in a deployment, as in {@code model.onnx}; no two formats share one. */
  List<String> fileNames();

  /** Of weights and feature maps. */
  Precision precision();

  /** Why this machine cannot run what is written, with how to mend it; empty if it can. */
  default Optional<String> unrunnable() {
    return Optional.empty();
  }

  /**
   * Bytes of activations that the files themselves reserve; empty where an engine places them.
   *
   * @param files as they were emitted
   */
  default OptionalLong arenaBytes(List<EmittedFile> files) {
    return OptionalLong.empty();
  }

  /**
   * Loads what was emitted, from the bytes of the files alone.
   *
   * @param files as they were emitted
   * @param threads that work on one run, at least 1
   * @throws DeploymentException if the engine refuses them
   */
  RunnableModel load(List<EmittedFile> files, int threads);

  /** All registered emitters, by format. */
  static List<Emitter> all() {
    return ServiceLoader.load(Emitter.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(Emitter::format))
        .toList();
  }

  /**
   * The same format, written in another way.
   *
   * @param way in the format's own words
   * @throws IllegalArgumentException if the format has no such way
   */
  default Emitter in(String way) {
    throw new IllegalArgumentException(
        "format %s is written in one way alone, not in '%s'".formatted(format(), way));
  }

  /**
   * The emitter of a format.
   *
   * @param format its name; behind a colon, the way in which it is written, where it has several
   * @throws IllegalArgumentException listing the known formats
   */
  static Emitter of(String format) {
    List<Emitter> all = all();
    int colon = format.indexOf(':');
    String name = colon < 0 ? format : format.substring(0, colon);
    Emitter emitter =
        all.stream()
            .filter(e -> e.format().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "unknown model format '%s'; known: %s"
                            .formatted(name, all.stream().map(Emitter::format).toList())));
    return colon < 0 ? emitter : emitter.in(format.substring(colon + 1));
  }
}
