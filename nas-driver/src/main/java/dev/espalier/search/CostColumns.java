package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cost functions of many targets as columns of one table. A function that several targets share
 * (the same instance, as MACs usually are) is one column, evaluated once. Immutable and
 * thread-safe.
 */
public final class CostColumns implements Serializable {
  private static final long serialVersionUID = 1;

  private final AdditiveFunction[] functions;
  private final int[][] columns;

  private CostColumns(AdditiveFunction[] functions, int[][] columns) {
    this.functions = functions;
    this.columns = columns;
  }

  /** The columns of targets: in their order, and within a target in the order of quantities. */
  public static CostColumns of(List<SearchTarget> targets) {
    List<AdditiveFunction> functions = new ArrayList<>();
    Map<AdditiveFunction, Integer> known = new IdentityHashMap<>();
    int[][] columns = new int[targets.size()][Quantity.values().length];
    for (int target = 0; target < columns.length; target++) {
      Map<Quantity, AdditiveFunction> costs = targets.get(target).costs();
      for (Quantity quantity : Quantity.values()) {
        AdditiveFunction function = costs.get(quantity);
        int column = -1;
        if (function != null) {
          Integer existing = known.putIfAbsent(function, functions.size());
          column = existing == null ? functions.size() : existing;
          if (existing == null) {
            functions.add(function);
          }
        }
        columns[target][quantity.ordinal()] = column;
      }
    }
    return new CostColumns(functions.toArray(AdditiveFunction[]::new), columns);
  }

  /** Number of columns. */
  public int count() {
    return functions.length;
  }

  /**
   * The column of a target's quantity.
   *
   * @throws IllegalArgumentException if the target has no model of it
   */
  public int column(int target, Quantity quantity) {
    int column = columns[target][quantity.ordinal()];
    if (column < 0) {
      throw new IllegalArgumentException("target %d has no %s".formatted(target, quantity.label()));
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
