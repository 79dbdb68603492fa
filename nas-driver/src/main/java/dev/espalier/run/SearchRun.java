package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.cost.OperatorCost;
import dev.espalier.memory.MemoryModel;
import dev.espalier.run.Progress.Stage;
import dev.espalier.search.Budget;
import dev.espalier.search.BudgetAnswer;
import dev.espalier.search.BudgetAnswer.Feasible;
import dev.espalier.search.BudgetAnswer.Infeasible;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.Constraint;
import dev.espalier.search.CostColumns;
import dev.espalier.search.CostSpan;
import dev.espalier.search.IslandSearch;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.search.ScoredBy;
import dev.espalier.search.SearchListener;
import dev.espalier.search.SearchOutcome;
import dev.espalier.search.SearchProblem;
import dev.espalier.search.SearchSettings;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.TargetResult;
import dev.espalier.search.TargetTask;
import dev.espalier.search.TargetwiseEngine;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotFunction;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One search, from loaded inputs to a published folder.
 *
 * <p>The same request, seed and inputs give byte-identical files, {@code timings.json} aside,
 * whatever the backend's partitions or executors. The one exception is a candidate refused for its
 * measured latency, and such a run says so in its tables.
 *
 * <p>What is finished is kept beside the destination until the run is published: the same request
 * and inputs with the same destination go on from there, and end with the same bytes.
 */
public final class SearchRun {
  private static final Logger LOG = LoggerFactory.getLogger(SearchRun.class);
  private static final int STEPS = 1000;

  private final Storage storage;
  private final SearchBackend backend;
  private final ModelTimer timer;
  private final Progress progress;
  private final SortedMap<String, String> versions;
  private final Clock clock;
  private final List<Architecture> warmStart;
  private final Unmet unmet;

  /** What becomes of a request whose budgets cannot be met. */
  public enum Unmet {
    /** Refused, where no target meets any budget or a budget is met on no target. */
    REFUSED,
    /** Answered with its proofs: for a part of a fleet, of which others meet the budgets. */
    ANSWERED
  }

  /** Collects what runs are done with. */
  public static final class Builder {
    private Storage storage;
    private SearchBackend backend;
    private ModelTimer timer;
    private Progress progress = Progress.SILENT;
    private SortedMap<String, String> versions = new TreeMap<>();
    private Clock clock = Clock.systemUTC();
    private List<Architecture> warmStart = List.of();
    private Unmet unmet = Unmet.REFUSED;

    private Builder() {}

    /** Where results go. */
    public Builder storage(Storage value) {
      storage = value;
      return this;
    }

    /** Where work is done. */
    public Builder backend(SearchBackend value) {
      backend = value;
      return this;
    }

    /** What times models. */
    public Builder timer(ModelTimer value) {
      timer = value;
      return this;
    }

    /** Who hears how it goes; default nobody. */
    public Builder progress(Progress value) {
      progress = value;
      return this;
    }

    /** Of everything whose change could change a result, by name. */
    public Builder versions(SortedMap<String, String> value) {
      versions = new TreeMap<>(value);
      return this;
    }

    /** The clock of {@code timings.json}. */
    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    /**
     * Architectures with which engines that have a population begin it, the most promising first;
     * at most half of it. Results depend on them, and {@code run.json} says how many they were;
     * default none.
     */
    public Builder warmStart(List<Architecture> value) {
      warmStart = List.copyOf(value);
      return this;
    }

    /** What becomes of a request whose budgets cannot be met; by default it is refused. */
    public Builder unmet(Unmet value) {
      unmet = value;
      return this;
    }

    /** The run; may be used for several requests, one after another. */
    public SearchRun build() {
      return new SearchRun(this);
    }
  }

  private SearchRun(Builder builder) {
    this.storage = builder.storage;
    this.backend = builder.backend;
    this.timer = builder.timer;
    this.progress = builder.progress;
    this.versions = builder.versions;
    this.clock = builder.clock;
    this.warmStart = builder.warmStart;
    this.unmet = builder.unmet;
  }

