package dev.espalier.run;

import java.util.Optional;

/**
 * Subnets that are truly evaluated before a search, to refit the predictor that it searches with.
 *
 * @param most subnets that are evaluated
 * @param perRound of them, before the predictor is refitted; at least 10
 * @param patienceRounds that the measured fronts have to stand still before evaluation ends
 * @param measurements folder of what was measured, which any number of runs and users share; absent
 *     for the person's own
 */
public record EvaluationRequest(
    int most, int perRound, int patienceRounds, Optional<String> measurements) {
  /** Fewest of a round: less cannot be fitted to. */
  static final int LEAST_PER_ROUND = 10;

  static final int DEFAULT_PER_ROUND = 20;
  static final int DEFAULT_PATIENCE_ROUNDS = 2;

  public EvaluationRequest {
    if (perRound < LEAST_PER_ROUND || most < perRound || patienceRounds < 1) {
      throw new IllegalArgumentException(
          "evaluate: %d subnets, %d a round, patience of %d rounds: at least %d a round, one round in all and a patience of 1 are needed"
              .formatted(most, perRound, patienceRounds, LEAST_PER_ROUND));
    }
  }
}
