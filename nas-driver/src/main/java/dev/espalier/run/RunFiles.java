package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.document.Fields;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.provenance.Provenance;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import dev.espalier.search.SearchOutcome;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.TargetResult;
import dev.espalier.space.Architecture;
import dev.espalier.space.SpaceFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The JSON files of a run. All but {@link #TIMINGS} depend on request and inputs alone. */
final class RunFiles {
  /** What was asked, what it was computed with, what came out, and the digests of every file. */
  static final String RUN = "run.json";

  /** Times, host and measured latencies: what two equal runs may differ in. */
  static final String TIMINGS = "timings.json";

  static final String MODEL = OnnxEmitter.FILE;

  private static final int FORMAT = 1;

  private final SearchInputs inputs;
  private final List<SearchTarget> targets;
  private final AccuracyPredictor accuracy;
  private final SortedMap<String, String> versions;
  private final List<Architecture> warmStart;

  /**
   * Writes the files of one run.
   *
   * @param targets that were searched for
   * @param accuracy the predictor whose numbers the outcome holds
   * @param versions of everything whose change could change a result
   * @param warmStart with which the first population began, where it began with some
   */
  RunFiles(
      SearchInputs inputs,
      List<SearchTarget> targets,
      AccuracyPredictor accuracy,
      SortedMap<String, String> versions,
      List<Architecture> warmStart) {
    this.inputs = inputs;
    this.targets = List.copyOf(targets);
    this.accuracy = accuracy;
    this.versions = versions;
    this.warmStart = List.copyOf(warmStart);
  }

  /** Where the numbers of a target come from, in words. */
  static String provenance(Target target) {
    return target.provenance().stream().map(Provenance::words).collect(Collectors.joining("; "));
  }

  /**
   * The record of a run.
   *
   * @param digests of every other file that is not a timing, by relative name; of cards without
   *     what was timed
   * @param digest of those together
   */
  byte[] run(SearchOutcome outcome, SortedMap<String, String> digests, String digest) {
    Map<String, Object> run = asked();
    run.put("failedTargets", inputs.failed());
    run.put("accuracyPredictor", accuracy());
    run.put("search", search(outcome));
    run.put("digests", digests);
    run.put("digest", digest);
    return Json.write(run);
  }

  /** The digest of everything that the results depend on. */
  String key() {
    return Digest.of(Json.write(asked()));
  }

  private Map<String, Object> asked() {
    SearchRequest request = inputs.request();
    Map<String, Object> asked = new TreeMap<>();
    if (request.source() instanceof SourceRequest.Supernet supernet) {
      asked.put("supernet", supernet.name());
    } else {
      asked.put("predictor", request.source().name());
    }
    asked.put("targets", request.targets().stream().map(TargetRequest::written).toList());
    asked.put("budgets", request.budgets());
    asked.put(
        "engine",
        Map.of("kind", request.engine().kind(), "settings", request.engine().options().asMap()));
    request
        .evaluation()
        .ifPresent(
            evaluation ->
                asked.put(
                    "evaluate",
                    Map.of(
                        "most", evaluation.most(),
                        "perRound", evaluation.perRound(),
                        "patience", evaluation.patienceRounds())));
    asked.put("candidatesPerBudget", request.candidatesPerBudget());
    if (!request.formats().isEmpty()) {
      asked.put("formats", request.formats());
    }
    if (request.patches() == PatchRule.FORBIDDEN) {
      asked.put("patches", request.patches().label());
    }
    Map<String, Object> run = new TreeMap<>();
    run.put("format", FORMAT);
    run.put("request", asked);
    run.put("seed", request.seed());
    run.put("versions", versions);
    run.put("space", SpaceFamily.tree(inputs.source().space()));
    run.put("inputs", inputs());
    run.put("deviceLimits", deviceLimits());
    if (!warmStart.isEmpty()) {
      run.put(
          "warmStart",
          Map.of(
              "architectures",
              warmStart.size(),
              "digest",
              Digest.of(Json.write(warmStart.stream().map(Architecture::toHex).toList()))));
    }
    return run;
  }

  private SortedMap<String, Object> inputs() {
    SortedMap<String, Object> digests = new TreeMap<>();
    digests.put("profiles", profiles());
    if (inputs.source() instanceof SearchSource.TrainedSupernet trained) {
      digests.put("supernet", supernet(trained.emission().supernet()));
      digests.put("calibrationImages", trained.emission().images().calibration().digest());
      digests.put("testImages", trained.emission().images().evaluation().digest());
    } else if (inputs.source() instanceof SearchSource.PredictorAlone alone) {
      digests.put(
          "predictor",
          Map.of("source", alone.stored().source().words(), "digest", alone.stored().digest()));
    }
    return digests;
  }

  /** What devices and the request allow a target at most; without limits that nothing reaches. */
  private SortedMap<String, Object> deviceLimits() {
    SortedMap<String, Object> limits = new TreeMap<>();
    for (int t = 0; t < targets.size(); t++) {
      SearchTarget target = targets.get(t);
      boolean unchecked =
          !target.costs().containsKey(Quantity.PEAK_MEMORY)
              && !inputs.targets().get(t).description().memory().equals(MemoryLimits.UNKNOWN);
      limits.put(
          target.name(),
          unchecked
              ? List.of(
                  "not checked: the space does not say what its operators read, its memory is not known")
              : target.limits().stream().map(Constraint::toString).toList());
    }
    return limits;
  }

  private SortedMap<String, Object> accuracy() {
    SortedMap<String, Object> described = new TreeMap<>();
    described.put("kind", accuracy.kind());
    described.put("quality", accuracy.errorWords());
    if (accuracy instanceof JudgedAccuracyPredictor judged) {
      described.put("error", error(judged.error()));
    }
    return described;
  }

  private SortedMap<String, Object> profiles() {
    SortedMap<String, Object> profiles = new TreeMap<>();
    for (Target target : inputs.targets()) {
      profiles.put(
          target.name(),
          Map.of(
              "profile",
              target.profile(),
              "digest",
              target.profileDigest(),
              "device",
              target.description().device(),
              "deviceClass",
              Fields.word(target.description().deviceClass()),
              "runtime",
              target.description().runtime(),
              "precision",
              Fields.word(target.description().precision()),
              "origins",
              target.provenance().stream().map(p -> Fields.word(p.origin())).toList(),
              "latencyClaim",
              target.claim().words(),
              "provenance",
              provenance(target)));
    }
    return profiles;
  }

  private static Map<String, Object> search(SearchOutcome outcome) {
    SortedMap<String, Object> hypervolumes = new TreeMap<>();
    for (TargetResult target : outcome.targets()) {
      hypervolumes.put(target.target(), target.hypervolume());
    }
    Map<String, Object> search = new TreeMap<>();
    search.put("engine", outcome.engine());
    search.put("proven", outcome.optimality().description());
    search.put("stopped", outcome.stop().message());
    search.put("stoppedBy", outcome.stop().kind());
    search.put("covered", outcome.covered());
    search.put("evaluations", outcome.evaluations());
    search.put("duplicates", outcome.duplicates());
    search.put("hypervolume", hypervolumes);
    return search;
  }

  private static Map<String, Object> supernet(Supernet supernet) {
    return Map.of("name", supernet.description().name(), "digest", supernet.digest());
  }

  private static Map<String, Object> error(PredictorError error) {
    return Map.of(
        "fitted",
        error.fitted(),
        "heldOut",
        error.heldOut(),
        "spearman",
        error.spearman(),
        "meanAbsolute",
        error.meanAbsolute(),
        "rootMeanSquare",
        error.rootMeanSquare(),
        "ninetyFifthPercentile",
        error.ninetyFifthPercentile());
  }

  /**
   * Times of a run.
   *
   * @param times when it began and how long its phases took
   * @param conditions under which models were timed, in words
   */
  static byte[] timings(RunTimes times, String conditions, List<BudgetResult> budgets) {
    List<Map<String, Object>> latencies = new ArrayList<>();
    for (BudgetResult budget : budgets) {
      for (Attempt attempt : budget.attempts()) {
        attempt
            .measuredMicros()
            .ifPresent(
                samples ->
                    latencies.add(
                        new TreeMap<>(
                            Map.of(
                                "target",
                                budget.target().name(),
                                "budget",
                                budget.budget().name(),
                                "rank",
                                attempt.rank(),
                                "verdict",
                                attempt.verdict().word(),
                                "predictedMicros",
                                attempt.candidate().cost(Quantity.LATENCY),
                                "measuredMicros",
                                samples.median()))));
      }
    }
    Map<String, Object> timings = new TreeMap<>();
    timings.put("began", times.began().toString());
    timings.put("host", times.host());
    timings.put("java", Runtime.version().toString());
    timings.put("conditions", conditions);
    timings.put("seconds", times.seconds());
    timings.put("latencies", latencies);
    return Json.write(timings);
  }
}
