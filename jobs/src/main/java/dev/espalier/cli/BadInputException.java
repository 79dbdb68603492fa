package dev.espalier.cli;

/** What the user gave cannot be used; the message says what, and how to mend it. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BadInputException(String message) {
    super(message);
  }

  BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
