package dev.espalier.run;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a search is asked for: specialised models of one supernet, one per target and budget; or of
 * a predictor's space, the architectures alone.
 *
 * @param source what architectures are drawn from
 * @param targets names, folders, patterns and tables of hardware profiles, distinct
 * @param budgets every target gets one model for each
 * @param evaluation of subnets before the search, if there is one
 * @param engine that searches
 * @param seed of every random choice
 * @param candidatesPerBudget how many selections are at most extracted and tried for one budget
 * @param formats that every target gets, as emitters name them; none for those of its class
 * @param patches whether emitted C may run its first kernels patch by patch
 * @param partitions of the Spark tasks; never changes a result
 * @param output folder of the run; absent for one named by the time
 */
public record SearchRequest(
    SourceRequest source,
    List<TargetRequest> targets,
    BudgetRequest budgets,
    Optional<EvaluationRequest> evaluation,
    EngineRequest engine,
    long seed,
    int candidatesPerBudget,
    List<String> formats,
    PatchRule patches,
    OptionalInt partitions,
    Optional<String> output) {
  public SearchRequest {
    targets = List.copyOf(targets);
    formats = List.copyOf(formats);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a request needs at least one target");
    }
    if (candidatesPerBudget < 1) {
      throw new IllegalArgumentException(
          "candidates-per-budget: " + candidatesPerBudget + " is below 1");
    }
  }

  /** The same request with another output folder. */
  public SearchRequest withOutput(String folder) {
    return new SearchRequest(
        source,
        targets,
        budgets,
        evaluation,
        engine,
        seed,
        candidatesPerBudget,
        formats,
        patches,
        partitions,
        Optional.of(folder));
  }
}
