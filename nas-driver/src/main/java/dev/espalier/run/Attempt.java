package dev.espalier.run;

import dev.espalier.measurement.Samples;
import dev.espalier.search.ScoredArchitecture;
import java.util.Optional;

/**
 * One candidate for one budget, and what became of it.
 *
 * @param rank 1 for the best as predicted
 * @param candidate as predicted
 * @param emitted where it was tried
 * @param measuredMicros latencies where it was timed on the target
 * @param verdict published, refused or untried
 */
public record Attempt(
    int rank,
    ScoredArchitecture candidate,
    Optional<EmittedSubnet> emitted,
    Optional<Samples> measuredMicros,
    Verdict verdict) {}
