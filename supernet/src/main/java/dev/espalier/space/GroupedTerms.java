package dev.espalier.space;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.DoubleBinaryOperator;

/**
 * The tables of an additive function with those of neighbouring slots added up, as long as the sum
 * over all their decisions stays small: fewer reads for a value.
 *
 * <p>A value is the constant plus one entry of each group, in order. An entry's index is the sum of
 * each decision's option times its stride. Batches go group by group, so that a group's table stays
 * in the cache; the sums are the same to the last bit.
 */
final class GroupedTerms {
  /** Entries of a group's table at most: ten of them still fit a second-level cache. */
  private static final int MOST_ENTRIES = 8192;

  /** Candidates whose codes stay in the first-level cache while the groups pass. */
  private static final int BLOCK = 256;

  private final double constant;
  private final List<Group> groups;

  /** Slots whose tables are one. */
  static final class Group {
    /** All that the slots depend on, the first repeated up to a length that has a loop. */
    private final int[] decisions;

    /** What one more of a decision's option adds to the index; 0 for repeated ones. */
    private final int[] strides;

    /** The slots' terms put together, for every combination of options. */
    private final double[] table;

    private Group(int[] decisions, int[] strides, double[] table) {
      this.decisions = decisions;
      this.strides = strides;
      this.table = table;
    }

    /** The entry for the code that starts at {@code offset}. */
    double entry(byte[] codes, int offset) {
      int index = 0;
      for (int i = 0; i < decisions.length; i++) {
        index += codes[offset + decisions[i]] * strides[i];
      }
      return table[index];
    }
  }

  private GroupedTerms(double constant, List<Group> groups) {
    this.constant = constant;
    this.groups = groups;
  }

  /** Groups the slots' tables; see {@link AdditiveFunction} for their layout. */
  static GroupedTerms of(double constant, int[][] scopes, int[][] radices, double[][] tables) {
    return new GroupedTerms(constant, groups(scopes, radices, tables, Double::sum));
  }

  /**
   * Puts tables of neighbouring slots together.
   *
   * @param combine two terms to one; 0 with a term gives the term
   */
  static List<Group> groups(
      int[][] scopes, int[][] radices, double[][] tables, DoubleBinaryOperator combine) {
    List<Group> groups = new ArrayList<>();
    int slot = 0;
    while (slot < tables.length) {
      TreeSet<Integer> decisions = new TreeSet<>();
      int[] options =
          new int[1 + Arrays.stream(scopes).flatMapToInt(Arrays::stream).max().orElse(0)];
      int first = slot;
      do {
        add(decisions, options, scopes[slot], radices[slot]);
        slot++;
      } while (slot < tables.length
          && entries(decisions, options, scopes[slot], radices[slot]) <= MOST_ENTRIES);
      groups.add(group(decisions, options, scopes, radices, tables, first, slot, combine));
    }
    return List.copyOf(groups);
  }

  private static void add(TreeSet<Integer> decisions, int[] options, int[] scope, int[] radix) {
    for (int i = 0; i < scope.length; i++) {
      decisions.add(scope[i]);
      options[scope[i]] = radix[i];
    }
  }

  private static long entries(TreeSet<Integer> decisions, int[] options, int[] scope, int[] radix) {
    long entries = 1;
    for (int decision : decisions) {
      entries *= options[decision];
    }
    for (int i = 0; i < scope.length; i++) {
      entries *= decisions.contains(scope[i]) ? 1 : radix[i];
    }
    return entries;
  }

  private static Group group(
      TreeSet<Integer> decisions,
      int[] options,
      int[][] scopes,
      int[][] radices,
      double[][] tables,
      int first,
      int end,
      DoubleBinaryOperator combine) {
    int[] list = decisions.stream().mapToInt(Integer::intValue).toArray();
    int[] strides = new int[list.length];
    int entries = 1;
    for (int i = list.length - 1; i >= 0; i--) {
      strides[i] = entries;
      entries *= options[list[i]];
    }
    double[] table = new double[entries];
    int[] chosen = new int[options.length];
    for (int index = 0; index < entries; index++) {
      for (int i = 0; i < list.length; i++) {
        chosen[list[i]] = index / strides[i] % options[list[i]];
      }
      for (int slot = first; slot < end; slot++) {
        int at = 0;
        for (int i = 0; i < scopes[slot].length; i++) {
          at = at * radices[slot][i] + chosen[scopes[slot][i]];
        }
        table[index] = combine.applyAsDouble(table[index], tables[slot][at]);
      }
    }
    int length = list.length <= 6 ? 6 : Math.max(8, list.length);
    int[] padded = Arrays.copyOf(list, length);
    Arrays.fill(padded, list.length, length, list.length == 0 ? 0 : list[0]);
    return new Group(padded, Arrays.copyOf(strides, length), table);
  }

