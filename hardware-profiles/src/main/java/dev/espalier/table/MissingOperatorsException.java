package dev.espalier.table;

import dev.espalier.operator.Operator;
import java.util.List;
import java.util.stream.Collectors;

/** Operators that a profile has no entry for. */
public final class MissingOperatorsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;
  private static final int MOST_SHOWN = 10;

  private final transient List<Operator> operators;

  /**
   * @param operators at least one
   * @param profile the profile's name
   * @param size number of operators it has
   * @param remedy what to do, as in {@code measure it, or remove kernel 7 from the space}
   */
  public MissingOperatorsException(
      List<Operator> operators, String profile, int size, String remedy) {
    super(message(operators, profile, size, remedy));
    this.operators = List.copyOf(operators);
  }

  private static String message(List<Operator> operators, String profile, int size, String remedy) {
    if (operators.size() == 1) {
      return "operator %s is missing from profile %s (%d operators): %s"
          .formatted(operators.get(0), profile, size, remedy);
    }
    String more =
        operators.size() > MOST_SHOWN ? "\n  and " + (operators.size() - MOST_SHOWN) + " more" : "";
    return operators.stream()
        .limit(MOST_SHOWN)
        .map(Operator::key)
        .collect(
            Collectors.joining(
                "\n  ",
                "%d operators are missing from profile %s (%d operators): %s\n  "
                    .formatted(operators.size(), profile, size, remedy),
                more));
  }

  /** All that are missing. */
  public List<Operator> operators() {
    return operators;
  }
}
