package dev.espalier.search;

import dev.espalier.space.MaxFunction;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.Slot;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which the decisions of a space are eliminated (Dechter, 1999), and what meets in
 * each bucket. Made once per space; used for every target.
 *
 * <p>The factor graph has one factor per slot and one per decision that other decisions can switch
 * off. The next decision is always the one with the smallest bucket; among equals the one where the
 * fewest messages meet, since joining them is what takes time, then the least index.
 *
 * <p>A plan may be restricted to the architectures that a {@link MaxFunction} does not take beyond
 * a limit ({@link #under}). Such an architecture is one whose slots all keep it, so that options
 * are dropped where a slot's term is looked up; sums need no further dimension.
 */
final class EliminationPlan {
  private static final long LARGEST_BUCKET = 1 << 24;
  private static final int KEPT = 8;

  /** Plans of the spaces last used: a plan takes longer to make than a small search with it. */
  private static final Map<SearchSpace, EliminationPlan> RECENT =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SearchSpace, EliminationPlan> eldest) {
          return size() > KEPT;
        }
      };

  /** One bucket. */
  static final class Step {
    private final int decision;
    private final int[] scope;
    private final int assignments;
    private final int[] slots;
    private final int[] switched;
    private final int[] messages;

    private Step(int decision, int[] scope, int assignments, List<Factor> bucket) {
      this.decision = decision;
      this.scope = scope;
      this.assignments = assignments;
      this.slots = indices(bucket, Kind.SLOT);
      this.switched = indices(bucket, Kind.ACTIVITY);
      this.messages = indices(bucket, Kind.MESSAGE);
    }

    /** The decision eliminated here. */
    int decision() {
      return decision;
    }

    /** The decisions that the message depends on, ascending. */
    int[] scope() {
      return scope;
    }

    /** Combinations of the scope's options. */
    int assignments() {
      return assignments;
    }

    /** Slots whose terms are added here. */
    int[] slots() {
      return slots;
    }

    /** Earlier steps whose messages are consumed here. */
    int[] messages() {
      return messages;
    }
  }

  private final SearchSpace space;
  private final int[] radices;
  private final Activity activity;
  private final List<Step> steps;
  private final int[] freeSlots;
  private final int[] roots;
  private final List<Ceiling> ceilings;

  /** Whether a slot that depends on no decision is beyond a ceiling. */
  private final boolean blocked;

  /**
   * A limit that no slot may exceed.
   *
   * @param function whose terms are limited
   */
  private record Ceiling(MaxFunction function, double limit) {
    boolean admits(int[] slots, byte[] code) {
      for (int slot : slots) {
        if (function.term(slot, code, 0) > limit) {
          return false;
        }
      }
      return true;
    }
  }

  private EliminationPlan(EliminationPlan whole, List<Ceiling> ceilings) {
    this.space = whole.space;
    this.radices = whole.radices;
    this.activity = whole.activity;
    this.steps = whole.steps;
    this.freeSlots = whole.freeSlots;
    this.roots = whole.roots;
    this.ceilings = List.copyOf(ceilings);
    byte[] code = new byte[radices.length];
    this.blocked = !ceilings.stream().allMatch(ceiling -> ceiling.admits(freeSlots, code));
  }

  private EliminationPlan(SearchSpace space) {
    this.space = space;
    this.radices = space.decisions().stream().mapToInt(d -> d.options().size()).toArray();
    this.activity = Activity.of(space);
    this.steps = new ArrayList<>();
    List<Factor> factors = new ArrayList<>();
    List<Integer> free = new ArrayList<>();
    for (int slot = 0; slot < space.slots().size(); slot++) {
      Slot place = space.slots().get(slot);
      if (place.scope().isEmpty()) {
        free.add(slot);
      } else {
        factors.add(new Factor(Kind.SLOT, slot, bits(place.scope())));
      }
    }
    for (int decision = 0; decision < radices.length; decision++) {
      if (activity.canBeInactive(decision)) {
        BitSet scope = new BitSet();
        Arrays.stream(activity.switches(decision)).forEach(scope::set);
        scope.set(decision);
        factors.add(new Factor(Kind.ACTIVITY, decision, scope));
      }
    }
    BitSet remaining = new BitSet();
    remaining.set(0, radices.length);
    while (!remaining.isEmpty()) {
      int decision = cheapest(remaining, factors);
      remaining.clear(decision);
      List<Factor> bucket = factors.stream().filter(f -> f.scope.get(decision)).toList();
      factors.removeAll(bucket);
      BitSet scope = new BitSet();
      bucket.forEach(f -> scope.or(f.scope));
      scope.clear(decision);
      int[] outer = scope.stream().toArray();
      int assignments = Arrays.stream(outer).map(d -> radices[d]).reduce(1, Math::multiplyExact);
      steps.add(new Step(decision, outer, assignments, bucket));
      factors.add(new Factor(Kind.MESSAGE, steps.size() - 1, scope));
    }
    this.freeSlots = free.stream().mapToInt(Integer::intValue).toArray();
    this.roots = indices(factors, Kind.MESSAGE);
    this.ceilings = List.of();
    this.blocked = false;
  }

  /**
   * The same plan without the architectures that a function takes beyond a limit, exactly; there
   * may be none left.
   */
  EliminationPlan under(MaxFunction function, double limit) {
    List<Ceiling> more = new ArrayList<>(ceilings);
    more.add(new Ceiling(function, limit));
    return new EliminationPlan(this, more);
  }

  /** As {@link #under(MaxFunction, double)}, for every constraint on what is the largest term. */
  EliminationPlan under(SearchTarget target, List<Constraint> constraints) {
    EliminationPlan plan = this;
    for (Constraint constraint : constraints) {
      if (target.costs().get(constraint.quantity()) instanceof MaxFunction function) {
        plan = plan.under(function, constraint.limit());
      }
    }
    return plan;
  }

  /**
   * The plan of a space.
   *
   * @throws IllegalArgumentException if too many decisions meet in one bucket, or the codes it
   *     would search are not exactly the space's architectures
   */
  static EliminationPlan of(SearchSpace space) {
    synchronized (RECENT) {
      return RECENT.computeIfAbsent(space, EliminationPlan::checked);
    }
  }

  private static EliminationPlan checked(SearchSpace space) {
    EliminationPlan plan = new EliminationPlan(space);
    BigInteger counted = plan.count();
    if (!counted.equals(space.size())) {
      throw new IllegalArgumentException(
          "space %s states %s architectures, but its decisions allow %s canonical codes: its size() is wrong, or canonicalize() makes decisions depend on others in a way that single changes do not show"
              .formatted(space.family(), space.size(), counted));
    }
    return plan;
  }

  private enum Kind {
    SLOT,
    ACTIVITY,
    MESSAGE
  }

  private record Factor(Kind kind, int index, BitSet scope) {}

  private static BitSet bits(List<Integer> scope) {
    BitSet bits = new BitSet();
    scope.forEach(bits::set);
    return bits;
  }

  private static int[] indices(List<Factor> factors, Kind kind) {
    return factors.stream().filter(f -> f.kind == kind).mapToInt(f -> f.index).toArray();
  }

  private int cheapest(BitSet remaining, List<Factor> factors) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    int fewest = Integer.MAX_VALUE;
    for (int decision = remaining.nextSetBit(0);
        decision >= 0;
        decision = remaining.nextSetBit(decision + 1)) {
      BitSet scope = new BitSet();
      scope.set(decision);
      int messages = 0;
      for (Factor factor : factors) {
        if (factor.scope.get(decision)) {
          scope.or(factor.scope);
          messages += factor.kind == Kind.MESSAGE ? 1 : 0;
        }
      }
      double size = scope.stream().mapToDouble(d -> radices[d]).reduce(1, (a, b) -> a * b);
      if (size < least || size == least && messages < fewest) {
        least = size;
        fewest = messages;
        best = decision;
      }
    }
    if (least > LARGEST_BUCKET) {
      throw new IllegalArgumentException(
          "space %s: decision %s meets so many others that a bucket of %.3g entries would be needed (at most %d): give its slots smaller scopes"
              .formatted(
                  space.family(), space.decisions().get(best).name(), least, LARGEST_BUCKET));
    }
    return best;
  }

  /** Number of codes that respect every activity: the same elimination, with sums of products. */
  private BigInteger count() {
    BigInteger[][] messages = new BigInteger[steps.size()][];
    byte[] code = new byte[radices.length];
    for (int s = 0; s < messages.length; s++) {
      Step step = steps.get(s);
      messages[s] = new BigInteger[step.assignments()];
      for (int assignment = 0; assignment < step.assignments(); assignment++) {
        MixedRadix.decode(assignment, step.scope(), radices, code);
        BigInteger sum = BigInteger.ZERO;
        for (int option = 0; option < radices[step.decision()]; option++) {
          code[step.decision()] = (byte) option;
          if (allowed(step, code)) {
            BigInteger product = BigInteger.ONE;
            for (int message : step.messages()) {
              product = product.multiply(messages[message][messageIndex(message, code)]);
            }
            sum = sum.add(product);
          }
        }
        messages[s][assignment] = sum;
      }
    }
    BigInteger product = BigInteger.ONE;
    for (int root : roots) {
      product = product.multiply(messages[root][0]);
    }
    return product;
  }

  /**
   * Whether the decisions enforced in a step are zero wherever they have no effect, and its slots
   * are within all ceilings.
   */
  boolean allowed(Step step, byte[] code) {
    for (int decision : step.switched) {
      if (code[decision] != 0 && !activity.active(decision, code)) {
        return false;
      }
    }
    for (Ceiling ceiling : ceilings) {
      if (!ceiling.admits(step.slots, code)) {
        return false;
      }
    }
    return !blocked;
  }

  /** The index into the message of a step under a code. */
  int messageIndex(int step, byte[] code) {
    return MixedRadix.index(steps.get(step).scope(), radices, code);
  }

  SearchSpace space() {
    return space;
  }

  Activity activity() {
    return activity;
  }

  int options(int decision) {
    return radices[decision];
  }

  int[] radices() {
    return radices;
  }

  List<Step> steps() {
    return steps;
  }

  /** Slots that depend on no decision. */
  int[] freeSlots() {
    return freeSlots;
  }

  /** Steps whose messages nobody consumes. */
  int[] roots() {
    return roots;
  }
}
