package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Minimises several additive functions at once over a whole space by bucket elimination with Pareto
 * sets as messages (Rollon and Larrosa, 2006).
 *
 * <p>A message holds, for every combination of options of its scope, the partial architectures over
 * the decisions eliminated so far that fewer than {@code layers} others dominate (the k-skyband;
 * with one layer, the Pareto set). A partial architecture that {@code layers} others dominate stays
 * dominated by as many however it is completed, so the final set holds the {@code layers} best
 * architectures in the first objective that is not the limit, under any limit on the others.
 *
 * <p>A point dominates another if it is nowhere greater, and less in one of the minimised
 * objectives or equal in all of those with the lesser code: a strict order, in which merging by
 * minimised objectives and code meets dominators first. To make sums associative, and so ties and
 * results independent of the order of summation, every term is first rounded to a multiple of a
 * power of two that leaves the largest possible sum 52 bits (relative to that sum, 2⁻⁵²); sums are
 * then exact.
 *
 * <p>Two sets are joined (all sums of pairs) by merging sorted, shifted copies pairwise, each merge
 * dropping what is dominated: O(n m log n) for sets of n ≤ m points when nothing is dominated, less
 * the more is. With two objectives a {@link Sieve} drops most of the pairs before, and a merge is
 * linear, with three and one layer O(n log n) but for moves within an array; with more, each point
 * is compared with those kept. Partial architectures are back pointers of two ints into an arena.
 * Not thread-safe; one instance is for one run.
 */
final class ParetoElimination {
  private static final int NONE = Integer.MIN_VALUE;
  private static final int OPTION_BITS = 7;

  /** Joins of fewer pairs are merged as they are. */
  private static final int LEAST_SIEVED = 2048;

  /**
   * One objective.
   *
   * @param function to minimise
   * @param limit what the sum may not exceed; infinite for none
   * @param limitOnly whether values matter only as far as they may exceed the limit: values that
   *     cannot are raised to a common one, so that they no longer keep points apart
   */
  record Objective(AdditiveFunction function, double limit, boolean limitOnly) {
    static Objective minimize(AdditiveFunction function) {
      return new Objective(function, Double.POSITIVE_INFINITY, false);
    }

    static Objective minimizeWithin(AdditiveFunction function, double limit) {
      return new Objective(function, limit, false);
    }

    static Objective within(AdditiveFunction function, double limit) {
      return new Objective(function, limit, true);
    }
  }

  /** Sorted points with back pointers; reused through {@link #pool} until they are stored. */
  private static final class Points {
    private double[][] values;
    private int[] left;
    private int[] right;
    private int size;

    private Points(int dimensions) {
      values = new double[dimensions][0];
      left = new int[0];
      right = new int[0];
    }

    private void reserve(int capacity) {
      if (left.length < capacity) {
        int length = Math.max(capacity, 2 * left.length);
        for (int d = 0; d < values.length; d++) {
          values[d] = Arrays.copyOf(values[d], length);
        }
        left = Arrays.copyOf(left, length);
        right = Arrays.copyOf(right, length);
      }
    }

    private void append(Points from, int i) {
      for (int d = 0; d < values.length; d++) {
        values[d][size] = from.values[d][i];
      }
      left[size] = from.left[i];
      right[size] = from.right[i];
      size++;
    }
  }

  /** A stored set: point {@code i} has arena node {@code base + i}. */
  private static final class Stored {
    private final double[][] values;
    private final int base;
    private final int size;

    private Stored(double[][] values, int base, int size) {
      this.values = values;
      this.base = base;
      this.size = size;
    }
  }

  /** Least and greatest possible sums over some slots, per objective. */
  private static final class Range {
    private final double[] least;
    private final double[] greatest;

    private Range(int dimensions) {
      least = new double[dimensions];
      greatest = new double[dimensions];
    }

    private void add(Range other) {
      for (int d = 0; d < least.length; d++) {
        least[d] += other.least[d];
        greatest[d] += other.greatest[d];
      }
    }
  }

  private final EliminationPlan plan;
  private final List<Objective> objectives;
  private final int layers;
  private final int dimensions;
  private final int minimized;
  private final double[] scales;
  private final double[] slack;
  private final Range[] slotRanges;
  private final Range total;
  private final List<Cutoff> cutoffs;

