package dev.espalier.dataset;

/** A data file that is missing, unreadable, or not what it should be; the message names it. */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that says what, where and how to mend. */
  public DatasetException(String message) {
    super(message);
  }

  /** With its cause. */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
