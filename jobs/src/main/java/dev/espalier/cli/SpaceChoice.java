package dev.espalier.cli;

import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.space.SearchSpace;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name a search space: itself, or the supernet of one. */
final class SpaceChoice {
  @Option(
      names = "--space",
      paramLabel = "S",
      description = "A space (see space list), or the path of a YAML file, with a slash.")
  private String space;

  @Option(
      names = "--supernet",
      paramLabel = "S",
      description = "In place of a space: the supernet of one, a name or a folder.")
  private String supernet;

  /** As the user called it; empty where none was named. */
  Optional<String> name() {
    return Optional.ofNullable(space).or(() -> Optional.ofNullable(supernet));
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if none or two were named, or there is none of that name
   */
  SearchSpace read(Storage storage, Home home) {
    if ((space == null) == (supernet == null)) {
      throw new IllegalArgumentException(
          space == null
              ? "name a space, with --space, or the supernet of one, with --supernet"
              : "--space and --supernet exclude each other: name one of them");
    }
    return space != null
        ? home.spaces(storage).read(space)
        : home.supernets(storage).open(supernet).space();
  }
}
