package dev.espalier.cli;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.run.Attempt;
import dev.espalier.run.BudgetResult;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.InfeasibleBudget;
import dev.espalier.run.SearchResult;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A search's result for scripts. */
final class JsonResult {
  private JsonResult() {}

  static Map<String, Object> of(SearchResult result) {
    List<Map<String, Object>> budgets = new ArrayList<>();
    for (BudgetResult budget : result.budgets()) {
      Map<String, Object> entry = new TreeMap<>();
      entry.put("target", budget.target().name());
      entry.put("budget", budget.budget().name());
      if (budget.predictedOnly()) {
        predicted(budget, entry);
      } else {
        budget
            .published()
            .ifPresentOrElse(
                attempt -> published(budget, attempt, entry),
                () -> entry.put("refused", budget.reasons()));
      }
      budgets.add(entry);
    }
    return new TreeMap<>(
        Map.of(
            "folder", result.folder().toString(),
            "digest", result.digest(),
            "complete", result.complete(),
            "accuracyPredictor", accuracy(result.accuracy()),
            "budgets", budgets,
            "infeasible", result.infeasible().stream().map(JsonResult::infeasible).toList(),
            "failedTargets", result.failed()));
  }

  private static Map<String, Object> infeasible(InfeasibleBudget infeasible) {
    return new TreeMap<>(
        Map.of(
            "target", infeasible.target().name(),
            "budget", infeasible.answer().budget().name(),
            "binding", infeasible.answer().binding().toString(),
            "leastPossible", infeasible.answer().leastCost()));
  }

  private static Map<String, Object> accuracy(AccuracyPredictor predictor) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("kind", predictor.kind());
    tree.put("quality", predictor.errorWords());
    if (predictor instanceof JudgedAccuracyPredictor judged) {
      tree.put("error", judged.error());
    }
    return tree;
  }

  private static void costs(ScoredArchitecture scored, Map<String, Object> entry) {
    entry.put("predictedLatencyMicros", scored.cost(Quantity.LATENCY));
    Double peak = scored.costs().get(Quantity.PEAK_MEMORY);
    Double weights = scored.costs().get(Quantity.WEIGHT_MEMORY);
    if (peak != null && weights != null) {
      entry.put("peakMemoryBytes", peak.longValue());
      entry.put("weightMemoryBytes", weights.longValue());
    }
  }

  private static void predicted(BudgetResult budget, Map<String, Object> entry) {
    ScoredArchitecture best = budget.attempts().get(0).candidate();
    entry.put("code", best.architecture().toHex());
    costs(best, entry);
    entry.put("predictedAccuracy", best.predictedAccuracy());
  }

  private static void published(BudgetResult budget, Attempt attempt, Map<String, Object> entry) {
    EmittedSubnet emitted = attempt.emitted().orElseThrow();
    entry.put("model", budget.folder() + "/model.onnx");
    entry.put("bytes", emitted.size());
    entry.put("sha256", emitted.digest());
    costs(attempt.candidate(), entry);
    attempt
        .measuredMicros()
        .ifPresent(samples -> entry.put("measuredLatencyMicros", samples.median()));
    entry.put("predictedAccuracy", attempt.candidate().predictedAccuracy());
    entry.put("measuredAccuracy", emitted.measuredAccuracy());
  }
}
