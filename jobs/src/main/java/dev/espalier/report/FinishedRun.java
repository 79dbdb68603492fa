package dev.espalier.report;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A published run as its folder holds it, without its fronts and blocks.
 *
 * @param name of its folder
 * @param record of {@code run.json}
 * @param timings of {@code timings.json}
 * @param targets with their answers, in the request's order
 */
record FinishedRun(
    String name, RunRecord record, Timings timings, Map<String, List<Answer>> targets) {
  FinishedRun {
    targets = new LinkedHashMap<>(targets);
  }

  /**
   * What may differ between two equal runs.
   *
   * @param began in ISO 8601, UTC; empty where it is not known
   * @param host that searched
   * @param conditions under which models were timed, in words
   */
  record Timings(String began, String host, String conditions) {
    /** When it began, where that is known. */
    Optional<Instant> instant() {
      try {
        return began.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(began));
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }
  }

  /** The answer for a budget of a target. */
  Optional<Answer> answer(String target, String budget) {
    return targets.getOrDefault(target, List.of()).stream()
        .filter(answer -> answer.budget().equals(budget))
        .findFirst();
  }
}
