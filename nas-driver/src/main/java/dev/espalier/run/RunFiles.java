package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.artefact.Json;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.cost.CostModel;
import dev.espalier.provenance.Provenance;
import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.search.SearchOutcome;
import dev.espalier.search.TargetResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The JSON files of a run. All but {@link #TIMINGS} depend on request and inputs alone. */
final class RunFiles {
  /** What was asked, what it was computed with, what came out, and the digests of every file. */
  static final String RUN = "run.json";

  /** Times, host and measured latencies: what two equal runs may differ in. */
  static final String TIMINGS = "timings.json";

  static final String MODEL = "model.onnx";
  static final String CARD = "card.json";

  private static final int FORMAT = 1;

  private final SearchInputs inputs;
  private final AccuracyPredictor accuracy;

  /**
   * Writes the files of one run.
   *
   * @param accuracy the predictor whose numbers the outcome holds
   */
  RunFiles(SearchInputs inputs, AccuracyPredictor accuracy) {
    this.inputs = inputs;
    this.accuracy = accuracy;
  }

  /** The card of a published model. */
  byte[] card(BudgetResult result) {
    Attempt attempt = result.published().orElseThrow();
    ScoredArchitecture candidate = attempt.candidate();
    EmittedSubnet emitted = attempt.emitted().orElseThrow();
    Supernet supernet = inputs.emission().supernet();
    DatasetDescription data = supernet.dataset();
    var input = supernet.network().input(candidate.architecture());
    Map<String, Object> card = new TreeMap<>();
    card.put("format", FORMAT);
    card.put("target", result.target().target());
    card.put("budget", budget(result.budget()));
    card.put(
        "architecture",
        Map.of(
            "family",
            supernet.space().family(),
            "code",
            candidate.architecture().toHex(),
            "readable",
            supernet.space().format(candidate.architecture())));
    card.put("supernet", supernet(supernet));
    card.put(
        "accuracy",
        Map.of(
            "predicted",
            Map.of("value", candidate.predictedAccuracy(), "error", error(accuracy.error())),
            "measured",
            Map.of(
                "value",
                emitted.measuredAccuracy(),
                "images",
                emitted.images(),
                "data",
                "test images of " + data.name(),
                "digest",
                inputs.emission().test().digest())));
    card.put(
        "cost",
        Map.of(
            "predictedLatencyMicros",
            candidate.cost(Quantity.LATENCY),
            "latencyClaim",
            result.target().claim().words(),
            "latencyProvenance",
            result.target().provenance().stream().map(Provenance::words).toList(),
            "macs",
            (long) candidate.cost(Quantity.MACS),
            "parameters",
            (long) candidate.cost(Quantity.PARAMETERS)));
    card.put("measuredLatency", "measured latencies vary from run to run: see " + TIMINGS);
    card.put("logitDifference", emitted.logitDifference());
    card.put(
        "input",
        Map.of(
            "layout",
            "(n, channels, side, side), float32",
            "channels",
            input.channels(),
            "side",
            input.side(),
            "mean",
            data.mean(),
            "deviation",
            data.deviation(),
            "resampling",
            data.resampling()));
    card.put("labels", data.labels());
    card.put("files", Map.of(MODEL, Map.of("bytes", emitted.size(), "sha256", emitted.digest())));
    return Json.write(card);
  }

  /**
   * The record of a run.
   *
   * @param versions of everything whose change could change a result
   * @param digests of every other file that is not a timing, by relative name
   * @param digest of those together
   */
  byte[] run(
      SearchOutcome outcome,
      SortedMap<String, String> versions,
      SortedMap<String, String> digests,
      String digest) {
    SearchRequest request = inputs.request();
    Map<String, Object> asked = new TreeMap<>();
    asked.put("supernet", request.supernet());
    asked.put("targets", request.targets());
    asked.put("budgets", request.budgets());
    asked.put("engine", Map.of("kind", request.engine().kind(), "settings", request.engine()));
    asked.put("candidatesPerBudget", request.candidatesPerBudget());
    Map<String, Object> run = new TreeMap<>();
    run.put("format", FORMAT);
    run.put("request", asked);
    run.put("seed", request.seed());
    run.put("versions", versions);
    run.put(
        "inputs",
        Map.of(
            "supernet",
            supernet(inputs.emission().supernet()),
            "profiles",
            profiles(),
            "calibrationImages",
            inputs.emission().calibration().digest(),
            "testImages",
            inputs.emission().test().digest()));
    run.put("accuracyPredictorError", error(accuracy.error()));
    run.put("search", search(outcome));
    run.put("digests", digests);
    run.put("digest", digest);
    return Json.write(run);
  }

  private SortedMap<String, Object> profiles() {
    SortedMap<String, Object> profiles = new TreeMap<>();
    for (CostModel target : inputs.targets()) {
      profiles.put(
          target.target(),
          Map.of(
              "digest",
              target.profile().digest(),
              "device",
              target.profile().device(),
              "runtime",
              target.profile().runtime(),
              "latencyClaim",
              target.claim().words(),
              "provenance",
              target.provenance().stream().map(Provenance::words).toList()));
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
    search.put("covered", outcome.covered());
    search.put("evaluations", outcome.evaluations());
    search.put("duplicates", outcome.duplicates());
    search.put("hypervolume", hypervolumes);
    return search;
  }

  private static Map<String, Object> supernet(Supernet supernet) {
    return Map.of("name", supernet.description().name(), "digest", supernet.digest());
  }

  private static Map<String, Object> budget(Budget budget) {
    SortedMap<String, Object> limits = new TreeMap<>();
    for (Constraint constraint : budget.constraints()) {
      limits.put(constraint.quantity().label(), constraint.toString());
    }
    return Map.of("name", budget.name(), "limits", limits);
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
   * @param device that models were timed on, in words
   */
  static byte[] timings(RunTimes times, String device, List<BudgetResult> budgets) {
    List<Map<String, Object>> latencies = new ArrayList<>();
    for (BudgetResult budget : budgets) {
      for (Attempt attempt : budget.attempts()) {
        attempt
            .measuredMicros()
            .ifPresent(
                micros ->
                    latencies.add(
                        new TreeMap<>(
                            Map.of(
                                "target",
                                budget.target().target(),
                                "budget",
                                budget.budget().name(),
                                "rank",
                                attempt.rank(),
                                "verdict",
                                attempt.verdict().word(),
                                "predictedMicros",
                                attempt.candidate().cost(Quantity.LATENCY),
                                "measuredMicros",
                                micros))));
      }
    }
    Map<String, Object> timings = new TreeMap<>();
    timings.put("began", times.began().toString());
    timings.put("host", times.host());
    timings.put("java", Runtime.version().toString());
    timings.put("device", device);
    timings.put("seconds", times.seconds());
    timings.put("latencies", latencies);
    return Json.write(timings);
  }
}
