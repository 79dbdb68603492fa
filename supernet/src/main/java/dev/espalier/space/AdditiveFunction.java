package dev.espalier.space;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A function of architectures that is a constant plus one term per slot, compiled to dense arrays.
 *
 * <p>The term of a slot is a table over the options of the decisions in its scope (mixed radix, the
 * last decision of the scope fastest). For evaluation, tables of neighbouring slots are added up to
 * larger ones ({@link GroupedTerms}); it costs one read for each of those and allocates nothing.
 * Immutable and thread-safe. Equal inputs give bit-identical sums, one by one or in batches.
 */
public final class AdditiveFunction implements SlotFunction {
  private static final long serialVersionUID = 1;

  private final double constant;
  private final int length;
  private final int[][] scopes;
  private final int[][] radices;
  private final double[][] tables;

  /** Made when first needed: not every function is evaluated, and it need not travel. */
  private transient volatile GroupedTerms grouped;

  /**
   * The value of one slot under a code; called once for each combination of its scope's options.
   */
  @FunctionalInterface
  public interface SlotTerm {
    double value(int slot, byte[] code);
  }

  private AdditiveFunction(
      double constant, int length, int[][] scopes, int[][] radices, double[][] tables) {
    this.constant = constant;
    this.length = length;
    this.scopes = scopes;
    this.radices = radices;
    this.tables = tables;
  }

  /**
   * Tabulates {@code term} over every slot's scope. Codes passed to it hold zero outside the scope.
   *
   * @param constant added to every sum
   */
  public static AdditiveFunction compile(SearchSpace space, double constant, SlotTerm term) {
    List<Slot> slots = space.slots();
    int[][] scopes = new int[slots.size()][];
    int[][] radices = new int[slots.size()][];
    double[][] tables = new double[slots.size()][];
    for (int slot = 0; slot < tables.length; slot++) {
      scopes[slot] = slots.get(slot).scope().stream().mapToInt(Integer::intValue).toArray();
      radices[slot] =
          Arrays.stream(scopes[slot]).map(d -> space.decisions().get(d).options().size()).toArray();
      double[] table = new double[Arrays.stream(radices[slot]).reduce(1, Math::multiplyExact)];
      tables[slot] = table;
      int current = slot;
      int[] next = {0};
      space.forEachCode(slot, code -> table[next[0]++] = term.value(current, code));
    }
    return new AdditiveFunction(constant, space.length(), scopes, radices, tables);
  }

  /** The same terms and constant, each multiplied by {@code factor}, then shifted. */
  public AdditiveFunction scaled(double factor, double shift) {
    double[][] scaled = new double[tables.length][];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = Arrays.stream(tables[i]).map(v -> v * factor).toArray();
    }
    return new AdditiveFunction(constant * factor + shift, length, scopes, radices, scaled);
  }

  /** The constant. */
  public double constant() {
    return constant;
  }

  @Override
  public int slots() {
    return tables.length;
  }

  @Override
  public int[] scope(int slot) {
    return scopes[slot].clone();
  }

  @Override
  public double at(Architecture architecture) {
    return at(architecture.toBytes(), 0);
  }

  @Override
  public double at(byte[] codes, int offset) {
    return grouped().at(codes, offset);
  }

  /**
   * The values of {@code count} codes.
   *
   * @param codes flat, {@code (count, decisions)}
   * @param values receives {@code count} values
   */
  public void at(byte[] codes, int count, double[] values) {
    at(codes, count, values, 0, 1);
  }

  @Override
  public void at(byte[] codes, int count, double[] values, int column, int columns) {
    grouped().at(codes, length, count, values, column, columns);
  }

  /** The largest of the terms instead of their sum, made ready for evaluation. */
  LargestTerms largestTerms() {
    return LargestTerms.of(scopes, radices, tables);
  }

  /** The terms of all slots, each value once, ascending. */
  double[] distinctTerms() {
    return Arrays.stream(tables).flatMapToDouble(Arrays::stream).sorted().distinct().toArray();
  }

  private GroupedTerms grouped() {
    GroupedTerms made = grouped;
    if (made == null) {
      made = GroupedTerms.of(constant, scopes, radices, tables);
      grouped = made; // two threads may both make it: they make equal ones
    }
    return made;
  }

  @Override
  public double term(int slot, byte[] codes, int offset) {
    int[] scope = scopes[slot];
    int[] radix = radices[slot];
    int index = 0;
    for (int i = 0; i < scope.length; i++) {
      index = index * radix[i] + codes[offset + scope[i]];
    }
    return tables[slot][index];
  }

  /** The terms of every slot under one architecture, in slot order. */
  public List<Double> terms(Architecture architecture) {
    byte[] code = architecture.toBytes();
    List<Double> terms = new ArrayList<>();
    for (int slot = 0; slot < tables.length; slot++) {
      terms.add(term(slot, code, 0));
    }
    return terms;
  }
}
