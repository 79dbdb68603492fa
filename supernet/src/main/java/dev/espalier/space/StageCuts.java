package dev.espalier.space;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

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

  /** Takes in what the blocks are, stage by stage. */
  interface Reader {
    /** Takes in the option that a stage's depth is; not called where it is none. */
    void depth(int stage, int option);

    /**
     * Takes in a block.
     *
     * @param position within its stage, from 0
     * @param block index in the list
     */
    void block(int stage, int position, int block);
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

  /**
   * Goes through the stages and their blocks in order.
   *
   * @param allowed depths of each stage
   * @param problems receives depths that are not allowed, and that all blocks fit but could be cut
   *     in another way too
   */
  void read(List<List<Integer>> allowed, List<String> problems, Reader reader) {
    if (misfits == 0 && several) {
      problems.add("blocks: fit into the stages in several ways, and the file does not say which");
    }
    int block = 0;
    for (int stage = 0; stage < depths.length; stage++) {
      int option = allowed.get(stage).indexOf(depths[stage]);
      if (option < 0) {
        problems.add(
            "stage%d: has %d blocks, allowed is %s"
                .formatted(
                    stage + 1,
                    depths[stage],
                    allowed.get(stage).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "))));
      } else {
        reader.depth(stage, option);
      }
      for (int position = 0; position < depths[stage]; position++) {
        reader.block(stage, position, block++);
      }
    }
  }
}
