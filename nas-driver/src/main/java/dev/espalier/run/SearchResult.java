package dev.espalier.run;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.search.SearchOutcome;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * A published run.
 *
 * @param folder where it is
 * @param digest over everything in it that is not a timing; empty until it is published
 * @param accuracy the predictor whose numbers the outcome holds
 * @param outcome of the engine
 * @param budgets one result for each target and budget that can be met, in the request's order
 * @param infeasible the other budgets, in the same order
 * @param failed targets that the run went on without
 */
public record SearchResult(
    Path folder,
    String digest,
    AccuracyPredictor accuracy,
    SearchOutcome outcome,
    List<BudgetResult> budgets,
    List<InfeasibleBudget> infeasible,
    List<FailedTarget> failed) {
  public SearchResult {
    budgets = List.copyOf(budgets);
    infeasible = List.copyOf(infeasible);
    failed = List.copyOf(failed);
  }

  SearchResult withDigest(String published) {
    return new SearchResult(folder, published, accuracy, outcome, budgets, infeasible, failed);
  }

  /** Whether nothing was built, because the search had no supernet. */
  public boolean predictedOnly() {
    return budgets.stream().allMatch(BudgetResult::predictedOnly);
  }

  /**
   * Whether no target failed and every budget that can be met has what was asked for: a model, or
   * without a supernet a candidate. That a budget cannot be met is an answer.
   */
  public boolean complete() {
    return failed.isEmpty()
        && budgets.stream().allMatch(b -> b.published().isPresent() || b.predictedOnly());
  }
}
