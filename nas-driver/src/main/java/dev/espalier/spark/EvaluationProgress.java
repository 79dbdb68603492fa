package dev.espalier.spark;

import java.time.Duration;
import java.util.Optional;

/**
 * How far the measuring of subnets is.
 *
 * @param total architectures asked for
 * @param done of them, those from the cache included
 * @param cached found in the cache when it began
 * @param elapsed since then
 */
public record EvaluationProgress(int total, int done, int cached, Duration elapsed) {
  /** Time left at the rate so far; empty before the first subnet is measured. */
  public Optional<Duration> left() {
    int measured = done - cached;
    return measured == 0 && done < total
        ? Optional.empty()
        : Optional.of(
            measured == 0 ? Duration.ZERO : elapsed.multipliedBy(total - done).dividedBy(measured));
  }
}
