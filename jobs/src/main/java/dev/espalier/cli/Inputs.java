package dev.espalier.cli;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.dataset.DatasetException;
import dev.espalier.document.InvalidDocumentException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Loading what a user names. */
final class Inputs {
  private Inputs() {}

  /**
   * Loads; what is wrong with the input is said to the user as it is.
   *
   * @throws BadInputException with the message of what was found
   */
  static <T> T load(Supplier<T> loading) {
    try {
      return loading.get();
    } catch (IllegalArgumentException
        | ArtefactException
        | DatasetException
        | InvalidDocumentException e) {
      throw new BadInputException(e.getMessage(), e);
    }
  }

  /**
   * Loads, where more inputs follow that may be wrong too.
   *
   * @param problems receives the message of what was found
   * @return empty where something was
   */
  static <T> Optional<T> load(List<String> problems, Supplier<T> loading) {
    try {
      return Optional.of(load(loading));
    } catch (BadInputException e) {
      problems.add(e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Ends the loading of several inputs.
   *
   * @throws BadInputException with all their problems, if there are any
   */
  static void requireNone(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new BadInputException(String.join("\nespalier: ", problems));
    }
  }
}
