package dev.espalier.run;

import dev.espalier.search.Budget;
import java.util.List;
import java.util.Optional;

/**
 * What a run has for one budget of one target.
 *
 * @param target whose budget it is
 * @param budget what was asked
 * @param attempts every candidate, the best as predicted first; at most one is published
 */
public record BudgetResult(Target target, Budget budget, List<Attempt> attempts) {
  public BudgetResult {
    attempts = List.copyOf(attempts);
  }

  /** The candidate that was verified and published, if any. */
  public Optional<Attempt> published() {
    return attempts.stream().filter(a -> a.verdict() instanceof Verdict.Published).findFirst();
  }

  /** Whether candidates are all there is, because the search had no supernet. */
  public boolean predictedOnly() {
    return attempts.stream().allMatch(a -> a.verdict() instanceof Verdict.Predicted);
  }

  /** The folder of its model within the run. */
  public String folder() {
    return "models/" + target.name() + "/" + budget.name();
  }

  /** Why nothing was published, for people: one reason for each candidate tried. */
  public List<String> reasons() {
    return attempts.stream()
        .filter(a -> !a.verdict().reason().isEmpty())
        .map(a -> "candidate " + a.rank() + ": " + a.verdict().reason())
        .toList();
  }
}
