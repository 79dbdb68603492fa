package dev.espalier.accuracy;

import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Which decisions have an effect under a canonical code.
 *
 * <p>A space says so only through {@link SearchSpace#canonicalize}, which costs a walk per
 * question. Here the answer is compiled: a table over the options of a decision's
 * <em>controllers</em> (a stage's depth, for a block; the edges before and behind, for an edge of a
 * cell), which are the decisions that switch it on or off in one of several codes. The constructor
 * checks this form against the space on random codes. Immutable and thread-safe.
 */
final class DecisionActivity {
  private static final int CHECKED_CODES = 256;
  private static final int CONTEXTS = 24;
  private static final int LARGEST_TABLE = 1 << 20;

  private final int[] radices;
  private final int[][] controllers;
  private final boolean[][] active;

  /**
   * Compiles a space; {@code O(decisions² · options)} canonicalisations, and one for each
   * combination of options of a decision's controllers.
   *
   * @throws IllegalArgumentException if whether a decision is active depends on so many others that
   *     their options have too many combinations, or on some in a way that single changes do not
   *     show
   */
  DecisionActivity(SearchSpace space) {
    radices = space.decisions().stream().mapToInt(d -> d.options().size()).toArray();
    controllers = new int[radices.length][];
    active = new boolean[radices.length][];
    // A fixed stream: the same space compiles the same way everywhere.
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    List<byte[]> contexts = new ArrayList<>(List.of(space.largest().toBytes()));
    for (int i = 0; i < CONTEXTS; i++) {
      contexts.add(space.sample(random).toBytes());
    }
    for (int d = 0; d < radices.length; d++) {
      controllers[d] = controllers(space, d, contexts);
      active[d] = tabulate(space, d);
    }
    for (int i = 0; i < CHECKED_CODES; i++) {
      byte[] code = space.sample(random).toBytes();
      for (int d = 0; d < radices.length; d++) {
        if (active(d, code, 0) != asked(space, d, code)) {
          throw new IllegalArgumentException(
              "space %s: whether decision %s has an effect under %s depends on more than decisions %s, which single changes of others do not show, and accuracy predictors cannot encode"
                  .formatted(
                      space.family(),
                      space.decisions().get(d).name(),
                      space.format(space.architecture(code)),
                      names(space, controllers[d])));
        }
      }
    }
  }

  private int[] controllers(SearchSpace space, int decision, List<byte[]> contexts) {
    boolean[] found = new boolean[radices.length];
    for (byte[] context : contexts) {
      boolean base = asked(space, decision, context);
      for (int other = 0; other < radices.length; other++) {
        byte[] code = context.clone();
        for (int option = 0;
            other != decision && !found[other] && option < radices[other];
            option++) {
          code[other] = (byte) option;
          found[other] = asked(space, decision, code) != base;
        }
      }
    }
    return IntStream.range(0, radices.length).filter(other -> found[other]).toArray();
  }

  private boolean[] tabulate(SearchSpace space, int decision) {
    long size = 1;
    for (int controller : controllers[decision]) {
      size *= radices[controller];
      if (size > LARGEST_TABLE) {
        throw new IllegalArgumentException(
            "space %s: whether decision %s has an effect depends on decisions %s, more than %d combinations, which accuracy predictors cannot encode"
                .formatted(
                    space.family(),
                    space.decisions().get(decision).name(),
                    names(space, controllers[decision]),
                    LARGEST_TABLE));
      }
    }
    boolean[] table = new boolean[(int) size];
    byte[] code = space.largest().toBytes();
    for (int index = 0; index < table.length; index++) {
      int rest = index;
      for (int i = controllers[decision].length - 1; i >= 0; i--) {
        int controller = controllers[decision][i];
        code[controller] = (byte) (rest % radices[controller]);
        rest /= radices[controller];
      }
      table[index] = asked(space, decision, code);
    }
    return table;
  }

  private static List<String> names(SearchSpace space, int[] decisions) {
    return Arrays.stream(decisions).mapToObj(d -> space.decisions().get(d).name()).toList();
  }

  /** Asks the space. A decision with one option has nothing to zero and counts as active. */
  private static boolean asked(SearchSpace space, int decision, byte[] code) {
    if (space.decisions().get(decision).options().size() == 1) {
      return true;
    }
    byte[] changed = code.clone();
    changed[decision] = 1;
    space.canonicalize(changed);
    return changed[decision] != 0;
  }

  /** The decisions that can switch this one on or off, ascending. */
  int[] controllers(int decision) {
    return controllers[decision].clone();
  }

  /** Whether the decision has an effect under the canonical code that starts at {@code offset}. */
  boolean active(int decision, byte[] codes, int offset) {
    int index = 0;
    for (int controller : controllers[decision]) {
      index = index * radices[controller] + codes[offset + controller];
    }
    return active[decision][index];
  }
}
