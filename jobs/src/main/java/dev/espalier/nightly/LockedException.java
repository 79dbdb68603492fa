package dev.espalier.nightly;

/** Another night works on the same store; the message says who and since when. */
public final class LockedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LockedException(String message) {
    super(message);
  }
}
