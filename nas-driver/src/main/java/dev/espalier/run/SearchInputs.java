package dev.espalier.run;

import java.util.List;

/**
 * Everything a request names, loaded and checked.
 *
 * @param request what is asked
 * @param source what architectures are drawn from
 * @param targets at least one, names distinct, in the request's order
 * @param failed those whose profiles cannot be used
 */
public record SearchInputs(
    SearchRequest request, SearchSource source, List<Target> targets, List<FailedTarget> failed) {
  public SearchInputs {
    targets = List.copyOf(targets);
    failed = List.copyOf(failed);
  }
}