  /** Starts a builder; storage, backend and timer are needed. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Searches, verifies and publishes.
   *
   * @param output folder of the run; must not exist, or be empty
   * @throws InvalidRequestException if no budget can be met, or one on no target, saying for each
   *     how low it can go
   * @throws dev.espalier.artefact.ArtefactException if the folder is not vacant or cannot be
   *     written
   */
  public SearchResult run(SearchInputs inputs, Path output) {
    storage.requireVacant(output);
    RunTimes times = new RunTimes(clock);
    SearchRequest request = inputs.request();
    LOG.info(
        "search of {} for {}, engine {}, seed {}, into {}",
        request.source().name(),
        inputs.targets().size() + " targets",
        request.engine(),
        request.seed(),
        output);

    noteFailed(inputs.failed());
    List<SearchTarget> targets = targets(inputs);
    AccuracyPredictor accuracy = inputs.source().predictor(request.engine().engine().scoredBy());
    RunFiles files = new RunFiles(inputs, targets, accuracy, versions, warmStart(inputs));
    Checkpoint checkpoint = new Checkpoint(storage, output, files.key());
    checkpoint.removeStaging(times.host());
    try {
      SearchResult result = run(inputs, targets, files, checkpoint, times, output);
      checkpoint.discard();
      return result;
    } catch (RuntimeException e) {
      if (taken(output)) {
        checkpoint.discard(); // another run was faster: there is nothing to go on with
      } else if (checkpoint.stored()) {
        progress.note(
            "What is finished is kept: the same request with --output %s goes on there."
                .formatted(output));
      }
      throw e;
    }
  }

  private boolean taken(Path output) {
    try {
      storage.requireVacant(output);
      return false;
    } catch (ArtefactException e) {
      return true;
    }
  }

  private SearchResult run(
      SearchInputs inputs,
      List<SearchTarget> targets,
      RunFiles files,
      Checkpoint checkpoint,
      RunTimes times,
      Path output) {
    SearchRequest request = inputs.request();
    ResumableBackend resumable = new ResumableBackend(backend, checkpoint, progress);
    SearchOutcome outcome = search(inputs, targets, resumable);
    times.ended("search");

    Map<Target, List<Feasible>> answers = new LinkedHashMap<>();
    List<InfeasibleBudget> infeasible = new ArrayList<>();
    for (int t = 0; t < inputs.targets().size(); t++) {
      Target target = inputs.targets().get(t);
      List<Feasible> feasible = answers.computeIfAbsent(target, none -> new ArrayList<>());
      for (BudgetAnswer answer : outcome.targets().get(t).answers()) {
        if (answer instanceof Feasible met) {
          feasible.add(met);
        } else {
          infeasible.add(new InfeasibleBudget(target, (Infeasible) answer));
        }
      }
    }
    ScoredBy scoredBy = request.engine().engine().scoredBy();
    List<BudgetResult> budgets =
        inputs.source() instanceof SearchSource.TrainedSupernet trained
            ? new Verification(
                    resumable,
                    timer,
                    trained.emission(),
                    trained.predictor(scoredBy).error(),
                    progress)
                .run(answers)
            : predicted(answers);
    times.ended("verification");
    SearchResult unpublished =
        new SearchResult(
            output,
            "",
            inputs.source().predictor(scoredBy),
            outcome,
            budgets,
            infeasible,
            inputs.failed());
    return publish(inputs, files, checkpoint, resumable, unpublished, times);
  }

  private void noteFailed(List<FailedTarget> failed) {
    for (FailedTarget target : failed) {
      LOG.warn("target {} is left out: {}", target.name(), target.reason());
    }
    if (!failed.isEmpty()) {
      progress.note(
          "%s left out, since %s cannot be used: %s"
              .formatted(
                  failed.size() == 1 ? "One target is" : failed.size() + " targets are",
                  failed.size() == 1 ? "its profile" : "their profiles",
                  String.join(", ", failed.stream().map(FailedTarget::name).toList())));
    }
  }

  private static List<BudgetResult> predicted(Map<Target, List<Feasible>> answers) {
    List<BudgetResult> budgets = new ArrayList<>();
    answers.forEach(
        (target, list) -> {
          for (Feasible answer : list) {
            List<Attempt> attempts = new ArrayList<>();
            for (ScoredArchitecture candidate : answer.candidates()) {
              attempts.add(
                  new Attempt(
                      attempts.size() + 1,
                      candidate,
                      Optional.empty(),
                      Optional.empty(),
                      new Verdict.Predicted()));
            }
            budgets.add(new BudgetResult(target, answer.budget(), attempts));
          }
        });
    return budgets;
  }

