package dev.espalier.deploy;

import dev.espalier.graph.Graph;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Writes graphs in one format. Registered in {@code META-INF/services/dev.espalier.deploy.Emitter};
 * stateless and thread-safe.
 */
public interface Emitter {
  /** The name under which a target asks for it, as in {@code onnx}. */
  String format();

  /** Which version of the format, as in {@code opset 17, IR 8}. */
  String version();

  /** The file's name in a deployment, as in {@code model.onnx}. */
  String fileName();

  /**
   * The bytes of the file; equal graphs give equal bytes.
   *
   * @throws IllegalArgumentException naming the node that the format cannot hold
   */
  byte[] emit(Graph graph);

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
