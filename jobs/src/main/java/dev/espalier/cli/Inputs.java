package dev.espalier.cli;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.dataset.DatasetException;
import dev.espalier.document.InvalidDocumentException;
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
}
