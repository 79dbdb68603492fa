package dev.espalier.search;

/** Whose accuracies an outcome holds. */
public enum ScoredBy {
  /** The additive accuracy model of the problem. */
  ADDITIVE_MODEL,
  /** The {@link CandidateScorer} that the engine was given. */
  CANDIDATE_SCORER
}
