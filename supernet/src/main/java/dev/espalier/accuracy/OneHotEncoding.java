package dev.espalier.accuracy;

import dev.espalier.space.Decision;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * Architectures as zeros and ones: one column per option of every decision, all zero for a decision
 * without effect.
 *
 * <p>This is the encoding of Cai et al. (ICLR 2020, appendix A): kernel and expansion of each block
 * as one-hot vectors, zeros for skipped blocks, and the resolution. Deviation: a stage's depth has
 * columns of its own, though the zeros imply it, because every decision of any space is treated
 * alike.
 *
 * <p>An encoded architecture is the ascending list of its one-columns, at most one per decision.
 * Immutable and thread-safe.
 */
public final class OneHotEncoding {
  private final DecisionActivity activity;
  private final int[] firstColumns;
  private final List<String> names;

  /**
   * Compiles the encoding of a space.
   *
   * @throws IllegalArgumentException if whether a decision has an effect depends on too many
   *     others, or on some in a way that changing one at a time does not show
   */
  public OneHotEncoding(SearchSpace space) {
    activity = new DecisionActivity(space);
    firstColumns = new int[space.length()];
    List<String> columns = new ArrayList<>();
    for (int d = 0; d < firstColumns.length; d++) {
      firstColumns[d] = columns.size();
      Decision decision = space.decisions().get(d);
      decision.options().forEach(option -> columns.add(decision.name() + "=" + option));
    }
    names = List.copyOf(columns);
  }

  /** Number of columns. */
  public int columns() {
    return names.size();
  }

  /** Column names in order, as in {@code stage1.block2.kernel=5}. */
  public List<String> names() {
    return names;
  }

  /** Number of decisions, the length of a code and the most columns that are one. */
  public int decisions() {
    return firstColumns.length;
  }

  /**
   * Encodes one canonical code; {@code O(decisions)}, allocates nothing.
   *
   * @param codes flat codes
   * @param offset where this one starts
   * @param ones receives the ascending columns that are one, from {@code first}; room for {@link
   *     #decisions()}
   * @return how many were written
   */
  public int encode(byte[] codes, int offset, int[] ones, int first) {
    int next = first;
    for (int d = 0; d < firstColumns.length; d++) {
      if (activity.active(d, codes, offset)) {
        ones[next++] = firstColumns[d] + codes[offset + d];
      }
    }
    return next - first;
  }

  /** The same from the start of {@code ones}. */
  public int encode(byte[] codes, int offset, int[] ones) {
    return encode(codes, offset, ones, 0);
  }
}
