package dev.espalier.run;

import java.util.List;

/** A request that cannot be run, with everything that is wrong with it. */
public final class InvalidRequestException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** Every problem, one sentence each. */
  private final transient List<String> problems;

  /**
   * Makes the exception; its message lists every problem on a line of its own.
   *
   * @param source the file or resource the request came from
   * @param problems at least one
   */
  public InvalidRequestException(String source, List<String> problems) {
    super(message(source, problems));
    this.problems = List.copyOf(problems);
  }

  /** As above, for problems that were found by something else. */
  InvalidRequestException(String source, List<String> problems, Throwable cause) {
    super(message(source, problems), cause);
    this.problems = List.copyOf(problems);
  }

  private static String message(String source, List<String> problems) {
    if (problems.size() == 1) {
      return source + ": " + problems.get(0);
    }
    return "%s has %d problems:\n  %s"
        .formatted(source, problems.size(), String.join("\n  ", problems));
  }

  /** Every problem, one sentence each, in the order of the request. */
  public List<String> problems() {
    return problems;
  }
}
