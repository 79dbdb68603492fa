package dev.espalier.accuracy;

import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Which decisions have an effect under a canonical code.
 *
 * <p>A space says so only through {@link SearchSpace#canonicalize}, which costs a walk per
 * question. Here the answer is compiled: a decision is active unless one of its
 * <em>controllers</em> (a stage's depth, for a block) has an option that switches it off. The
 * constructor checks this form against the space on random codes. Immutable and thread-safe.
 */
final class DecisionActivity {
  private static final int CHECKED_CODES = 256;

  private final int[][] controllers;
  private final boolean[][][] switchesOff;

  /**
   * Compiles a space; {@code O(decisions² · options)} canonicalisations.
   *
   * @throws IllegalArgumentException if whether a decision is active cannot be told from single
   *     options of other decisions
   */
  DecisionActivity(SearchSpace space) {
    int decisions = space.length();
    controllers = new int[decisions][];
    switchesOff = new boolean[decisions][][];
    // A fixed stream: the same space compiles the same way everywhere.
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    for (int d = 0; d < decisions; d++) {
      compile(space, d, random);
    }
    for (int i = 0; i < CHECKED_CODES; i++) {
      byte[] code = space.sample(random).toBytes();
      for (int d = 0; d < decisions; d++) {
        if (active(d, code, 0) != asked(space, d, code)) {
          throw new IllegalArgumentException(
              "space %s: whether decision %s has an effect under %s depends on more than single options of other decisions, which accuracy predictors cannot encode"
                  .formatted(
                      space.family(),
                      space.decisions().get(d).name(),
                      space.format(space.architecture(code))));
        }
      }
    }
  }

  private void compile(SearchSpace space, int decision, RandomGenerator random) {
    byte[] base = space.largest().toBytes();
    for (int tries = 0; !asked(space, decision, base); tries++) {
      if (tries == CHECKED_CODES) {
        throw new IllegalArgumentException(
            "space %s: decision %s had no effect in %d random architectures"
                .formatted(space.family(), space.decisions().get(decision).name(), tries));
      }
      base = space.sample(random).toBytes();
    }
    List<Integer> found = new ArrayList<>();
    List<boolean[]> off = new ArrayList<>();
    for (int p = 0; p < base.length; p++) {
      boolean[] options = new boolean[space.decisions().get(p).options().size()];
      boolean any = false;
      for (int option = 0; p != decision && option < options.length; option++) {
        byte[] code = base.clone();
        code[p] = (byte) option;
        options[option] = !asked(space, decision, code);
        any |= options[option];
      }
      if (any) {
        found.add(p);
        off.add(options);
      }
    }
    controllers[decision] = found.stream().mapToInt(Integer::intValue).toArray();
    switchesOff[decision] = off.toArray(new boolean[0][]);
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

  /** The decisions that can switch this one off, ascending. */
  int[] controllers(int decision) {
    return controllers[decision].clone();
  }

  /** Whether the decision has an effect under the canonical code that starts at {@code offset}. */
  boolean active(int decision, byte[] codes, int offset) {
    int[] controller = controllers[decision];
    for (int i = 0; i < controller.length; i++) {
      if (switchesOff[decision][i][codes[offset + controller[i]]]) {
        return false;
      }
    }
    return true;
  }
}
