package dev.espalier.run;

/** Which engine searches, and how much it may look at. */
public sealed interface EngineRequest {
  /** The name by which a request asks for it, that of a {@code SearchEngine}. */
  String kind();

  /**
   * Uniformly drawn architectures: the baseline.
   *
   * @param evaluations candidates scored, at least 1
   */
  record Random(int evaluations) implements EngineRequest {
    public Random {
      requireAtLeast("evaluations", evaluations, 1);
    }

    @Override
    public String kind() {
      return "random";
    }
  }

  /**
   * Multi-objective evolution.
   *
   * @param population candidates of a generation, at least 4
   * @param generations the first included, at least 1
   * @param mutation probability that a decision of a child is drawn anew, above 0
   * @param start where the first population comes from
   */
  record Evolution(int population, int generations, double mutation, Start start)
      implements EngineRequest {
    public Evolution {
      requireAtLeast("population", population, 4);
      requireAtLeast("generations", generations, 1);
      if (!(mutation > 0 && mutation <= 1)) {
        throw new IllegalArgumentException(
            "mutation: " + mutation + " is not above 0 and at most 1");
      }
    }

    @Override
    public String kind() {
      return "evolution";
    }
  }

  /** Dynamic programming over the additive accuracy predictor: its whole Pareto front. */
  record Exact() implements EngineRequest {
    @Override
    public String kind() {
      return "exact";
    }
  }

  /** Where evolution's first population comes from. */
  enum Start {
    /** Random architectures only. */
    RANDOM,
    /** The additive predictor's exact front of every target, then random architectures. */
    EXACT
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " is below " + least);
    }
  }
}