  /**
   * The targets of a search, with their budgets and what their devices allow.
   *
   * @return one for each of the inputs' targets, in their order
   * @throws InvalidRequestException if something is limited that is not known of the space
   */
  public static List<SearchTarget> targets(SearchInputs inputs) {
    SearchSpace space = inputs.source().space();
    AdditiveFunction macs = OperatorCost.MACS.compile(space);
    AdditiveFunction parameters = OperatorCost.PARAMETERS.compile(space);
    TargetMemory memories = new TargetMemory(space, inputs.request());
    Map<AdditiveFunction, CostSpan> spans = new IdentityHashMap<>();
    List<SearchTarget> targets = new ArrayList<>();
    for (Target target : inputs.targets()) {
      AdditiveFunction latency = memories.latencyMicros(target);
      Optional<MemoryModel> memory = memories.model(target);
      Map<Quantity, SlotFunction> costs = new EnumMap<>(Quantity.class);
      costs.put(Quantity.LATENCY, latency);
      costs.put(Quantity.MACS, macs);
      costs.put(Quantity.PARAMETERS, parameters);
      memory.ifPresent(
          known -> {
            costs.put(Quantity.PEAK_MEMORY, known.peakBytes());
            costs.put(Quantity.WEIGHT_MEMORY, known.weightBytes());
          });
      List<Budget> budgets =
          inputs
              .request()
              .budgets()
              .of(
                  quantity -> {
                    requireModel(space, quantity, costs);
                    return spans.computeIfAbsent(
                        (AdditiveFunction) costs.get(quantity),
                        function -> CostSpan.of(space, function));
                  });
      budgets.stream()
          .flatMap(budget -> budget.constraints().stream())
          .forEach(constraint -> requireModel(space, constraint.quantity(), costs));
      target.limits().forEach(limit -> requireModel(space, limit.quantity(), costs));
      targets.add(
          new SearchTarget(
              target.name(),
              Quantity.LATENCY,
              costs,
              budgets,
              tightest(
                  DeviceLimits.of(target.description().memory(), target.profile(), memory),
                  target.limits())));
    }
    return targets;
  }

  /** At most one limit for each quantity; of equal ones the first. */
  private static List<Constraint> tightest(List<Constraint> device, List<Constraint> asked) {
    Map<Quantity, Constraint> tightest = new EnumMap<>(Quantity.class);
    Stream.concat(device.stream(), asked.stream())
        .forEach(
            limit ->
                tightest.merge(limit.quantity(), limit, (a, b) -> b.limit() < a.limit() ? b : a));
    return List.copyOf(tightest.values());
  }

  private static void requireModel(
      SearchSpace space, Quantity quantity, Map<Quantity, SlotFunction> costs) {
    if (!costs.containsKey(quantity)) {
      throw new InvalidRequestException(
          "the request",
          List.of(
              "budgets: %s is not known of space %s, which does not say what its operators read; limit something else"
                  .formatted(quantity.label(), space.family())));
    }
  }

  private SearchOutcome search(
      SearchInputs inputs, List<SearchTarget> targets, ResumableBackend resumable) {
    EngineRequest engine = inputs.request().engine();
    SearchSettings.Builder settings = settings(inputs.request());
    engine.configure(settings);
    settings.warmStart(warmStart(inputs));
    SearchProblem problem =
        new SearchProblem(
            inputs.source().space(),
            targets,
            Optional.of(inputs.source().additive().function()),
            settings.build());
    if (unmet == Unmet.REFUSED) {
      requireFeasible(problem, inputs.request().budgets().stated());
    }
    if (engine.engine() instanceof TargetwiseEngine targetwise) {
      return solve(targetwise, problem, resumable);
    }
    return resumable.outcome(
        problem,
        () -> {
          CandidateScorer scorer =
              backend.scorer(inputs.source().predictor(), CostColumns.of(targets));
          try (Stage stage = progress.begin("searching, " + engine.kind(), STEPS)) {
            SearchListener listener = p -> stage.done(Math.round(p.fraction() * STEPS));
            if (problem.settings().islands() > 1) {
              return IslandSearch.run(
                  engine.engine(),
                  problem,
                  backend.islands(engine.engine(), problem, inputs.source().predictor()),
                  listener);
            }
            return engine.engine().search(problem, scorer, listener);
          }
        });
  }