  double at(byte[] codes, int offset) {
    double sum = constant;
    for (Group group : groups) {
      sum += group.entry(codes, offset);
    }
    return sum;
  }

  /**
   * The values of many codes.
   *
   * @param length of a code
   * @param values receives the value of code {@code i} at {@code column + i · columns}
   */
  void at(byte[] codes, int length, int count, double[] values, int column, int columns) {
    Output output = new Output(values, column, columns);
    for (int from = 0; from < count; from += BLOCK) {
      int to = Math.min(count, from + BLOCK);
      for (int i = from; i < to; i++) {
        values[column + i * columns] = constant;
      }
      for (Group group : groups) {
        switch (group.decisions.length) {
          case 6 -> addSix(group, codes, length, from, to, output);
          case 8 -> addEight(group, codes, length, from, to, output);
          default -> addAny(group, codes, length, from, to, output);
        }
      }
    }
  }

  /** Where values go: one column of a table. */
  private static final class Output {
    private final double[] values;
    private final int column;
    private final int columns;

    private Output(double[] values, int column, int columns) {
      this.values = values;
      this.column = column;
      this.columns = columns;
    }
  }

  private static void addSix(
      Group group, byte[] codes, int length, int from, int to, Output output) {
    double[] values = output.values;
    int columns = output.columns;
    double[] table = group.table;
    int d0 = group.decisions[0];
    int d1 = group.decisions[1];
    int d2 = group.decisions[2];
    int d3 = group.decisions[3];
    int d4 = group.decisions[4];
    int d5 = group.decisions[5];
    int s0 = group.strides[0];
    int s1 = group.strides[1];
    int s2 = group.strides[2];
    int s3 = group.strides[3];
    int s4 = group.strides[4];
    int s5 = group.strides[5];
    int v = output.column + from * columns;
    for (int i = from, at = from * length; i < to; i++, at += length, v += columns) {
      values[v] +=
          table[
              codes[at + d0] * s0
                  + codes[at + d1] * s1
                  + codes[at + d2] * s2
                  + (codes[at + d3] * s3 + codes[at + d4] * s4 + codes[at + d5] * s5)];
    }
  }

  private static void addEight(
      Group group, byte[] codes, int length, int from, int to, Output output) {
    double[] values = output.values;
    int columns = output.columns;
    double[] table = group.table;
    int d0 = group.decisions[0];
    int d1 = group.decisions[1];
    int d2 = group.decisions[2];
    int d3 = group.decisions[3];
    int d4 = group.decisions[4];
    int d5 = group.decisions[5];
    int d6 = group.decisions[6];
    int d7 = group.decisions[7];
    int s0 = group.strides[0];
    int s1 = group.strides[1];
    int s2 = group.strides[2];
    int s3 = group.strides[3];
    int s4 = group.strides[4];
    int s5 = group.strides[5];
    int s6 = group.strides[6];
    int s7 = group.strides[7];
    int v = output.column + from * columns;
    for (int i = from, at = from * length; i < to; i++, at += length, v += columns) {
      values[v] +=
          table[
              codes[at + d0] * s0
                  + codes[at + d1] * s1
                  + codes[at + d2] * s2
                  + codes[at + d3] * s3
                  + (codes[at + d4] * s4
                      + codes[at + d5] * s5
                      + codes[at + d6] * s6
                      + codes[at + d7] * s7)];
    }
  }

  private static void addAny(
      Group group, byte[] codes, int length, int from, int to, Output output) {
    double[] values = output.values;
    int columns = output.columns;
    int v = output.column + from * columns;
    for (int i = from, at = from * length; i < to; i++, at += length, v += columns) {
      int index = 0;
      for (int d = 0; d < group.decisions.length; d++) {
        index += codes[at + group.decisions[d]] * group.strides[d];
      }
      values[v] += group.table[index];
    }
  }
}
