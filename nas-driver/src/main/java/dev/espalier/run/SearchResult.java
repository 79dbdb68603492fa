package dev.espalier.run;

import dev.espalier.accuracy.JudgedAccuracyPredictor;
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
    JudgedAccuracyPredictor accuracy,
    SearchOutcome outcome,
    List<BudgetResult> budgets) {
  public SearchResult {
    budgets = List.copyOf(budgets);
  }

  /** Whether every budget has a model. */
  public boolean complete() {
    return budgets.stream().allMatch(b -> b.published().isPresent());
  }
}
