package dev.espalier.search;

import dev.espalier.space.Architecture;
import java.math.BigInteger;
import java.util.List;
import java.util.TreeSet;

/**
 * The result of a search. Holds no times: the same problem and seed give an equal outcome.
 *
 * @param engine its name
 * @param seed of the run
 * @param optimality what is proven
 * @param stop why it ended
 * @param covered architectures that the outcome is the best of: those scored, or for {@code exact}
 *     the whole space
 * @param generations one record per generation; empty for {@code exact}
 * @param targets one per target, in the problem's order
 */
public record SearchOutcome(
    String engine,
    long seed,
    Optimality optimality,
    StopReason stop,
    BigInteger covered,
    List<GenerationRecord> generations,
    List<TargetResult> targets) {
  public SearchOutcome {
    generations = List.copyOf(generations);
    targets = List.copyOf(targets);
  }

  /** Candidates scored one by one; 0 for {@code exact}. */
  public long evaluations() {
    return generations.isEmpty() ? 0 : generations.get(generations.size() - 1).evaluations();
  }

  /** Proposals refused because they were already scored. */
  public long duplicates() {
    return generations.isEmpty() ? 0 : generations.get(generations.size() - 1).duplicates();
  }

  /**
   * The result for a target.
   *
   * @throws IllegalArgumentException naming the targets there are
   */
  public TargetResult target(String name) {
    return targets.stream()
        .filter(result -> result.target().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no target %s in this outcome; there are %s"
                        .formatted(name, targets.stream().map(TargetResult::target).toList())));
  }

  /** All architectures on fronts and among candidates, by code: a warm start for another engine. */
  public List<Architecture> architectures() {
    TreeSet<Architecture> found = new TreeSet<>();
    for (TargetResult target : targets) {
      target.front().points().forEach(scored -> found.add(scored.architecture()));
      for (BudgetAnswer answer : target.answers()) {
        if (answer instanceof BudgetAnswer.Feasible feasible) {
          feasible.candidates().forEach(scored -> found.add(scored.architecture()));
        }
      }
    }
    return List.copyOf(found);
  }
}
