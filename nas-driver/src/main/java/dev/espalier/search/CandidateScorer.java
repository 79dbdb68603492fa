package dev.espalier.search;

/**
 * Scores batches of candidates: the accuracy of each once, and its cost on every target.
 *
 * <p>A score depends on the code alone, so that a batch may be cut into parts and scored anywhere
 * without changing an outcome.
 */
@FunctionalInterface
public interface CandidateScorer {
  /**
   * Scores candidates.
   *
   * @param codes flat canonical codes, {@code (count, decisions)}; may be longer
   * @param count number of candidates
   * @param accuracies receives {@code count} predicted accuracies, finite
   * @param costs receives {@code (count, columns)} costs, flat; the columns are those of {@link
   *     CostColumns} of the problem's targets
   */
  void score(byte[] codes, int count, double[] accuracies, double[] costs);
}
