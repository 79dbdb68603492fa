package dev.espalier.search;

import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code random} and {@code evolution} have in common: candidates are proposed one by one,
 * refused if they were scored before or meet no budget, and scored in batches for all targets at
 * once.
 *
 * <p>Every feasible budget's witness (an architecture that meets it, found by elimination over the
 * costs) is scored first, and one within the limits of every target without budgets, so that no
 * feasible budget is left without an answer. Each candidate draws from its own stream, made from
 * the seed, the generation and its slot.
 */
final class GenerationalSearch {
  private static final Logger log = LoggerFactory.getLogger(GenerationalSearch.class);

  /** A gain of less than this share of the box is none. */
  private static final double LEAST_GAIN = 1e-7;

  /** Where candidates come from. */
  interface Proposer {
    /** Writes a canonical code. Called in generations after the initial one. */
    void propose(RandomGenerator stream, byte[] code);

    /** Takes in a batch that was scored. */
    void observe(Batch batch);
  }

  /** Makes a proposer for a search. */
  @FunctionalInterface
  interface ProposerFactory {
    /** Called once, before the first batch. */
    Proposer create(EliminationPlan plan, CostColumns columns, Admission admission, CodeSet codes);
  }

  /** Scored candidates; valid during the call. */
  static final class Batch {
    private final int generation;
    private final int first;
    private final int count;
    private final double[] accuracies;
    private final double[] costs;

    private Batch(int generation, int first, int count, double[] accuracies, double[] costs) {
      this.generation = generation;
      this.first = first;
      this.count = count;
      this.accuracies = accuracies;
      this.costs = costs;
    }

    int generation() {
      return generation;
    }

    /** The number of the first candidate among the codes; the others follow. */
    int first() {
      return first;
    }

    int count() {
      return count;
    }

    double[] accuracies() {
      return accuracies;
    }

    /** Flat, {@code (count, columns)}. */
    double[] costs() {
      return costs;
    }
  }

  private final String engine;
  private final SearchSettings settings;
  private final SearchSpace space;
  private final CandidateScorer scorer;
  private final CostColumns columns;
  private final CodeSet codes;
  private final Admission admission;
  private final Proposer proposer;
  private final List<Architecture> initial = new ArrayList<>();
  private final long began;
  private final List<TargetArchive> archives = new ArrayList<>();
  private long duplicates;
  private long rejected;

  private GenerationalSearch(
      String engine, SearchProblem problem, CandidateScorer scorer, ProposerFactory factory) {
    this.engine = engine;
    this.settings = problem.settings();
    this.began = settings.nanoClock().getAsLong();
    this.space = problem.space();
    this.scorer = scorer;
    this.columns = CostColumns.of(problem.targets());
    this.codes = new CodeSet(space.length());
    EliminationPlan plan = EliminationPlan.of(space);
    List<List<Budget>> feasible = new ArrayList<>();
    for (int t = 0; t < problem.targets().size(); t++) {
      SearchTarget target = problem.targets().get(t);
      List<LeastCost.Verdict> verdicts = new ArrayList<>();
      List<Budget> met = new ArrayList<>();
      for (Budget budget : target.budgets()) {
        LeastCost.Verdict verdict = LeastCost.decide(plan, target, budget);
        verdicts.add(verdict);
        if (verdict instanceof LeastCost.Witness witness) {
          initial.add(witness.architecture());
          met.add(budget);
        }
      }
      LeastCost.within(plan, target).ifPresent(initial::add);
      feasible.add(met);
      archives.add(
          new TargetArchive(
              target,
              t,
              verdicts,
              CostRange.of(plan, target, settings.referenceAccuracy()),
              columns,
              codes,
              settings.candidates()));
    }
    long witnesses = initial.stream().distinct().count();
    if (witnesses > settings.evaluations()) {
      throw new IllegalArgumentException(
          "evaluations is %d, but the feasible budgets alone need %d: raise it to at least that"
              .formatted(settings.evaluations(), witnesses));
    }
    initial.addAll(FirstPopulation.of(problem, plan, feasible));
    this.admission = new Admission(problem.targets(), feasible, columns);
    this.proposer = factory.create(plan, columns, admission, codes);
  }

  static SearchOutcome run(
      String engine,
      SearchProblem problem,
      CandidateScorer scorer,
      SearchListener listener,
      ProposerFactory factory) {
    return new GenerationalSearch(engine, problem, scorer, factory).run(listener);
  }

  private SearchOutcome run(SearchListener listener) {
    List<GenerationRecord> records = new ArrayList<>();
    StopReason stop = null;
    if (!admission.possible()) {
      stop =
          new StopReason(StopReason.Kind.EXHAUSTED, "no budget of any target can be met; proven");
    }
    for (int generation = 0; stop == null; generation++) {
      int first = codes.size();
      fill(generation);
      int count = codes.size() - first;
      if (count > 0) {
        score(generation, first, count);
        GenerationRecord record = record(generation);
        records.add(record);
        log.info(
            "{}, seed {}: generation {}: {} scored, {} duplicates, {} rejected, front {}, hypervolume {}",
            engine,
            settings.seed(),
            generation,
            record.evaluations(),
            record.duplicates(),
            record.rejected(),
            record.frontSize(),
            record.hypervolume());
        listener.progressed(progress(record));
      }
      stop = stop(generation, count, records);
    }
    return new SearchOutcome(
        engine,
        settings.seed(),
        settings.start() == SearchSettings.Start.EXACT
            ? Optimality.BEGUN_AT_ADDITIVE_OPTIMUM
            : Optimality.NOT_PROVEN,
        stop,
        BigInteger.valueOf(codes.size()),
        records,
        archives.stream().map(TargetArchive::result).toList());
  }

