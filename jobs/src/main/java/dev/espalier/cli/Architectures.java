package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.space.Architecture;
import dev.espalier.space.OfaNetConfig;
import dev.espalier.space.SearchSpace;
import org.apache.hadoop.fs.Path;

/** Architectures as a user names them. */
final class Architectures {
  /** What may be given, for the description of an option. */
  static final String ALLOWED =
      "Readable, as in run tables; or largest, or smallest; or a net.config that OFA wrote, with"
          + " the resolution behind it, as in nets/note10/net.config@192.";

  private static final String CONFIG = ".config";

  private Architectures() {}

  /**
   * Reads what a user gave.
   *
   * @throws IllegalArgumentException if it is no architecture, saying what is allowed
   * @throws dev.espalier.artefact.ArtefactException if it names a file that cannot be read or does
   *     not fit the space
   */
  static Architecture read(Storage storage, SearchSpace space, String text) {
    int at = text.lastIndexOf('@');
    String file = at < 0 ? text : text.substring(0, at);
    if (file.endsWith(CONFIG)) {
      String resolution = at < 0 ? "" : text.substring(at + 1);
      if (!resolution.matches("[1-9]\\d{0,8}")) {
        throw new IllegalArgumentException(
            "architecture '%s': a net.config states no resolution; give it in pixels behind the file, as in %s@%s"
                .formatted(text, file, space.decisions().get(0).options().get(0)));
      }
      return OfaNetConfig.read(
          space, Integer.parseInt(resolution), storage.read(new Path(file)), file);
    }
    return switch (text) {
      case "largest" -> space.largest();
      case "smallest" -> space.smallest();
      default -> space.parse(text);
    };
  }
}
