package dev.espalier.run;

import dev.espalier.search.ScoredArchitecture;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One candidate for one budget, and what became of it.
 *
 * @param rank 1 for the best as predicted
 * @param candidate as predicted
 * @param emitted where it was tried
 * @param measuredMicros where it was timed on the target
 * @param verdict published, refused or untried
 */
public record Attempt(
    int rank,
    ScoredArchitecture candidate,
    Optional<EmittedSubnet> emitted,
    OptionalDouble measuredMicros,
    Verdict verdict) {}