  private final Deque<Points> pool = new ArrayDeque<>();
  private final double[] top;
  private final Staircase stairs = new Staircase();
  private final Sieve sieve;
  private final byte[] leftCode;
  private final byte[] rightCode;
  private int[] stack = new int[64];
  private int[] arenaLeft = new int[1 << 12];
  private int[] arenaRight = new int[1 << 12];
  private int arenaSize;

  /** What everything outside the current step's message adds at least, per cutoff. */
  private double[] outer = new double[0];

  /** What everything outside the points at hand adds at least, per cutoff. */
  private double[] rest = new double[0];

  private ParetoElimination(
      EliminationPlan plan, List<Objective> objectives, int layers, List<Cutoff> cutoffs) {
    this.plan = plan;
    this.objectives = objectives;
    this.layers = layers;
    this.dimensions = Math.max(2, objectives.size());
    this.minimized = (int) objectives.stream().filter(o -> !o.limitOnly()).count();
    this.top = new double[layers];
    this.sieve = new Sieve(layers);
    this.leftCode = new byte[plan.radices().length];
    this.rightCode = new byte[plan.radices().length];
    this.scales = new double[dimensions];
    this.slack = new double[dimensions];
    this.total = new Range(dimensions);
    int slots = plan.space().slots().size();
    this.slotRanges = new Range[slots];
    for (int slot = 0; slot < slots; slot++) {
      slotRanges[slot] = range(slot);
      total.add(slotRanges[slot]);
    }
    this.cutoffs = new ArrayList<>(cutoffs);
    List<AdditiveFunction> functions = objectives.stream().map(Objective::function).toList();
    for (int d = 0; d < objectives.size(); d++) {
      double magnitude = Math.abs(objectives.get(d).function().constant());
      for (Range range : slotRanges) {
        magnitude += Math.max(Math.abs(range.least[d]), Math.abs(range.greatest[d]));
      }
      // 2^51 units for the sum of magnitudes leaves a bit for rounding each term up.
      scales[d] = magnitude == 0 ? 1 : Math.scalb(1.0, 50 - Math.getExponent(magnitude));
      slack[d] = (slots + 1) / scales[d];
      double constant = rounded(d, objectives.get(d).function().constant());
      total.least[d] += constant;
      total.greatest[d] += constant;
      if (objectives.get(d).limit() < Double.POSITIVE_INFINITY) {
        double[] weights = new double[functions.size()];
        weights[d] = 1;
        this.cutoffs.add(new Cutoff(plan, functions, weights, objectives.get(d).limit()));
      }
    }
  }

  /**
   * The architectures that fewer than {@code layers} others dominate, as flat canonical codes, by
   * the minimised objectives in their order, then code. Limits and cutoffs are kept up to rounding:
   * a code exactly at a limit is never lost, one just beyond it may be returned.
   *
   * @param objectives at least one to minimise, those with a limit only after these
   * @param cutoffs further bounds on weighted sums of the objectives
   */
  static byte[] run(
      EliminationPlan plan, List<Objective> objectives, int layers, List<Cutoff> cutoffs) {
    return new ParetoElimination(plan, objectives, layers, cutoffs).solve();
  }

  private double rounded(int dimension, double value) {
    return Math.rint(value * scales[dimension]) / scales[dimension];
  }

  private double term(int dimension, int slot, byte[] code) {
    return rounded(dimension, objectives.get(dimension).function().term(slot, code, 0));
  }

