package dev.espalier.run;

import dev.espalier.cost.CostModel;
import java.util.List;

/**
 * Everything a request names, loaded and checked.
 *
 * @param request what is asked
 * @param source what architectures are drawn from
 * @param targets one cost model for each of the request's targets, in its order
 */
public record SearchInputs(SearchRequest request, SearchSource source, List<CostModel> targets) {
  public SearchInputs {
    targets = List.copyOf(targets);
  }
}
