package dev.espalier.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Evolution over any accuracy predictor and any number of targets and budgets at once.
 *
 * <p>The population is divided among niches: one for each budget, whose parents are the most
 * accurate quarter of its share, as in OFA's evolutionary search (Cai et al., ICLR 2020, after Real
 * et al., 2019; {@link BudgetNiche}), and one for the front of each target, as in NSGA-II (Deb et
 * al., 2002; {@link FrontNiche}). Fronts get a fifth, or all where there are no budgets. Each child
 * is bred for a niche drawn at random, and every niche looks at every candidate, so that one stream
 * of candidates serves all of them. Uniform crossover; a mutated decision takes another option.
 *
 * <p>Deviations from both papers: no candidate is ever scored twice; decisions without effect in a
 * parent carry random options into the child, so that a block that mutation adds is drawn
 * uniformly; ties are broken by cost and code.
 *
 * <p>A generation takes O(population log population) for each target, and one look at each
 * candidate for each budget, beside the scoring.
 */
public final class EvolutionEngine implements SearchEngine {
  /** Fewest candidates that a niche breeds from. */
  private static final int FEWEST = 4;

  /** Where there are budgets, this share of the population is for fronts. */
  private static final double FOR_FRONTS = 0.2;

  /** A budget's parents are this part of its share of the population. */
  private static final double PARENTS = 0.25;

  @Override
  public String name() {
    return "evolution";
  }

  @Override
  public String description() {
    return "evolution for any accuracy predictor, all targets and budgets at once";
  }

  @Override
  public List<EngineOption> options() {
    return List.of(
        new EngineOption.Whole(
            "population", 4, EngineOption.Whole.MOST, 128, "candidates of a generation"),
        new EngineOption.Whole(
            "generations", 1, EngineOption.Whole.MOST, 40, "the first one included"),
        new EngineOption.Share(
            "mutation", 0.05, "probability that a decision of a child is drawn anew"),
        new EngineOption.Choice(
            "start",
            Arrays.stream(SearchSettings.Start.values()).map(SearchSettings.Start::word).toList(),
            SearchSettings.Start.EXACT.word(),
            "what the first population begins with: nothing but random draws, or what is optimal for the additive accuracy model, exactly or at the corners of its front only"),
        new EngineOption.Whole(
            "evaluations",
            0,
            EngineOption.Whole.MOST,
            0,
            "candidates scored at most; 0 for population times generations"),
        new EngineOption.Whole(
            "stagnation",
            0,
            EngineOption.Whole.MOST,
            0,
            "stop after so many generations without a gain of hypervolume; 0 for never"),
        new EngineOption.Whole(
            "time-limit",
            0,
            EngineOption.Whole.MOST,
            0,
            "seconds after which no generation begins, so that two runs may differ; 0 for none"));
  }

  @Override
  public ScoredBy scoredBy() {
    return ScoredBy.CANDIDATE_SCORER;
  }

  @Override
  public void configure(OptionValues values, SearchSettings.Builder settings) {
    int population = values.whole("population");
    int generations = values.whole("generations");
    settings
        .population(population)
        .generations(generations)
        .evaluations(
            values.whole("evaluations") > 0
                ? values.whole("evaluations")
                : (int) Math.min(Integer.MAX_VALUE, (long) population * generations))
        .stagnation(values.whole("stagnation"))
        .timeLimit(Duration.ofSeconds(values.whole("time-limit")))
        .mutation(values.share("mutation"))
        .start(SearchSettings.Start.of(values.word("start")));
  }

  @Override
  public SearchOutcome search(
      SearchProblem problem, CandidateScorer scorer, SearchListener listener) {
    return GenerationalSearch.run(
        name(),
        problem,
        scorer,
        listener,
        (plan, columns, admission, codes) ->
            new Breeding(
                problem.settings(),
                plan,
                codes,
                fronts(problem, columns, admission, codes),
                budgets(problem, columns, admission, codes)));
  }

