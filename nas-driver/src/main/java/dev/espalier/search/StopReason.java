package dev.espalier.search;

/**
 * Why an engine stopped.
 *
 * @param kind the cause
 * @param message a phrase for logs and reports
 */
public record StopReason(Kind kind, String message) {
  /** Causes. */
  public enum Kind {
    /** The whole space is covered. */
    COMPLETE,
    /** The number of generations asked for was reached. */
    GENERATIONS,
    /** The number of evaluations asked for was reached. */
    EVALUATIONS,
    /** No new candidate was found in the attempts allowed; the message says what refused them. */
    EXHAUSTED
  }
}