  /** At most half of a first population; none for an engine that has no population. */
  private List<Architecture> warmStart(SearchInputs inputs) {
    EngineRequest engine = inputs.request().engine();
    if (engine.engine() instanceof TargetwiseEngine) {
      return List.of();
    }
    SearchSettings.Builder settings = settings(inputs.request());
    engine.configure(settings);
    return warmStart.subList(0, Math.min(warmStart.size(), settings.build().population() / 2));
  }

  private SearchOutcome solve(
      TargetwiseEngine engine, SearchProblem problem, ResumableBackend resumable) {
    TargetTask task = TargetTask.of(problem);
    TargetResult[] results = new TargetResult[problem.targets().size()];
    int[] done = {0};
    try (Stage stage = progress.begin("searching, " + engine.name(), results.length)) {
      resumable.solve(
          engine,
          task,
          problem.targets(),
          (t, solved) -> {
            SearchTarget target = problem.targets().get(t);
            results[t] = solved.result(target, task.space().length());
            LOG.debug(
                "{}: front of {} architectures, hypervolume {}",
                target.name(),
                results[t].front().points().size(),
                results[t].hypervolume());
            stage.done(++done[0]);
          });
    }
    return engine.outcome(problem, List.of(results));
  }

  private static SearchSettings.Builder settings(SearchRequest request) {
    return SearchSettings.builder().seed(request.seed()).candidates(request.candidatesPerBudget());
  }

  /**
   * Refuses a request where no target can meet any budget, and one with a budget that no target can
   * meet; other budgets that cannot be met are answers.
   */
  private static void requireFeasible(SearchProblem problem, List<Budget> stated) {
    List<Map.Entry<String, Infeasible>> infeasible = problem.infeasible();
    int all = problem.targets().stream().mapToInt(target -> target.budgets().size()).sum();
    Map<String, Long> refutations =
        infeasible.stream()
            .collect(
                Collectors.groupingBy(e -> e.getValue().budget().name(), Collectors.counting()));
    Set<String> never =
        stated.stream()
            .map(Budget::name)
            .filter(name -> refutations.getOrDefault(name, 0L) == problem.targets().size())
            .collect(Collectors.toSet());
    List<String> problems =
        infeasible.stream()
            .filter(e -> infeasible.size() == all || never.contains(e.getValue().budget().name()))
            .map(e -> e.getValue().message(e.getKey()))
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidRequestException("the request", problems);
    }
  }

  private SearchResult publish(
      SearchInputs inputs,
      RunFiles files,
      Checkpoint checkpoint,
      ResumableBackend resumable,
      SearchResult result,
      RunTimes times) {
    ScoredBy scoredBy = inputs.request().engine().engine().scoredBy();
    SearchOutcome outcome = result.outcome();
    List<BudgetResult> budgets = result.budgets();
    Path output = result.folder();
    RunTables tables = new RunTables(inputs.source().space());
    SortedMap<String, String> digests = new TreeMap<>();
    try (Staging staging = Staging.open(storage, output)) {
      checkpoint.staging(staging.folder(), times.host());
      if (inputs.source() instanceof SearchSource.TrainedSupernet trained) {
        Cards cards = new Cards(trained, trained.predictor(scoredBy), versions);
        ModelWriter models =
            new ModelWriter(
                staging,
                resumable,
                trained.emission(),
                new TargetMemory(inputs.source().space(), inputs.request()),
                timer.conditions(),
                progress);
        digests.putAll(models.write(budgets, cards));
      }
      for (SectionedTable table : tables.of(outcome, budgets)) {
        Path file = new Path(staging.folder(), table.name() + ".parquet");
        resumable.write(table, file);
        digests.put(file.getName(), Digest.of(storage, file));
      }
      byte[] run = files.run(outcome, digests, Digest.ofParts(digests));
      staging.write(RunFiles.RUN, run);
      digests.put(RunFiles.RUN, Digest.of(run));
      times.ended("writing");
      staging.write(RunFiles.TIMINGS, RunFiles.timings(times, timer.conditions(), budgets));
      staging.publish();
      String digest = Digest.ofParts(digests);
      LOG.info("published {} with digest {}", output, digest);
      return result.withDigest(digest);
    }
  }
}
