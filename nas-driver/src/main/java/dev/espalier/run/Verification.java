package dev.espalier.run;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.measurement.Samples;
import dev.espalier.run.Progress.Stage;
import dev.espalier.search.BudgetAnswer.Feasible;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Tries candidates until every budget has a model or has none left to try.
 *
 * <p>Works in rounds: the next candidate of every open budget is emitted and evaluated, all of them
 * in parallel, then those that are sound are timed, one after another so that none disturbs
 * another. An architecture that several budgets propose is emitted once, and timed once on each
 * target. What was too slow is timed again a few times before it is refused, and its least median
 * counts: whatever else a machine does only ever adds time.
 */
final class Verification {
  /** Timings of a model that stays too slow. */
  static final int TIMINGS = 4;

  private final SearchBackend backend;
  private final ModelTimer timer;
  private final EmissionInputs inputs;
  private final PredictorError predictor;
  private final Progress progress;

  private final Map<Architecture, EmittedSubnet> emitted = new HashMap<>();
  private final Map<String, Map<Architecture, Samples>> micros = new HashMap<>();

  Verification(
      SearchBackend backend,
      ModelTimer timer,
      EmissionInputs inputs,
      PredictorError predictor,
      Progress progress) {
    this.backend = backend;
    this.timer = timer;
    this.inputs = inputs;
    this.predictor = predictor;
    this.progress = progress;
  }

  /** A budget that is being answered. */
  private static final class Open {
    private final Target target;
    private final Feasible answer;
    private final List<Attempt> attempts = new ArrayList<>();
    private boolean published;

    Open(Target target, Feasible answer) {
      this.target = target;
      this.answer = answer;
    }

    boolean pending() {
      return !published && attempts.size() < answer.candidates().size();
    }

    ScoredArchitecture next() {
      return answer.candidates().get(attempts.size());
    }

    void tried(EmittedSubnet subnet, Optional<Samples> measuredMicros, Verdict verdict) {
      attempts.add(
          new Attempt(attempts.size() + 1, next(), Optional.of(subnet), measuredMicros, verdict));
      published = verdict instanceof Verdict.Published;
    }

    BudgetResult result() {
      while (attempts.size() < answer.candidates().size()) {
        attempts.add(
            new Attempt(
                attempts.size() + 1,
                next(),
                Optional.empty(),
                Optional.empty(),
                new Verdict.Untried()));
      }
      return new BudgetResult(target, answer.budget(), attempts);
    }
  }

  /**
   * Verifies.
   *
   * @param answers of each target, the targets in the order in which results are wanted
   */
  List<BudgetResult> run(Map<Target, List<Feasible>> answers) {
    List<Open> budgets = new ArrayList<>();
    answers.forEach((target, list) -> list.forEach(a -> budgets.add(new Open(target, a))));
    for (int round = 1; budgets.stream().anyMatch(Open::pending); round++) {
      List<Open> pending = budgets.stream().filter(Open::pending).toList();
      emit(pending, round);
      List<Open> sound = pending.stream().filter(open -> refused(open).isEmpty()).toList();
      time(sound);
      for (int timing = 2; timing <= TIMINGS && !tooSlow(sound).isEmpty(); timing++) {
        pause();
        time(tooSlow(sound));
      }
      pending.forEach(this::judge);
    }
    return budgets.stream().map(Open::result).toList();
  }

  private void emit(List<Open> pending, int round) {
    TreeSet<Architecture> wanted = new TreeSet<>();
    pending.forEach(open -> wanted.add(open.next().architecture()));
    wanted.removeAll(emitted.keySet());
    if (wanted.isEmpty()) {
      return;
    }
    List<Architecture> architectures = List.copyOf(wanted);
    try (Stage stage =
        progress.begin(
            round == 1
                ? "extracting, calibrating and evaluating " + architectures.size() + " models"
                : "trying " + architectures.size() + " more",
            architectures.size())) {
      for (EmittedSubnet subnet : backend.emit(inputs, architectures, stage)) {
        emitted.put(subnet.architecture(), subnet);
      }
    }
  }

  private void time(List<Open> sound) {
    Map<Target, TreeSet<Architecture>> wanted = new LinkedHashMap<>();
    for (Open open : sound) {
      Architecture architecture = open.next().architecture();
      if (timer.reaches(open.target.description())
          && (measured(open).isEmpty() || !tooSlow(List.of(open)).isEmpty())) {
        wanted.computeIfAbsent(open.target, t -> new TreeSet<>()).add(architecture);
      }
    }
    for (Map.Entry<Target, TreeSet<Architecture>> entry : wanted.entrySet()) {
      List<Architecture> architectures = List.copyOf(entry.getValue());
      String target = entry.getKey().name();
      try (Stage stage =
          progress.begin("timing " + architectures.size() + " models on " + target, 1)) {
        List<Samples> times =
            timer.time(
                entry.getKey().description(), architectures.stream().map(emitted::get).toList());
        for (int i = 0; i < times.size(); i++) {
          micros
              .computeIfAbsent(target, t -> new HashMap<>())
              .merge(
                  architectures.get(i),
                  times.get(i),
                  (before, now) -> now.median() < before.median() ? now : before);
        }
        stage.done(1);
      }
    }
  }

  private Optional<Samples> measured(Open open) {
    return Optional.ofNullable(
        micros.getOrDefault(open.target.name(), Map.of()).get(open.next().architecture()));
  }

  /** Those whose measured latency breaks their budget. */
  private List<Open> tooSlow(List<Open> sound) {
    return sound.stream()
        .filter(
            open ->
                measured(open)
                    .flatMap(m -> rule(open).refuse(open.answer.budget(), m.median()))
                    .isPresent())
        .toList();
  }

  private void pause() {
    try {
      Thread.sleep(timer.pauseMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while timing models", e);
    }
  }

  private VerificationRule rule(Open open) {
    return VerificationRule.of(
        open.target.claim(),
        predictor,
        open.next().predictedAccuracy(),
        inputs.images().evaluation().count());
  }

  private Optional<Verdict> refused(Open open) {
    return rule(open).refuse(open.next(), emitted.get(open.next().architecture()));
  }

  private void judge(Open open) {
    Architecture architecture = open.next().architecture();
    Optional<Samples> measured = measured(open);
    Verdict verdict =
        refused(open)
            .or(() -> measured.flatMap(m -> rule(open).refuse(open.answer.budget(), m.median())))
            .orElseGet(Verdict.Published::new);
    open.tried(emitted.get(architecture), measured, verdict);
  }
}
