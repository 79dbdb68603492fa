package dev.espalier.search;

import dev.espalier.pareto.IndexOrder;
import dev.espalier.pareto.NonDominatedSort;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * NSGA-II (Deb et al., 2002) over any accuracy predictor and any number of targets at once.
 *
 * <p>Each target orders the pool of parents and children by itself: candidates that meet one of its
 * budgets before those that do not (the paper's constrained domination, section VI), then front and
 * crowding distance in the plane of accuracy and that target's cost, then code. Survivors are taken
 * from the targets' orders in turn, so that one stream of candidates serves all of them; with one
 * target this is the paper's selection. A child's parents win binary tournaments in the order of
 * one target drawn for the child. Uniform crossover; a mutated decision takes another option.
 *
 * <p>Deviations from the paper: no candidate is ever scored twice; decisions without effect in a
 * parent carry random options into the child, so that a block that mutation adds is drawn
 * uniformly; ties are broken by code.
 *
 * <p>A generation takes O(targets · population log population) beside the scoring.
 */
public final class EvolutionEngine implements SearchEngine {
  private static final String RANDOM = "random";
  private static final String EXACT = "exact";

  @Override
  public String name() {
    return "evolution";
  }

  @Override
  public String description() {
    return "NSGA-II, for any accuracy predictor and all targets at once";
  }

  @Override
  public List<EngineOption> options() {
    return List.of(
        new EngineOption.Whole(
            "population", 4, EngineOption.Whole.MOST, 128, "candidates of a generation"),
        new EngineOption.Whole(
            "generations", 1, EngineOption.Whole.MOST, 40, "the first one included"),
        new EngineOption.Share(
            "mutation", 0.1, "probability that a decision of a child is drawn anew"),
        new EngineOption.Choice(
            "start",
            List.of(RANDOM, EXACT),
            EXACT,
            "where the first population comes from: drawn, or every target's exact front first"));
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
        .evaluations((int) Math.min(Integer.MAX_VALUE, (long) population * generations))
        .mutation(values.share("mutation"))
        .start(
            values.word("start").equals(EXACT)
                ? SearchSettings.Start.EXACT
                : SearchSettings.Start.RANDOM);
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
            new Population(problem, plan, columns, admission, codes));
  }

  private static final class Population implements GenerationalSearch.Proposer {
    private final SearchSettings settings;
    private final EliminationPlan plan;
    private final Admission admission;
    private final CodeSet codes;
    private final int[] objectives;
    private final int columns;
    private final byte[] other;

    private int size;
    private int[] ids = new int[0];
    private double[] accuracies = new double[0];
    private double[] costs = new double[0];

    /** The place of each member in each target's order. */
    private final int[][] places;

    private Population(
        SearchProblem problem,
        EliminationPlan plan,
        CostColumns columns,
        Admission admission,
        CodeSet codes) {
      this.settings = problem.settings();
      this.plan = plan;
      this.admission = admission;
      this.codes = codes;
      this.columns = columns.count();
      this.objectives = new int[problem.targets().size()];
      for (int t = 0; t < objectives.length; t++) {
        objectives[t] = columns.column(t, problem.targets().get(t).objective());
      }
      this.places = new int[objectives.length][];
      this.other = new byte[plan.radices().length];
    }

    @Override
    public void propose(RandomGenerator stream, byte[] code) {
      int target = stream.nextInt(places.length);
      parent(target, stream, code);
      boolean crossed = stream.nextDouble() < settings.crossover();
      if (crossed) {
        parent(target, stream, other);
        for (int i = 0; i < code.length; i++) {
          if (stream.nextBoolean()) {
            code[i] = other[i];
          }
        }
      }
      int forced = crossed ? -1 : stream.nextInt(code.length);
      for (int i = 0; i < code.length; i++) {
        int options = plan.options(i);
        if (options > 1 && (i == forced || stream.nextDouble() < settings.mutation())) {
          code[i] = (byte) ((code[i] + 1 + stream.nextInt(options - 1)) % options);
        }
      }
      plan.space().canonicalize(code);
    }

    /** The code of a tournament's winner, its decisions without effect filled at random. */
    private void parent(int target, RandomGenerator stream, byte[] code) {
      int one = stream.nextInt(size);
      int two = stream.nextInt(size);
      int winner = places[target][one] <= places[target][two] ? one : two;
      System.arraycopy(codes.codes(), ids[winner] * code.length, code, 0, code.length);
      for (int i = 0; i < code.length; i++) {
        if (code[i] == 0 && plan.activity().canBeInactive(i) && !active(i, ids[winner])) {
          code[i] = (byte) stream.nextInt(plan.options(i));
        }
      }
    }

    private boolean active(int decision, int id) {
      return plan.activity().active(decision, codes.codes(), id * other.length);
    }

    @Override
    public void observe(GenerationalSearch.Batch batch) {
      int pool = size + batch.count();
      int[] poolIds = Arrays.copyOf(ids, pool);
      double[] poolAccuracies = Arrays.copyOf(accuracies, pool);
      double[] poolCosts = Arrays.copyOf(costs, pool * columns);
      for (int i = 0; i < batch.count(); i++) {
        poolIds[size + i] = batch.first() + i;
      }
      System.arraycopy(batch.accuracies(), 0, poolAccuracies, size, batch.count());
      System.arraycopy(batch.costs(), 0, poolCosts, size * columns, batch.count() * columns);
      int[][] orders = new int[objectives.length][];
      for (int t = 0; t < orders.length; t++) {
        orders[t] = order(t, poolIds, poolAccuracies, poolCosts);
      }
      boolean[] survives = survivors(orders, pool, batch.generation());
      keep(survives, orders, poolIds, poolAccuracies, poolCosts);
    }

    private int[] order(int target, int[] poolIds, double[] poolAccuracies, double[] poolCosts) {
      int pool = poolIds.length;
      double[] cost = new double[pool];
      double[] violation = new double[pool];
      for (int i = 0; i < pool; i++) {
        cost[i] = poolCosts[i * columns + objectives[target]];
        violation[i] = admission.violation(target, poolCosts, i * columns);
      }
      // Only those that meet a budget compete for fronts; the others follow by violation.
      int[] met = new int[pool];
      int count = 0;
      for (int i = 0; i < pool; i++) {
        if (violation[i] == 0) {
          met[count++] = i;
        }
      }
      double[] metAccuracies = new double[count];
      double[] metCosts = new double[count];
      int[] position = new int[pool];
      for (int i = 0; i < count; i++) {
        metAccuracies[i] = poolAccuracies[met[i]];
        metCosts[i] = cost[met[i]];
        position[met[i]] = i;
      }
      NonDominatedSort sort = NonDominatedSort.of(metAccuracies, metCosts, count);
      return IndexOrder.sorted(
          pool,
          (a, b) -> {
            int byViolation = Double.compare(violation[a], violation[b]);
            if (byViolation != 0) {
              return byViolation;
            }
            return violation[a] > 0
                ? codes.compare(poolIds[a], poolIds[b])
                : sort.compare(
                    position[a],
                    position[b],
                    (i, j) -> codes.compare(poolIds[met[i]], poolIds[met[j]]));
          });
    }

    private boolean[] survivors(int[][] orders, int pool, int generation) {
      boolean[] survives = new boolean[pool];
      int[] next = new int[orders.length];
      int wanted = Math.min(pool, settings.population());
      // With more targets than places, another target begins in each generation.
      long turn = (long) generation * settings.population();
      for (int taken = 0; taken < wanted; taken++, turn++) {
        int target = (int) (turn % orders.length);
        while (survives[orders[target][next[target]]]) {
          next[target]++;
        }
        survives[orders[target][next[target]]] = true;
      }
      return survives;
    }

    private void keep(
        boolean[] survives,
        int[][] orders,
        int[] poolIds,
        double[] poolAccuracies,
        double[] poolCosts) {
      int[] index = new int[survives.length];
      size = 0;
      for (int i = 0; i < survives.length; i++) {
        if (survives[i]) {
          poolIds[size] = poolIds[i];
          poolAccuracies[size] = poolAccuracies[i];
          System.arraycopy(poolCosts, i * columns, poolCosts, size * columns, columns);
          index[i] = size++;
        }
      }
      ids = Arrays.copyOf(poolIds, size);
      accuracies = Arrays.copyOf(poolAccuracies, size);
      costs = Arrays.copyOf(poolCosts, size * columns);
      for (int t = 0; t < orders.length; t++) {
        places[t] = new int[size];
        int place = 0;
        for (int i : orders[t]) {
          if (survives[i]) {
            places[t][index[i]] = place++;
          }
        }
      }
    }
  }
}
