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
    /** The fronts' hypervolume did not grow for the number of generations asked for. */
    STAGNATION,
    /** The time asked for was over: two runs need not stop at the same generation. */
    TIME_LIMIT,
    /** No new candidate was found in the attempts allowed; the message says what refused them. */
    EXHAUSTED
  }
}
