package dev.espalier.document;

import java.util.List;

/** A document that cannot be used; the message lists every problem that was found in it. */
public final class InvalidDocumentException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MOST_SHOWN = 20;

  private final transient List<String> problems;

  /**
   * @param document which document, as a reader would name it: usually its path
   * @param problems at least one; each says where, which value, and what is allowed
   */
  public InvalidDocumentException(String document, List<String> problems) {
    super(message(document, problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * @param document which document
   * @param problem what is wrong
   * @param cause kept
   */
  public InvalidDocumentException(String document, String problem, Throwable cause) {
    super(message(document, List.of(problem)), cause);
    this.problems = List.of(problem);
  }

  private static String message(String document, List<String> problems) {
    if (problems.size() == 1) {
      return document + ": " + problems.get(0);
    }
    StringBuilder text = new StringBuilder(document + ": " + problems.size() + " problems");
    problems.stream().limit(MOST_SHOWN).forEach(p -> text.append("\n  ").append(p));
    if (problems.size() > MOST_SHOWN) {
      text.append("\n  and ").append(problems.size() - MOST_SHOWN).append(" more");
    }
    return text.toString();
  }

  /** Every problem, in the order of the message. */
  public List<String> problems() {
    return problems;
  }
}
