package dev.espalier.search;

/** How OFA's space is searched where figures are compared with OFA's own search. */
public enum OfaSearchSettings {
  /** For one budget, in less than 50 milliseconds. */
  QUICK(256, 6_000, 0.008, SearchSettings.Start.CORNERS),
  /** For one budget, with as many evaluations as OFA's own search. */
  EQUAL(512, 50_100, 0.008, SearchSettings.Start.CORNERS),
  /** For several budgets at once, in seconds. */
  THOROUGH(3_200, 400_000, 0.008, SearchSettings.Start.CORNERS);

  /** Random draws seldom meet a tight budget: a few tries are enough. */
  private static final int ATTEMPTS = 10;

  private final int population;
  private final int evaluations;
  private final double mutation;
  private final SearchSettings.Start start;

  OfaSearchSettings(int population, int evaluations, double mutation, SearchSettings.Start start) {
    this.population = population;
    this.evaluations = evaluations;
    this.mutation = mutation;
    this.start = start;
  }

  public SearchSettings with(long seed) {
    return SearchSettings.builder()
        .seed(seed)
        .population(population)
        .generations(Integer.MAX_VALUE)
        .evaluations(evaluations)
        .mutation(mutation)
        .candidates(1)
        .attempts(ATTEMPTS)
        .start(start)
        .build();
  }
}
