package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.search.SearchOutcome;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * A published run.
 *
 * @param folder where it is
 * @param digest over everything in it that is not a timing
 * @param accuracy the predictor whose numbers the outcome holds
 * @param outcome of the engine
 * @param budgets one result for each target and budget, in the request's order
 */
public record SearchResult(
    Path folder,
    String digest,
    AccuracyPredictor accuracy,
    SearchOutcome outcome,
    List<BudgetResult> budgets) {
  public SearchResult {
    budgets = List.copyOf(budgets);
  }

  /** Whether nothing was built, because the search had no supernet. */
  public boolean predictedOnly() {
    return budgets.stream().allMatch(BudgetResult::predictedOnly);
  }

  /** Whether every budget has what was asked for: a model, or without a supernet a candidate. */
  public boolean complete() {
    return budgets.stream().allMatch(b -> b.published().isPresent() || b.predictedOnly());
  }
}
