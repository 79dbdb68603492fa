package dev.espalier.search;

import dev.espalier.space.SearchSpace;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Which decisions have an effect under which others, found by asking {@link
 * SearchSpace#canonicalize}: a decision is inactive where its option is set to zero.
 *
 * <p>For each decision, the others that switch it on or off are found by changing one at a time in
 * several contexts, and its activity is tabulated over their options. A dependence that shows in
 * none of the contexts would be missed; {@link EliminationPlan} therefore counts the codes that
 * these tables allow and compares with {@link SearchSpace#size()}.
 */
final class Activity {
  private static final int RANDOM_CONTEXTS = 24;
  private static final int LARGEST_TABLE = 1 << 20;

  private final int[][] switches;
  private final boolean[][] active;
  private final boolean[] canBeInactive;
  private final int[] radices;
  private final int[] switchable;

  private Activity(int[][] switches, boolean[][] active, int[] radices) {
    this.switches = switches;
    this.active = active;
    this.radices = radices;
    this.canBeInactive = new boolean[radices.length];
    for (int decision = 0; decision < radices.length; decision++) {
      for (boolean entry : active[decision]) {
        canBeInactive[decision] |= !entry;
      }
    }
    this.switchable =
        IntStream.range(0, radices.length).filter(decision -> canBeInactive[decision]).toArray();
  }

  static Activity of(SearchSpace space) {
    int[] radices = space.decisions().stream().mapToInt(d -> d.options().size()).toArray();
    byte[][] contexts = contexts(radices);
    int[][] switches = new int[radices.length][];
    boolean[][] active = new boolean[radices.length][];
    for (int decision = 0; decision < radices.length; decision++) {
      switches[decision] = switches(space, decision, radices, contexts);
      active[decision] = tabulate(space, decision, radices, switches[decision]);
    }
    return new Activity(switches, active, radices);
  }

  private static byte[][] contexts(int[] radices) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    byte[][] contexts = new byte[2 + RANDOM_CONTEXTS][radices.length];
    for (int i = 0; i < radices.length; i++) {
      contexts[1][i] = (byte) (radices[i] - 1);
      for (int c = 2; c < contexts.length; c++) {
        contexts[c][i] = (byte) random.nextInt(radices[i]);
      }
    }
    return contexts;
  }

  private static int[] switches(SearchSpace space, int decision, int[] radices, byte[][] contexts) {
    if (radices[decision] == 1) {
      return new int[0];
    }
    boolean[] found = new boolean[radices.length];
    for (byte[] context : contexts) {
      boolean base = keeps(space, context, decision);
      for (int other = 0; other < radices.length; other++) {
        byte before = context[other];
        for (int option = 0;
            other != decision && !found[other] && option < radices[other];
            option++) {
          context[other] = (byte) option;
          found[other] = keeps(space, context, decision) != base;
        }
        context[other] = before;
      }
    }
    int[] switches = new int[radices.length];
    int count = 0;
    for (int other = 0; other < found.length; other++) {
      if (found[other]) {
        switches[count++] = other;
      }
    }
    return Arrays.copyOf(switches, count);
  }

  private static boolean[] tabulate(
      SearchSpace space, int decision, int[] radices, int[] switches) {
    long size = 1;
    for (int other : switches) {
      size *= radices[other];
      if (size > LARGEST_TABLE) {
        throw new IllegalArgumentException(
            "decision %s is switched by %d other decisions; a table of more than %d entries would be needed"
                .formatted(space.decisions().get(decision).name(), switches.length, LARGEST_TABLE));
      }
    }
    boolean[] table = new boolean[(int) size];
    byte[] code = new byte[radices.length];
    for (int index = 0; index < table.length; index++) {
      MixedRadix.decode(index, switches, radices, code);
      table[index] = radices[decision] == 1 || keeps(space, code, decision);
    }
    return table;
  }

  private static boolean keeps(SearchSpace space, byte[] context, int decision) {
    byte[] code = context.clone();
    code[decision] = 1;
    space.canonicalize(code);
    return code[decision] != 0;
  }

  /** The decisions that switch a decision, ascending. */
  int[] switches(int decision) {
    return switches[decision];
  }

  /** Whether some options of other decisions leave a decision without effect. */
  boolean canBeInactive(int decision) {
    return canBeInactive[decision];
  }

  /**
   * Draws options for the decisions that have no effect in an architecture, so that a change which
   * switches them on does not always bring the first option.
   *
   * @param codes holds the architecture's code from {@code offset}
   * @param code a copy of it, which receives the options; no longer canonical
   */
  void fillInactive(byte[] codes, int offset, byte[] code, RandomGenerator random) {
    for (int decision : switchable) {
      if (codes[offset + decision] == 0 && !active(decision, codes, offset)) {
        code[decision] = (byte) random.nextInt(radices[decision]);
      }
    }
  }

  /** Whether a decision has an effect under the options that a code gives to its switches. */
  boolean active(int decision, byte[] code) {
    return active(decision, code, 0);
  }

  /** As above, for the code that starts at {@code offset}. */
  boolean active(int decision, byte[] codes, int offset) {
    return active[decision][MixedRadix.index(switches[decision], radices, codes, offset)];
  }
}
