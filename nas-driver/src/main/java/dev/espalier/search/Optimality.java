package dev.espalier.search;

/** What an outcome proves. Infeasible budgets are proven in either case. */
public enum Optimality {
  /** Fronts and candidates are the best of the whole space under the additive accuracy model. */
  ADDITIVE_OPTIMUM("optimal for the additive accuracy model over the whole space"),
  /**
   * The best that was found among the candidates scored, the additive accuracy model's optimum
   * among them.
   */
  BEGUN_AT_ADDITIVE_OPTIMUM(
      "best found among the candidates scored, among them what is optimal for the additive accuracy model; not proven optimal"),
  /** The best that was found among the candidates scored. */
  NOT_PROVEN("best found among the candidates scored; not proven optimal");

  private final String description;

  Optimality(String description) {
    this.description = description;
  }

  /** A phrase for reports. */
  public String description() {
    return description;
  }
}
