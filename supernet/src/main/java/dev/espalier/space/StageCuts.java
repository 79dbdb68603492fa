package dev.espalier.space;

import java.util.Arrays;
import java.util.List;

/**
 * Where the stages of a network begin, found from its list of blocks: the cuts that leave the
 * fewest misfits, so that those which are left are the ones to mend. Dynamic programming over
 * stages, O(stages · blocks²).
 */
final class StageCuts {
  private final int[] depths;
  private final int misfits;
  private final boolean several;

  /** Says how badly a block fits. */
  interface Misfits {
    /**
     * Number of misfits.
     *
     * @param first whether it is the first block of the stage
     */
    int count(int stage, boolean first, int block);
  }

  private StageCuts(int[] depths, int misfits, boolean several) {
    this.depths = depths;
    this.misfits = misfits;
    this.several = several;
  }

  /**
   * Cuts.
   *
   * @param blocks number of blocks in the list
   * @param depths that each stage may have; another one counts as a misfit
   */
  static StageCuts of(int blocks, List<List<Integer>> depths, Misfits misfits) {
    int stages = depths.size();
    int[][] least = new int[stages + 1][blocks + 1];
    int[][] depth = new int[stages + 1][blocks + 1];
    boolean[][] tied = new boolean[stages + 1][blocks + 1];
    Arrays.fill(least[0], Integer.MAX_VALUE);
    least[0][0] = 0;
    for (int s = 0; s < stages; s++) {
      Arrays.fill(least[s + 1], Integer.MAX_VALUE);
      int[] later = new int[blocks];
      for (int b = 0; b < blocks; b++) {
        later[b] = misfits.count(s, false, b);
      }
      for (int from = 0; from <= blocks; from++) {
        if (least[s][from] == Integer.MAX_VALUE) {
          continue;
        }
        int sum = least[s][from];
        for (int to = from; to <= blocks; to++) {
          if (to > from) {
            sum += to == from + 1 ? misfits.count(s, true, from) : later[to - 1];
          }
          int total = sum + (depths.get(s).contains(to - from) ? 0 : 1);
          if (total < least[s + 1][to]) {
            least[s + 1][to] = total;
            depth[s + 1][to] = to - from;
            tied[s + 1][to] = tied[s][from];
          } else if (total == least[s + 1][to]) {
            tied[s + 1][to] = true;
          }
        }
      }
    }
    int[] best = new int[stages];
    int end = blocks;
    for (int s = stages; s > 0; s--) {
      best[s - 1] = depth[s][end];
      end -= depth[s][end];
    }
    return new StageCuts(best, least[stages][blocks], tied[stages][blocks]);
  }

  /** Number of blocks in a stage. */
  int depth(int stage) {
    return depths[stage];
  }

  /** Whether all blocks fit, but could be cut in another way too. */
  boolean ambiguous() {
    return misfits == 0 && several;
  }
}