  private Range range(int slot) {
    Range range = new Range(dimensions);
    int[] scope = objectives.get(0).function().scope(slot);
    int size = 1;
    for (int decision : scope) {
      size = Math.multiplyExact(size, plan.options(decision));
    }
    byte[] code = new byte[plan.radices().length];
    Arrays.fill(range.least, 0, objectives.size(), Double.POSITIVE_INFINITY);
    Arrays.fill(range.greatest, 0, objectives.size(), Double.NEGATIVE_INFINITY);
    for (int index = 0; index < size; index++) {
      MixedRadix.decode(index, scope, plan.radices(), code);
      for (int d = 0; d < objectives.size(); d++) {
        double value = objectives.get(d).function().term(slot, code, 0);
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException(
              "slot %s has the term %s; terms must be finite"
                  .formatted(plan.space().slots().get(slot).name(), value));
        }
        range.least[d] = Math.min(range.least[d], value);
        range.greatest[d] = Math.max(range.greatest[d], value);
      }
    }
    return range;
  }

  private byte[] solve() {
    List<EliminationPlan.Step> steps = plan.steps();
    Stored[][] messages = new Stored[steps.size()][];
    Range[] ranges = new Range[steps.size()];
    byte[] code = new byte[plan.radices().length];
    outer = new double[cutoffs.size()];
    rest = new double[cutoffs.size()];
    for (int s = 0; s < messages.length; s++) {
      EliminationPlan.Step step = steps.get(s);
      ranges[s] = new Range(dimensions);
      for (int slot : step.slots()) {
        ranges[s].add(slotRanges[slot]);
      }
      for (int message : step.messages()) {
        ranges[s].add(ranges[message]);
      }
      messages[s] = new Stored[step.assignments()];
      for (int assignment = 0; assignment < step.assignments(); assignment++) {
        MixedRadix.decode(assignment, step.scope(), plan.radices(), code);
        for (int c = 0; c < outer.length; c++) {
          outer[c] = cutoffs.get(c).sums().outside(s, assignment);
        }
        messages[s][assignment] = eliminate(step, code, messages, ranges, ranges[s]);
      }
      for (int consumed : step.messages()) {
        messages[consumed] = null;
      }
    }
    int[] roots = plan.roots();
    Stored result = messages[roots[0]][0];
    Range own = new Range(dimensions);
    own.add(ranges[roots[0]]);
    for (int i = 1; i < roots.length; i++) {
      own.add(ranges[roots[i]]);
      for (int c = 0; c < rest.length; c++) {
        rest[c] = 0;
        for (int later = i + 1; later < roots.length; later++) {
          rest[c] += cutoffs.get(c).sums().root(roots[later]);
        }
      }
      result = store(join(result, messages[roots[i]][0], own));
    }
    byte[] codes = new byte[result.size * code.length];
    for (int i = 0; i < result.size; i++) {
      Arrays.fill(code, (byte) 0);
      decode(result.base + i, code);
      System.arraycopy(code, 0, codes, i * code.length, code.length);
    }
    return codes;
  }

  /** The message of one step for one assignment of its scope, which {@code code} holds. */
  private Stored eliminate(
      EliminationPlan.Step step, byte[] code, Stored[][] messages, Range[] ranges, Range ownRange) {
    Points merged = null;
    for (int option = 0; option < plan.options(step.decision()); option++) {
      code[step.decision()] = (byte) option;
      if (!plan.allowed(step, code)) {
        continue;
      }
      double[] shift = new double[dimensions];
      for (int slot : step.slots()) {
        for (int d = 0; d < objectives.size(); d++) {
          shift[d] += term(d, slot, code);
        }
      }
      Stored joined = joined(step, code, messages, ranges);
      System.arraycopy(outer, 0, rest, 0, rest.length);
      int leaf = ~(step.decision() << OPTION_BITS | option);
      Points points = shifted(joined, shift, leaf);
      restrict(points, ownRange);
      merged = merged == null ? points : merge(merged, points);
    }
    return merged == null ? new Stored(new double[dimensions][0], 0, 0) : store(merged);
  }

  /** The join of the messages that meet in a step; null where none do. */
  private Stored joined(
      EliminationPlan.Step step, byte[] code, Stored[][] messages, Range[] ranges) {
    Stored joined = null;
    Range own = new Range(dimensions);
    for (int i = 0; i < step.messages().length; i++) {
      int message = step.messages()[i];
      Stored next = messages[message][plan.messageIndex(message, code)];
      own.add(ranges[message]);
      for (int c = 0; c < rest.length; c++) {
        LeastSum sums = cutoffs.get(c).sums();
        rest[c] = outer[c] + sums.terms(step, code) + sums.joined(step, i + 1, -1, code);
      }
      joined = joined == null ? next : store(join(joined, next, own));
    }
    return joined;
  }

  private Points shifted(Stored from, double[] shift, int leaf) {
    int size = from == null ? 1 : from.size;
    Points points = acquire(size);
    for (int d = 0; d < dimensions; d++) {
      for (int i = 0; i < size; i++) {
        points.values[d][i] = (from == null ? 0 : from.values[d][i]) + shift[d];
      }
    }
    for (int i = 0; i < size; i++) {
      points.left[i] = from == null ? NONE : from.base + i;
      points.right[i] = leaf;
    }
    points.size = size;
    return points;
  }

  /** All sums of a point of one set and a point of the other that too few others dominate. */
  private Points join(Stored one, Stored other, Range own) {
    Stored outer = one.size <= other.size ? one : other;
    Stored inner = outer == one ? other : one;
    boolean sieved = dimensions == 2 && (long) outer.size * inner.size > LEAST_SIEVED;
    if (sieved) {
      sieve.fill(outer.values, outer.size, inner.values, inner.size);
    }
    // A binary counter of merged runs: run b holds 2^b shifted copies.
    Points[] runs = new Points[32];
    for (int i = 0; i < outer.size; i++) {
      Points carried = sieved ? sieved(outer, i, inner) : copy(outer, i, inner);
      restrict(carried, own);
      if (carried.size == 0) {
        pool.push(carried);
        continue;
      }
      int level = 0;
      for (; runs[level] != null; level++) {
        carried = merge(runs[level], carried);
        runs[level] = null;
      }
      runs[level] = carried;
    }
    Points result = null;
    for (Points run : runs) {
      if (run != null) {
        result = result == null ? run : merge(result, run);
      }
    }
    return result == null ? acquire(0) : result;
  }

  /** As {@link #copy}, without the points that the sieve shows to be dominated. */
  private Points sieved(Stored outer, int i, Stored inner) {
    Points points = acquire(inner.size);
    int size =
        sieve.pass(
            new double[] {outer.values[0][i], outer.values[1][i]},
            inner.values,
            inner.size,
            points.right);
    for (int p = 0; p < size; p++) {
      int j = points.right[p];
      points.values[0][p] = inner.values[0][j] + outer.values[0][i];
      points.values[1][p] = inner.values[1][j] + outer.values[1][i];
      points.left[p] = outer.base + i;
      points.right[p] = inner.base + j;
    }
    points.size = size;
    return points;
  }

  private Points copy(Stored outer, int i, Stored inner) {
    Points points = acquire(inner.size);
    for (int d = 0; d < dimensions; d++) {
      double shift = outer.values[d][i];
      double[] from = inner.values[d];
      double[] to = points.values[d];
      for (int j = 0; j < inner.size; j++) {
        to[j] = from[j] + shift;
      }
    }
    Arrays.fill(points.left, 0, inner.size, outer.base + i);
    for (int j = 0; j < inner.size; j++) {
      points.right[j] = inner.base + j;
    }
    points.size = inner.size;
    return points;
  }

  /**
   * Drops points that no completion brings within the cutoffs, and raises values that no completion
   * brings beyond a limit. {@link #rest} holds what completions add at least.
   *
   * <p>A value is never raised above the greatest that its own slots can sum to. So a sum with a
   * raised value is at most that value plus the greatest sum of the other slots, which is the
   * limit.
   */
  private void restrict(Points points, Range own) {
    if (cutoffs.isEmpty()) {
      return;
    }
    int before = points.size;
    points.size = 0;
    for (int i = 0; i < before; i++) {
      boolean possible = true;
      for (int c = 0; possible && c < rest.length; c++) {
        possible = cutoffs.get(c).admits(points.values, i, rest[c]);
      }
      if (possible) {
        points.append(points, i);
      }
    }
    for (int d = 0; d < objectives.size(); d++) {
      if (objectives.get(d).limitOnly()) {
        double others = total.greatest[d] - own.greatest[d];
        double harmless =
            Math.min(own.greatest[d], objectives.get(d).limit() - 2 * slack[d] - others);
        double floor = Math.floor(harmless * scales[d]) / scales[d];
        for (int i = 0; i < points.size; i++) {
          points.values[d][i] = Math.max(points.values[d][i], floor);
        }
      }
    }
  }

  /** Merges two sorted sets, dropping points that {@code layers} others dominate. */
  private Points merge(Points a, Points b) {
    Points out = acquire(a.size + b.size);
    Arrays.fill(top, Double.POSITIVE_INFINITY);
    stairs.clear();
    int i = 0;
    int j = 0;
    while (i < a.size || j < b.size) {
      boolean takeA = j >= b.size || (i < a.size && compare(a, i, b, j) <= 0);
      Points from = takeA ? a : b;
      int index = takeA ? i++ : j++;
      if (survives(out, from, index)) {
        out.append(from, index);
      }
    }
    pool.push(a);
    pool.push(b);
    return out;
  }

  /** Points come in dominance order, so only those kept before can dominate. */
  private boolean survivesInPlane(double second) {
    int last = layers - 1;
    if (second >= top[last]) {
      return false;
    }
    int place = last;
    for (; place > 0 && top[place - 1] > second; place--) {
      top[place] = top[place - 1];
    }
    top[place] = second;
    return true;
  }

  private boolean survives(Points kept, Points from, int index) {
    if (dimensions == 2) {
      return survivesInPlane(from.values[1][index]);
    }
    return dimensions == 3 && layers == 1
        ? stairs.admit(from.values[1][index], from.values[2][index])
        : survivesAll(kept, from, index);
  }

  private boolean survivesAll(Points kept, Points from, int index) {
    int dominators = 0;
    for (int k = kept.size - 1; k >= 0; k--) {
      boolean dominates = true;
      for (int d = 1; dominates && d < dimensions; d++) {
        dominates = kept.values[d][k] <= from.values[d][index];
      }
      if (dominates && ++dominators == layers) {
        return false;
      }
    }
    return true;
  }

  /** The order in which points are merged: minimised objectives, then code. */
  private int compare(Points a, int i, Points b, int j) {
    for (int d = 0; d < minimized; d++) {
      double one = a.values[d][i];
      double other = b.values[d][j];
      if (one != other) {
        return one < other ? -1 : 1;
      }
    }
    Arrays.fill(leftCode, (byte) 0);
    Arrays.fill(rightCode, (byte) 0);
    decode(a.left[i], leftCode);
    decode(a.right[i], leftCode);
    decode(b.left[j], rightCode);
    decode(b.right[j], rightCode);
    return Arrays.compareUnsigned(leftCode, rightCode);
  }

  /** Gives every point an arena node, so that later points can refer to it. */
  private Stored store(Points points) {
    int base = arenaSize;
    int end = Math.addExact(base, points.size);
    if (end > arenaLeft.length) {
      int length = Math.max(end, 2 * arenaLeft.length);
      arenaLeft = Arrays.copyOf(arenaLeft, length);
      arenaRight = Arrays.copyOf(arenaRight, length);
    }
    System.arraycopy(points.left, 0, arenaLeft, base, points.size);
    System.arraycopy(points.right, 0, arenaRight, base, points.size);
    arenaSize = end;
    double[][] values = new double[dimensions][];
    for (int d = 0; d < dimensions; d++) {
      values[d] = Arrays.copyOf(points.values[d], points.size);
    }
    pool.push(points);
    return new Stored(values, base, points.size);
  }

  private void decode(int node, byte[] code) {
    int depth = 0;
    stack[depth++] = node;
    while (depth > 0) {
      int next = stack[--depth];
      if (next >= 0) {
        if (depth + 2 > stack.length) {
          stack = Arrays.copyOf(stack, 2 * stack.length);
        }
        stack[depth++] = arenaLeft[next];
        stack[depth++] = arenaRight[next];
      } else if (next != NONE) {
        code[~next >>> OPTION_BITS] = (byte) (~next & (1 << OPTION_BITS) - 1);
      }
    }
  }

  private Points acquire(int capacity) {
    Points points = pool.isEmpty() ? new Points(dimensions) : pool.pop();
    points.reserve(capacity);
    points.size = 0;
    return points;
  }
}
