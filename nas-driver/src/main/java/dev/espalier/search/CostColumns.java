package dev.espalier.search;

import dev.espalier.space.SlotFunction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cost functions that decide about candidates of many targets, as columns of one table: those
 * of the fronts' axes, of what budgets and devices limit, and of what breaks ties. A function that
 * several targets share (the same instance, as MACs usually are) is one column, evaluated once.
 * Immutable and thread-safe.
 */
public final class CostColumns implements Serializable {
  private static final long serialVersionUID = 1;

  private final SlotFunction[] functions;
  private final int[][] columns;

  private CostColumns(SlotFunction[] functions, int[][] columns) {
    this.functions = functions;
    this.columns = columns;
  }

  /** The columns of targets: in their order, and within a target in the order of quantities. */
  public static CostColumns of(List<SearchTarget> targets) {
    List<SlotFunction> functions = new ArrayList<>();
    Map<SlotFunction, Integer> known = new IdentityHashMap<>();
    int[][] columns = new int[targets.size()][Quantity.values().length];
    for (int target = 0; target < columns.length; target++) {
      Set<Quantity> deciding = deciding(targets.get(target));
      for (Quantity quantity : Quantity.values()) {
        SlotFunction function = targets.get(target).costs().get(quantity);
        int column = -1;
        if (deciding.contains(quantity)) {
          Integer existing = known.putIfAbsent(function, functions.size());
          column = existing == null ? functions.size() : existing;
          if (existing == null) {
            functions.add(function);
          }
        }
        columns[target][quantity.ordinal()] = column;
      }
    }
    return new CostColumns(functions.toArray(SlotFunction[]::new), columns);
  }

  private static Set<Quantity> deciding(SearchTarget target) {
    Set<Quantity> deciding = EnumSet.of(target.objective());
    target.limits().forEach(limit -> deciding.add(limit.quantity()));
    for (Budget budget : target.budgets()) {
      deciding.add(target.tieBreaker(budget));
      budget.constraints().forEach(constraint -> deciding.add(constraint.quantity()));
    }
    return deciding;
  }

  /** Number of columns. */
  public int count() {
    return functions.length;
  }

  /**
   * The column of a target's quantity.
   *
   * @throws IllegalArgumentException if it decides nothing there
   */
  public int column(int target, Quantity quantity) {
    int column = columns[target][quantity.ordinal()];
    if (column < 0) {
      throw new IllegalArgumentException(
          "target %d has no column of %s: it is neither its objective nor limited"
              .formatted(target, quantity.label()));
    }
    return column;
  }

  /** One cost of the code that starts at {@code offset}. */
  public double cost(int column, byte[] codes, int offset) {
    return functions[column].at(codes, offset);
  }

  /**
   * All costs of many candidates.
   *
   * @param codes flat, {@code (count, decisions)}
   * @param costs receives {@code (count, columns)} values
   */
  public void costs(byte[] codes, int count, double[] costs) {
    for (int column = 0; column < functions.length; column++) {
      functions[column].at(codes, count, costs, column, functions.length);
    }
  }
}
