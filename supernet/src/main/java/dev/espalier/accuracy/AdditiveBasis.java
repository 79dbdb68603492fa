package dev.espalier.accuracy;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Decision;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The zero-or-one features of which an additive accuracy predictor is a weighted sum.
 *
 * <p>A feature is a combination of options of at most {@code order} decisions of one slot's scope,
 * as in {@code stage1.block2.kernel=5} (order 1) or {@code resolution=24 & stage1.block2.kernel=5}
 * (order 2); it is one if all of them are active and chosen so. Features of lower orders are among
 * those of higher ones, so that a ridge penalty shrinks an interaction and leaves its parts.
 * Combinations of which one part switches off another have no feature. Any weighting is additive
 * over slots, because no feature reaches across two. Immutable and thread-safe.
 */
public final class AdditiveBasis {
  private final SearchSpace space;
  private final int order;
  private final DecisionActivity activity;
  private final List<Term> terms;
  private final List<String> names;

  /**
   * A group of features over one set of decisions; {@code features} by mixed radix, -1 for none.
   */
  private static final class Term {
    private final int slot;
    private final int[] decisions;
    private final int[] features;

    Term(int slot, int[] decisions, int[] features) {
      this.slot = slot;
      this.decisions = decisions;
      this.features = features;
    }
  }

  /**
   * Lists the features of a space.
   *
   * @param order most decisions that one feature combines, at least 1
   * @throws IllegalArgumentException if the order is below 1, or if whether a decision is active
   *     depends on decisions outside a slot that depends on it
   */
  public AdditiveBasis(SearchSpace space, int order) {
    if (order < 1) {
      throw new IllegalArgumentException("an additive basis of order " + order + ": at least 1");
    }
    this.space = space;
    this.order = order;
    this.activity = new DecisionActivity(space);
    List<Term> found = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    Set<List<Integer>> seen = new HashSet<>();
    for (int s = 0; s < space.slots().size(); s++) {
      Slot slot = space.slots().get(s);
      requireControllersInside(slot);
      for (int size = 1; size <= Math.min(order, slot.scope().size()); size++) {
        for (List<Integer> subset : subsets(slot.scope(), size)) {
          // Decisions shared by several slots, such as the resolution, belong to the first.
          if (seen.add(subset)) {
            found.add(term(s, subset, labels));
          }
        }
      }
    }
    terms = List.copyOf(found);
    names = List.copyOf(labels);
  }

  private void requireControllersInside(Slot slot) {
    for (int decision : slot.scope()) {
      for (int controller : activity.controllers(decision)) {
        if (!slot.scope().contains(controller)) {
          throw new IllegalArgumentException(
              "slot %s depends on decision %s, but not on %s that switches it off: no additive predictor exists for this space"
                  .formatted(slot.name(), name(decision), name(controller)));
        }
      }
    }
  }

  private String name(int decision) {
    return space.decisions().get(decision).name();
  }

  private static List<List<Integer>> subsets(List<Integer> from, int size) {
    if (size == 0) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (int first = 0; first + size <= from.size(); first++) {
      for (List<Integer> rest : subsets(from.subList(first + 1, from.size()), size - 1)) {
        List<Integer> subset = new ArrayList<>(List.of(from.get(first)));
        subset.addAll(rest);
        all.add(List.copyOf(subset));
      }
    }
    return all;
  }

  private Term term(int slot, List<Integer> subset, List<String> labels) {
    int[] decisions = subset.stream().mapToInt(Integer::intValue).toArray();
    int size = 1;
    for (int d : decisions) {
      size = Math.multiplyExact(size, space.decisions().get(d).options().size());
    }
    int[] features = new int[size];
    byte[] code = space.largest().toBytes();
    for (int index = 0; index < size; index++) {
      int rest = index;
      for (int i = decisions.length - 1; i >= 0; i--) {
        int options = space.decisions().get(decisions[i]).options().size();
        code[decisions[i]] = (byte) (rest % options);
        rest /= options;
      }
      features[index] = -1;
      if (reachable(decisions, code)) {
        features[index] = labels.size();
        List<String> parts = new ArrayList<>();
        for (int d : decisions) {
          Decision decision = space.decisions().get(d);
          parts.add(decision.name() + "=" + decision.options().get(code[d]));
        }
        labels.add(String.join(" & ", parts));
      }
    }
    return new Term(slot, decisions, features);
  }

  /** Whether no decision of the set is switched off by another one of it. */
  private boolean reachable(int[] decisions, byte[] code) {
    byte[] base = space.largest().toBytes();
    for (int d : decisions) {
      byte[] own = base.clone();
      for (int controller : activity.controllers(d)) {
        if (Arrays.binarySearch(decisions, controller) >= 0) {
          own[controller] = code[controller];
        }
      }
      if (activity.active(d, base, 0) && !activity.active(d, own, 0)) {
        return false;
      }
    }
    return true;
  }

  /** The space whose architectures it describes. */
  public SearchSpace space() {
    return space;
  }

  /** Most decisions that one feature combines. */
  public int order() {
    return order;
  }

  /** Number of features. */
  public int features() {
    return names.size();
  }

  /** Unique readable names, by feature. */
  public List<String> names() {
    return names;
  }

  /**
   * The features that are one.
   *
   * @param code canonical
   * @return ascending
   */
  public int[] encode(byte[] code) {
    int[] ones = new int[terms.size()];
    int count = 0;
    for (Term term : terms) {
      int feature = feature(term, code);
      if (feature >= 0) {
        ones[count++] = feature;
      }
    }
    Arrays.sort(ones, 0, count);
    return Arrays.copyOf(ones, count);
  }

  private int feature(Term term, byte[] code) {
    int index = 0;
    for (int d : term.decisions) {
      if (!activity.active(d, code, 0)) {
        return -1;
      }
      index = index * space.decisions().get(d).options().size() + code[d];
    }
    return term.features[index];
  }

  /**
   * The weighted sum of the features, compiled.
   *
   * @param coefficients by feature
   * @throws IllegalArgumentException if there is not one finite coefficient per feature
   */
  public AdditiveFunction function(double intercept, double[] coefficients) {
    if (coefficients.length != names.size()) {
      throw new IllegalArgumentException(
          coefficients.length + " coefficients for " + names.size() + " features");
    }
    for (int f = 0; f < coefficients.length; f++) {
      if (!Double.isFinite(coefficients[f])) {
        throw new IllegalArgumentException(
            "coefficient of " + names.get(f) + " is " + coefficients[f]);
      }
    }
    Map<Integer, List<Term>> bySlot = new HashMap<>();
    terms.forEach(t -> bySlot.computeIfAbsent(t.slot, s -> new ArrayList<>()).add(t));
    return AdditiveFunction.compile(
        space,
        intercept,
        (slot, code) -> {
          double sum = 0;
          for (Term term : bySlot.getOrDefault(slot, List.of())) {
            int feature = feature(term, code);
            sum += feature < 0 ? 0 : coefficients[feature];
          }
          return sum;
        });
  }
}
