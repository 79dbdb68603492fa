package dev.espalier.search;

/**
 * The state after one generation.
 *
 * @param generation 0 first
 * @param evaluations candidates scored so far
 * @param duplicates proposals refused so far because they were already scored
 * @param rejected proposals refused so far because they met no budget of any target
 * @param frontSize points on all targets' fronts together
 * @param hypervolume mean over targets of {@link TargetResult#hypervolume()}, between 0 and 1
 */
public record GenerationRecord(
    int generation,
    long evaluations,
    long duplicates,
    long rejected,
    int frontSize,
    double hypervolume) {}
