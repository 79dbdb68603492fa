package dev.espalier.nightly;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.job.SearchJob;
import dev.espalier.nightly.DriftReport.Fate;
import dev.espalier.nightly.DriftReport.TargetDrift;
import dev.espalier.nightly.NightState.BudgetState;
import dev.espalier.nightly.NightState.TargetState;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.run.FailedTarget;
import dev.espalier.run.FleetSurvey;
import dev.espalier.run.InvalidRequestException;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.run.SearchInputs;
import dev.espalier.run.SearchInputsLoader;
import dev.espalier.run.SearchResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs nights, and says what nights there were. */
public final class NightlyJob {
  private static final Logger LOG = LoggerFactory.getLogger(NightlyJob.class);

  private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Storage storage;
  private final Home home;
  private final ModelTimer timer;
  private final SortedMap<String, String> versions;
  private final Progress progress;
  private final Clock clock;

  /**
   * A job.
   *
   * @param timer of emitted models
   * @param versions of everything whose change could change a result, by name
   * @param clock that names nights and measures leases
   */
  public NightlyJob(
      Home home,
      ModelTimer timer,
      SortedMap<String, String> versions,
      Progress progress,
      Clock clock) {
    this.storage = SearchJob.storage();
    this.home = home;
    this.timer = timer;
    this.versions = new TreeMap<>(versions);
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * What a night did.
   *
   * @param log in short
   * @param drift in full; where nothing changed, without targets
   */
  public record Night(NightLog log, DriftReport drift) {}

  /**
   * What a night would do.
   *
   * @param latest the night it would begin from; empty for the first
   * @param search targets that would be searched, with the reasons
   * @param removed targets whose models would go
   * @param failed targets that cannot be used, with the reasons
   * @param carried how many targets would stay as they are
   * @param notes on what is out of the ordinary
   */
  public record Preview(
      String latest,
      SortedMap<String, List<String>> search,
      List<String> removed,
      SortedMap<String, String> failed,
      int carried,
      List<String> notes) {}

  /** The state that a night begins from. */
  private record Basis(NightState state, Latest latest, boolean rebuilt) {}

  private NightlyStore store(NightlyConfig config) {
    NightlyStore store = new NightlyStore(storage, new Path(config.store()));
    try {
      store.requireOwn();
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("the configuration", List.of(e.getMessage()));
    }
    return store;
  }

  private SearchInputsLoader loader() {
    return new SearchInputsLoader(storage, home.supernets(storage), home.profiles(storage));
  }

  private SortedMap<String, SortedMap<String, String>> keys(
      NightlyConfig config, FleetSurvey survey) {
    SortedMap<String, SortedMap<String, String>> keys = new TreeMap<>();
    survey
        .targets()
        .forEach(
            (name, target) ->
                keys.put(name, TargetKey.of(config.request(), survey, target, versions)));
    return keys;
  }

  /**
   * Says what a night would do; takes no lock and writes nothing.
   *
   * @throws InvalidRequestException as {@link #run}
   */
  public Preview preview(NightlyConfig config) {
    NightlyStore store = store(config);
    FleetSurvey survey = loader().survey(config.request());
    List<String> notes = new ArrayList<>();
    NightLock.held(storage, store.root()).ifPresent(who -> notes.add("the lock is held by " + who));
    Basis basis = basis(store, notes);
    NightPlan plan =
        NightPlan.of(
            basis.state(), keys(config, survey), survey.failed(), store.damagedRuns(basis.state()));
    SortedMap<String, String> failed = new TreeMap<>();
    plan.failed().forEach(f -> failed.put(f.name(), f.reason()));
    return new Preview(
        basis.state().night(), plan.search(), plan.removed(), failed, plan.carried().size(), notes);
  }

  /**
   * Runs a night.
   *
   * @throws InvalidRequestException with every problem of the request; nothing was changed
   * @throws LockedException if another night works on the store; nothing was changed
   */
  public Night run(NightlyConfig config) {
    NightlyStore store = store(config);
    FleetSurvey survey = loader().survey(config.request());
    boolean made = !storage.exists(store.root());
    try (NightLock lock = NightLock.take(storage, store.root(), clock, config.lease())) {
      Work work = new Work(config, store, survey, lock);
      try {
        return work.run();
      } catch (InvalidRequestException e) {
        if (made) {
          remove(store.root());
        }
        throw e;
      } catch (RuntimeException e) {
        work.logFailure(e);
        throw e;
      }
    }
  }

  private void remove(Path folder) {
    try {
      storage.fileSystem(folder).delete(folder, true);
    } catch (IOException e) {
      LOG.warn("{} could not be removed: {}; remove it by hand", folder, e.getMessage());
    }
  }

  /**
   * The newest whole state: of the latest night, of one that was published and not made the latest
   * because its process ended, or where the latest is damaged of the newest before it.
   */
  private Basis basis(NightlyStore store, List<String> notes) {
    List<String> nights = new ArrayList<>(store.nights());
    Collections.reverse(nights);
    Optional<Latest> latest = Optional.empty();
    boolean rebuilt = false;
    try {
      latest = store.latest();
      rebuilt = latest.isEmpty() && !nights.isEmpty();
    } catch (ArtefactException e) {
      notes.add("The pointer to the latest night is damaged and is rebuilt: " + e.getMessage());
      rebuilt = true;
    }
    List<Latest.Rejection> rejected = latest.map(Latest::rejected).orElse(List.of());
    if (latest.isPresent()) {
      Latest known = latest.get();
      Optional<NightState> orphan =
          nights.stream()
              .filter(n -> n.compareTo(known.newest()) > 0)
              .flatMap(n -> whole(store, n, new ArrayList<>()).stream())
              .filter(s -> s.previous().equals(known.night()))
              .findFirst();
      if (orphan.isPresent()) {
        notes.add(
            "Night %s was killed after it was published, and is made the latest now."
                .formatted(orphan.get().night()));
        return new Basis(orphan.get(), pointer(store, orphan.get(), rejected), true);
      }
      nights.removeIf(n -> n.compareTo(known.night()) > 0);
      if (!nights.contains(known.night())) {
        notes.add("Night %s, the latest, is gone.".formatted(known.night()));
      }
    }
    for (String night : nights) {
      Optional<NightState> state = whole(store, night, notes);
      if (state.isPresent()) {
        boolean other = latest.isEmpty() || !night.equals(latest.get().night());
        if (other) {
          notes.add("What is known is rebuilt from night %s.".formatted(night));
        }
        return new Basis(
            state.get(),
            other ? pointer(store, state.get(), rejected) : latest.get(),
            rebuilt || other);
      }
    }
    if (latest.isPresent() || !nights.isEmpty()) {
      notes.add("No night is whole: every target is searched again.");
    }
    return new Basis(NightState.NOTHING, pointer(store, NightState.NOTHING, rejected), rebuilt);
  }

  private Latest pointer(NightlyStore store, NightState state, List<Latest.Rejection> rejected) {
    List<String> nights = store.nights();
    return new Latest(
        Latest.FORMAT,
        state.night(),
        nights.isEmpty() ? state.night() : nights.get(nights.size() - 1),
        Latest.BY_NIGHT,
        clock.instant().toString(),
        rejected);
  }

  private static Optional<NightState> whole(NightlyStore store, String night, List<String> notes) {
    try {
      return Optional.of(store.state(night));
    } catch (ArtefactException e) {
      notes.add("The state of night %s is damaged: %s".formatted(night, e.getMessage()));
      return Optional.empty();
    }
  }

  /** One night, under its lock. */
  private final class Work {
    private final NightlyConfig config;
    private final NightlyStore store;
    private final FleetSurvey survey;
    private final NightLock lock;
    private final Instant began = clock.instant();
    private final long beganNanos = System.nanoTime();
    private final String night;
    private final List<String> notes = new ArrayList<>();

    Work(NightlyConfig config, NightlyStore store, FleetSurvey survey, NightLock lock) {
      this.config = config;
      this.store = store;
      this.survey = survey;
      this.lock = lock;
      this.night = name(store.last());
      lock.takenOver().ifPresent(words -> note("Note: " + words));
    }

    /** When it began, or later than the last one, so that names sort as nights do. */
    private String name(String last) {
      LocalDateTime time = LocalDateTime.ofInstant(began, ZoneOffset.UTC);
      if (!last.isEmpty()) {
        LocalDateTime next = LocalDateTime.parse(last, NAME).plus(Duration.ofSeconds(1));
        time = time.isBefore(next) ? next : time;
      }
      return NAME.format(time);
    }

    private void note(String words) {
      notes.add(words);
      progress.note(words);
    }

    private double seconds() {
      return Math.round((System.nanoTime() - beganNanos) / 1e6) / 1e3;
    }

    void logFailure(RuntimeException e) {
      try {
        notes.add(String.valueOf(e.getMessage()));
        store.log(
            new NightLog(
                night,
                began.toString(),
                seconds(),
                NightOutcome.FAILED,
                false,
                List.of(),
                Map.of(),
                Map.of(),
                notes));
      } catch (RuntimeException log) {
        e.addSuppressed(log);
      }
    }

    Night run() {
      store.tidy();
      List<String> found = new ArrayList<>();
      Basis basis = basis(store, found);
      found.forEach(this::note);
      NightState last = basis.state();
      Set<String> damaged = store.damagedRuns(last);
      damaged.forEach(
          n ->
              note(
                  "The run of night %s is damaged: what it answered is searched again."
                      .formatted(n)));
      SortedMap<String, SortedMap<String, String>> keys = keys(config, survey);
      NightPlan plan = NightPlan.of(last, keys, survey.failed(), damaged);
      for (FailedTarget failed : plan.failed()) {
        LOG.warn("target {} is left out: {}", failed.name(), failed.reason());
      }
      if (!plan.search().isEmpty()) {
        note(
            "%d of %d targets are searched: %s"
                .formatted(plan.search().size(), survey.targets().size(), reasons(plan.search())));
      }
      List<FailedTarget> failed = new ArrayList<>(plan.failed());
      SortedMap<String, NightDecisions.Decided> decided = new TreeMap<>();
      if (!plan.search().isEmpty()) {
        store.discardWork();
        SearchInputs inputs =
            loader().load(config.request(), store.work(), plan.search()::containsKey);
        failed.addAll(inputs.failed());
        if (!inputs.targets().isEmpty()) {
          SearchResult result = new NightSearch(timer, progress, versions).run(inputs, store, last);
          decided.putAll(
              new NightDecisions(
                      storage, store, night, last, basis.latest(), damaged, config, survey)
                  .of(inputs, result, keys, plan.search()));
        }
      }
      if (decided.isEmpty() && plan.removed().isEmpty()) {
        return nothing(basis, plan, failed);
      }
      return publish(basis, plan, failed, decided);
    }

    private String reasons(SortedMap<String, List<String>> search) {
      SortedMap<String, Integer> counts = new TreeMap<>();
      search
          .values()
          .forEach(list -> list.forEach(reason -> counts.merge(reason, 1, Integer::sum)));
      return String.join(
          "; ",
          counts.entrySet().stream()
              .map(e -> search.size() == 1 ? e.getKey() : e.getKey() + " (" + e.getValue() + ")")
              .toList());
    }

    /** No target was searched and none is gone: the log is all there is to write. */
    private Night nothing(Basis basis, NightPlan plan, List<FailedTarget> failed) {
      if (basis.rebuilt() && !basis.state().isNothing()) {
        lock.require();
        store.switchTo(basis.latest());
      }
      NightOutcome outcome =
          !failed.isEmpty() || alarms(basis.state().targets())
              ? NightOutcome.ATTENTION
              : basis.rebuilt() ? NightOutcome.ALL_KEPT : NightOutcome.NOTHING_CHANGED;
      return new Night(
          log(outcome, false, List.of(), new TreeMap<>(), failed),
          new DriftReport(
              night,
              basis.state().night(),
              outcome,
              plan.carried().size(),
              withFailures(List.of(), failed),
              notes));
    }

    private Night publish(
        Basis basis,
        NightPlan plan,
        List<FailedTarget> failed,
        SortedMap<String, NightDecisions.Decided> decided) {
      NightState last = basis.state();
      SortedMap<String, TargetState> targets = new TreeMap<>();
      last.targets()
          .forEach(
              (name, state) -> {
                if (!plan.removed().contains(name)) {
                  targets.put(name, carried(state));
                }
              });
      decided.forEach((name, one) -> targets.put(name, one.state()));
      NightOutcome outcome = outcome(plan, failed, decided, last, targets);
      List<TargetDrift> drifts = new ArrayList<>();
      decided.values().forEach(one -> drifts.add(one.drift()));
      plan.removed().forEach(name -> drifts.add(gone(name, last.targets().get(name))));
      keepProfiles(decided);
      DriftReport report =
          new DriftReport(
              night,
              last.night(),
              outcome,
              plan.carried().size(),
              withFailures(drifts, failed),
              notes);
      Path published = store.night(night);
      NightState state;
      try (Staging staging = Staging.open(storage, published)) {
        SortedMap<String, String> runs = new TreeMap<>(last.runs());
        if (!decided.isEmpty()) {
          Path run = new Path(staging.folder(), NightlyStore.RUN);
          move(store.work(), run);
          runs.put(night, Digest.of(storage, new Path(run, "run.json")));
        }
        NightState unpruned = new NightState(NightState.FORMAT, night, last.night(), targets, runs);
        runs.keySet().retainAll(unpruned.needs());
        state = new NightState(NightState.FORMAT, night, last.night(), targets, runs);
        staging.write(NightlyStore.STATE, NightlyStore.sealed(state));
        staging.write(NightlyStore.DRIFT_JSON, Json.write(report));
        staging.write(
            NightlyStore.DRIFT_TEXT, DriftText.markdown(report).getBytes(StandardCharsets.UTF_8));
        lock.require();
        staging.publish();
      }
      lock.require();
      store.switchTo(pointer(store, state, basis.latest().rejected()));
      LOG.info("night {} is the latest: {}", night, outcome);
      store.finishWork();
      List<String> removed = store.retain(state, config.keepNights());
      if (!removed.isEmpty()) {
        LOG.info("nights {} are removed, {} are kept", removed, config.keepNights());
      }
      SortedMap<String, Integer> decisions = new TreeMap<>();
      decided
          .values()
          .forEach(
              one ->
                  one.state()
                      .budgets()
                      .values()
                      .forEach(b -> decisions.merge(b.decision().words(), 1, Integer::sum)));
      return new Night(
          log(outcome, true, List.copyOf(decided.keySet()), decisions, failed), report);
    }

    private NightLog log(
        NightOutcome outcome,
        boolean published,
        List<String> searched,
        SortedMap<String, Integer> decisions,
        List<FailedTarget> failed) {
      SortedMap<String, String> reasons = new TreeMap<>();
      failed.forEach(f -> reasons.put(f.name(), f.reason()));
      NightLog log =
          new NightLog(
              night,
              began.toString(),
              seconds(),
              outcome,
              published,
              searched,
              decisions,
              reasons,
              notes);
      store.log(log);
      return log;
    }

    private static List<TargetDrift> withFailures(
        List<TargetDrift> drifts, List<FailedTarget> failed) {
      List<TargetDrift> all = new ArrayList<>(drifts);
      for (FailedTarget target : failed) {
        all.add(
            new TargetDrift(
                target.name(),
                Fate.FAILED,
                List.of(target.reason()),
                null,
                null,
                null,
                null,
                List.of()));
      }
      return all;
    }

    private static TargetDrift gone(String name, TargetState state) {
      return new TargetDrift(
          name,
          Fate.REMOVED,
          List.of("the request names it no more"),
          state.hypervolume(),
          null,
          state.frontPoints(),
          null,
          List.of());
    }

    private static TargetState carried(TargetState state) {
      SortedMap<String, BudgetState> budgets = new TreeMap<>();
      state
          .budgets()
          .forEach(
              (name, budget) ->
                  budgets.put(
                      name,
                      new BudgetState(
                          budget.limits(),
                          budget.decision().carried(),
                          budget.decision().carried() == Decision.CARRIED
                              ? "nothing of its target changed"
                              : budget.reason(),
                          budget.deployed())));
      return new TargetState(
          state.key(), state.answers(), state.hypervolume(), state.frontPoints(), budgets);
    }

    private static boolean alarms(SortedMap<String, TargetState> targets) {
      return targets.values().stream()
          .flatMap(t -> t.budgets().values().stream())
          .anyMatch(b -> b.decision().alarms());
    }

    private static NightOutcome outcome(
        NightPlan plan,
        List<FailedTarget> failed,
        SortedMap<String, NightDecisions.Decided> decided,
        NightState last,
        SortedMap<String, TargetState> targets) {
      if (!failed.isEmpty() || alarms(targets)) {
        return NightOutcome.ATTENTION;
      }
      boolean changed =
          !plan.removed().isEmpty()
              || decided.values().stream()
                  .flatMap(one -> one.state().budgets().values().stream())
                  .anyMatch(b -> b.decision() == Decision.NEW || b.decision() == Decision.REPLACED)
              || decided.entrySet().stream()
                  .anyMatch(e -> lostBudget(last.targets().get(e.getKey()), e.getValue().state()));
      return changed ? NightOutcome.MODELS_CHANGED : NightOutcome.ALL_KEPT;
    }

    /** Whether a budget that had a model is asked for no more. */
    private static boolean lostBudget(TargetState before, TargetState now) {
      return before != null
          && before.budgets().entrySet().stream()
              .anyMatch(
                  e ->
                      e.getValue().deployed() != null
                          && (now.budgets().get(e.getKey()) == null
                              || now.budgets().get(e.getKey()).deployed() == null));
    }

    /**
     * Keeps the profiles that answers were found with, to be compared with those of later nights.
     */
    private void keepProfiles(SortedMap<String, NightDecisions.Decided> decided) {
      Map<String, String> byDigest = new TreeMap<>();
      decided.forEach((name, one) -> byDigest.putIfAbsent(one.state().profileDigest(), name));
      byDigest.forEach(
          (digest, name) -> {
            Path kept = store.profile(digest);
            if (!storage.exists(kept)) {
              HardwareProfile profile = survey.targets().get(name).profile().get();
              if (profile.digest().equals(digest)) { // it may have changed meanwhile
                profile.write(storage, kept);
              }
            }
          });
    }

    private void move(Path from, Path to) {
      try {
        if (!storage.fileSystem(from).rename(from, to)) {
          throw new IOException("the rename to " + to + " failed");
        }
      } catch (IOException e) {
        throw ArtefactException.unwritable(from, e);
      }
    }
  }

  /**
   * Makes an earlier night the latest again. What later nights deployed in the place of its models
   * is remembered and not deployed again.
   *
   * @param to a night; where absent, the one before the latest
   * @throws InvalidRequestException if there is no such night, or what it needs is gone
   * @throws LockedException if a night works on the store
   */
  public Rollback rollback(NightlyConfig config, Optional<String> to) {
    NightlyStore store = store(config);
    Optional<Latest> known = store.latest();
    if (known.isEmpty()) {
      throw new InvalidRequestException(
          "the configuration",
          List.of("store %s has no night yet: nothing to roll back".formatted(store.root())));
    }
    try (NightLock lock = NightLock.take(storage, store.root(), clock, config.lease())) {
      Latest latest = store.latest().orElseThrow();
      NightState now = whole(store, latest.night(), new ArrayList<>()).orElse(NightState.NOTHING);
      List<String> possible = possible(store, latest.night());
      String night = to.orElse(now.previous());
      if (!possible.contains(night)) {
        throw new InvalidRequestException(
            "the configuration",
            List.of(
                "%s; possible are %s"
                    .formatted(
                        to.isPresent()
                            ? "night '%s' is no whole night of the store other than the latest"
                                .formatted(night)
                            : "there is no whole night before the latest, " + latest.night(),
                        possible.isEmpty() ? "none" : String.join(", ", possible))));
      }
      NightState back = store.state(night);
      String when = clock.instant().toString();
      List<Latest.Rejection> rejected = new ArrayList<>(latest.rejected());
      List<String> changed = new ArrayList<>();
      back.targets()
          .forEach(
              (name, target) ->
                  target
                      .budgets()
                      .forEach(
                          (budget, state) -> {
                            Deployed restored = state.deployed();
                            Deployed current = deployed(now, name, budget);
                            rejected.removeIf(
                                r -> restored != null && matches(r, name, budget, restored));
                            if (current != null && !same(current, restored)) {
                              changed.add(name + ", " + budget);
                              if (current.night().compareTo(night) > 0) {
                                rejected.add(
                                    new Latest.Rejection(
                                        name, budget, current.code(), current.source(), when));
                              }
                            }
                          }));
      lock.require();
      store.switchTo(
          new Latest(Latest.FORMAT, night, latest.newest(), Latest.BY_ROLLBACK, when, rejected));
      return new Rollback(latest.night(), night, changed);
    }
  }

  /**
   * What a rollback did.
   *
   * @param from the night that was the latest
   * @param to the night that is
   * @param models targets and budgets whose models differ between the two
   */
  public record Rollback(String from, String to, List<String> models) {}

  private List<String> possible(NightlyStore store, String latest) {
    return store.nights().stream()
        .filter(n -> !n.equals(latest))
        .filter(
            n ->
                whole(store, n, new ArrayList<>())
                    .filter(s -> store.damagedRuns(s).isEmpty())
                    .isPresent())
        .toList();
  }

  private static Deployed deployed(NightState state, String target, String budget) {
    TargetState found = state.targets().get(target);
    BudgetState one = found == null ? null : found.budgets().get(budget);
    return one == null ? null : one.deployed();
  }

  private static boolean same(Deployed one, Deployed other) {
    return other != null && one.code().equals(other.code()) && one.night().equals(other.night());
  }

  private static boolean matches(
      Latest.Rejection rejection, String target, String budget, Deployed model) {
    return rejection.target().equals(target)
        && rejection.budget().equals(budget)
        && rejection.code().equals(model.code())
        && rejection.source().equals(model.source());
  }

  /**
   * What nights there were.
   *
   * @param latest the pointer; null where no night was published
   * @param state of the latest night; null where there is none or it is damaged
   * @param nights logs, the oldest first
   * @param lockedBy who works on the store now; null where nobody does
   * @param notes on what is damaged
   */
  public record Status(
      Latest latest,
      NightState state,
      List<NightLog> nights,
      String lockedBy,
      List<String> notes) {}

  /**
   * Says what nights there were; takes no lock and writes nothing.
   *
   * @throws InvalidRequestException if there is no store
   */
  public Status status(NightlyConfig config) {
    NightlyStore store = store(config);
    if (!storage.exists(store.root())) {
      throw new InvalidRequestException(
          "the configuration",
          List.of(
              "store %s does not exist: no night has run yet, or it is another path"
                  .formatted(store.root())));
    }
    List<String> notes = new ArrayList<>();
    Optional<Latest> latest = Optional.empty();
    try {
      latest = store.latest();
    } catch (ArtefactException e) {
      notes.add("The pointer to the latest night is damaged: " + e.getMessage());
    }
    return new Status(
        latest.orElse(null),
        latest.flatMap(l -> whole(store, l.night(), notes)).orElse(null),
        store.logs(),
        NightLock.held(storage, store.root()).orElse(null),
        notes);
  }
}
