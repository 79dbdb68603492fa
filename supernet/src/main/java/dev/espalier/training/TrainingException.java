package dev.espalier.training;

/** A training that cannot start, resume or go on; the message says what to do. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that says what, where and how to mend. */
  public TrainingException(String message) {
    super(message);
  }

  /** With its cause. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
