package dev.espalier.cli;

/** What the process ends with. */
final class ExitStatus {
  static final int SUCCESS = 0;

  /** Something broke; what was finished is kept. */
  static final int FAILURE = 1;

  /** The input cannot be used; nothing was written. */
  static final int BAD_INPUT = 2;

  private ExitStatus() {}
}