  private static List<Niche> fronts(
      SearchProblem problem, CostColumns columns, Admission admission, CodeSet codes) {
    double share = admission.feasible() == 0 ? 1 : FOR_FRONTS;
    int members =
        Math.max(
            FEWEST, (int) (share * problem.settings().population() / problem.targets().size()));
    List<Niche> niches = new ArrayList<>();
    for (int t = 0; t < problem.targets().size(); t++) {
      if (admission.possible(t)) {
        int objective = columns.column(t, problem.targets().get(t).objective());
        niches.add(new FrontNiche(admission, codes, t, objective, columns.count(), members));
      }
    }
    return niches;
  }

  private static List<Niche> budgets(
      SearchProblem problem, CostColumns columns, Admission admission, CodeSet codes) {
    int parents =
        (int) ((1 - FOR_FRONTS) * PARENTS * problem.settings().population())
            / Math.max(1, admission.feasible());
    List<Niche> niches = new ArrayList<>();
    for (int t = 0; t < problem.targets().size(); t++) {
      SearchTarget target = problem.targets().get(t);
      for (Budget budget : admission.feasible(t)) {
        BestFew best = new BestFew(budget, target, t, columns, codes, Math.max(FEWEST, parents));
        niches.add(new BudgetNiche(best, columns.count()));
      }
    }
    return niches;
  }

  private static final class Breeding implements GenerationalSearch.Proposer {
    private final SearchSettings settings;
    private final EliminationPlan plan;
    private final CodeSet codes;
    private final List<Niche> fronts;
    private final List<Niche> budgets;
    private final byte[] other;

    /** Logarithm of the probability that a decision is not mutated. */
    private final double logKept;

    private Breeding(
        SearchSettings settings,
        EliminationPlan plan,
        CodeSet codes,
        List<Niche> fronts,
        List<Niche> budgets) {
      this.settings = settings;
      this.plan = plan;
      this.codes = codes;
      this.fronts = fronts;
      this.budgets = budgets;
      this.other = new byte[plan.radices().length];
      this.logKept = Math.log1p(-settings.mutation());
    }

    @Override
    public void propose(RandomGenerator stream, byte[] code) {
      boolean front = budgets.isEmpty() || stream.nextDouble() < FOR_FRONTS;
      List<Niche> niches = front ? fronts : budgets;
      Niche niche = niches.get(stream.nextInt(niches.size()));
      parent(niche, stream, code);
      boolean crossed = stream.nextDouble() < settings.crossover();
      if (crossed) {
        parent(niche, stream, other);
        cross(stream, code);
      } else {
        mutate(stream, code, stream.nextInt(code.length));
      }
      // The number of decisions up to the next mutated one is geometric: one draw for each of
      // these.
      for (int i = skipped(stream); i < code.length; i += 1 + skipped(stream)) {
        mutate(stream, code, i);
      }
      plan.space().canonicalize(code);
    }

    private void cross(RandomGenerator stream, byte[] code) {
      long bits = 0;
      for (int i = 0; i < code.length; i++) {
        bits = i % Long.SIZE == 0 ? stream.nextLong() : bits >>> 1;
        if ((bits & 1) != 0) {
          code[i] = other[i];
        }
      }
    }

    private void mutate(RandomGenerator stream, byte[] code, int decision) {
      int options = plan.options(decision);
      if (options > 1) {
        code[decision] = (byte) ((code[decision] + 1 + stream.nextInt(options - 1)) % options);
      }
    }

    private int skipped(RandomGenerator stream) {
      // Beyond any length where the logarithm is of zero, or the probability.
      return (int) Math.min(Integer.MAX_VALUE / 2, Math.log(stream.nextDouble()) / logKept);
    }

    /** The code of a parent, its decisions without effect filled at random. */
    private void parent(Niche niche, RandomGenerator stream, byte[] code) {
      int offset = niche.parent(stream) * code.length;
      byte[] all = codes.codes();
      System.arraycopy(all, offset, code, 0, code.length);
      plan.activity().fillInactive(all, offset, code, stream);
    }

    @Override
    public void observe(GenerationalSearch.Batch batch) {
      fronts.forEach(niche -> niche.observe(batch));
      budgets.forEach(niche -> niche.observe(batch));
    }
  }
}