  private boolean stagnant(List<GenerationRecord> records) {
    int last = records.size() - 1;
    return settings.stagnation() > 0
        && last >= settings.stagnation()
        && records.get(last).hypervolume() - records.get(last - settings.stagnation()).hypervolume()
            < LEAST_GAIN;
  }

  private StopReason stop(int generation, int count, List<GenerationRecord> records) {
    if (codes.size() >= settings.evaluations()) {
      return new StopReason(
          StopReason.Kind.EVALUATIONS, codes.size() + " evaluations, as asked for");
    }
    if (BigInteger.valueOf(codes.size()).equals(space.size())) {
      return new StopReason(
          StopReason.Kind.COMPLETE,
          "all " + space.size() + " architectures of the space are scored");
    }
    if (count == 0) {
      return new StopReason(
          StopReason.Kind.EXHAUSTED,
          "generation %d: no new candidate in %d proposals; so far %d were duplicates and %d met no budget, most often because of %s"
              .formatted(
                  generation,
                  (long) settings.population() * settings.attempts(),
                  duplicates,
                  rejected,
                  admission.mostRefusing()));
    }
    if (generation + 1 == settings.generations()) {
      return new StopReason(
          StopReason.Kind.GENERATIONS, settings.generations() + " generations, as asked for");
    }
    if (stagnant(records)) {
      return new StopReason(
          StopReason.Kind.STAGNATION,
          "%d generations without a gain of hypervolume, as asked for, after %d in all"
              .formatted(settings.stagnation(), generation + 1));
    }
    if (!settings.timeLimit().isZero()
        && settings.nanoClock().getAsLong() - began >= settings.timeLimit().toNanos()) {
      return new StopReason(
          StopReason.Kind.TIME_LIMIT,
          "time limit of %d s, as asked for, after %d generations; another run may get further"
              .formatted(settings.timeLimit().toSeconds(), generation + 1));
    }
    return null;
  }

  /** Adds the candidates of a generation to the codes. */
  private void fill(int generation) {
    int first = codes.size();
    if (generation == 0) {
      for (Architecture architecture : initial) {
        if (codes.size() < settings.evaluations() && !codes.add(architecture.toBytes(), 0)) {
          duplicates++;
        }
      }
    }
    byte[] code = new byte[space.length()];
    for (int slot = codes.size() - first;
        slot < settings.population() && codes.size() < settings.evaluations();
        slot++) {
      RandomGenerator stream = CandidateStreams.stream(settings.seed(), generation, slot);
      boolean added = false;
      for (int attempt = 0; !added && attempt < settings.attempts(); attempt++) {
        if (generation == 0) {
          sample(space, stream, code);
        } else {
          proposer.propose(stream, code);
        }
        if (!admission.admits(code)) {
          rejected++;
        } else if (codes.add(code, 0)) {
          added = true;
        } else {
          duplicates++;
        }
      }
    }
  }

  /** Draws an architecture as the space samples. */
  static void sample(SearchSpace space, RandomGenerator stream, byte[] code) {
    System.arraycopy(space.sample(stream).toBytes(), 0, code, 0, code.length);
  }

  private void score(int generation, int first, int count) {
    int length = space.length();
    double[] accuracies = new double[count];
    double[] costs = new double[count * columns.count()];
    byte[] flat = Arrays.copyOfRange(codes.codes(), first * length, (first + count) * length);
    scorer.score(flat, count, accuracies, costs);
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(accuracies[i])) {
        throw new IllegalStateException(
            "the accuracy predictor gave %s for architecture %s; it must give finite numbers"
                .formatted(
                    accuracies[i], space.format(Architecture.ofCanonical(codes.code(first + i)))));
      }
    }
    for (TargetArchive archive : archives) {
      archive.add(first, count, accuracies, costs);
    }
    proposer.observe(new Batch(generation, first, count, accuracies, costs));
  }

  private GenerationRecord record(int generation) {
    int frontSize = 0;
    double hypervolume = 0;
    for (TargetArchive archive : archives) {
      frontSize += archive.frontSize();
      hypervolume += archive.hypervolume();
    }
    return new GenerationRecord(
        generation, codes.size(), duplicates, rejected, frontSize, hypervolume / archives.size());
  }

  private SearchProgress progress(GenerationRecord record) {
    long most = (long) settings.generations() * settings.population();
    long planned = Math.min(settings.evaluations(), most);
    int steps =
        (int)
            Math.min(
                settings.generations(),
                (planned + settings.population() - 1) / settings.population());
    return new SearchProgress(
        record.generation() + 1,
        Math.max(steps, record.generation() + 1),
        record.evaluations(),
        planned,
        record.frontSize(),
        record.hypervolume());
  }
}
