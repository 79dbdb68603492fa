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
   * The emitter of a format.
   *
   * @throws IllegalArgumentException listing the known formats
   */
  static Emitter of(String format) {
    List<Emitter> all = all();
    return all.stream()
        .filter(e -> e.format().equals(format))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown model format '%s'; known: %s"
                        .formatted(format, all.stream().map(Emitter::format).toList())));
  }
}
