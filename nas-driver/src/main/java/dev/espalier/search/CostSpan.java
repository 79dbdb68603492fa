package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.List;

/**
 * What a sum can be over a whole space.
 *
 * @param least that an architecture reaches
 * @param greatest that an architecture reaches
 */
public record CostSpan(double least, double greatest) {
  /** Both ends, exact but for the rounding of sums; O(table entries). */
  public static CostSpan of(SearchSpace space, AdditiveFunction function) {
    return of(EliminationPlan.of(space), function);
  }

  static CostSpan of(EliminationPlan plan, AdditiveFunction function) {
    List<AdditiveFunction> alone = List.of(function);
    return new CostSpan(
        function.at(LeastSum.leastOf(plan, alone, new double[] {1}), 0),
        function.at(LeastSum.leastOf(plan, alone, new double[] {-1}), 0));
  }
}
