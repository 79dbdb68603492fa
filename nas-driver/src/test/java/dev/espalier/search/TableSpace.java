package dev.espalier.search;

import dev.espalier.operator.Operator;
import dev.espalier.space.Architecture;
import dev.espalier.space.Decision;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.Slot;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A space without operators: decisions, scopes that chain them, and gates. A gated decision has an
 * effect only where its gate is effective and not zero.
 */
record TableSpace(List<Decision> decisions, List<Slot> slots, Map<Integer, Integer> gates)
    implements SearchSpace {
  /**
   * Five to seven decisions of one to three options; slots over windows of one to three decisions,
   * a few over decisions far apart, one over none; some decisions gated by one before, in chains.
   */
  static TableSpace random(RandomGenerator random) {
    int count = random.nextInt(5, 8);
    List<Decision> decisions = new ArrayList<>();
    Map<Integer, Integer> gates = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      int options = random.nextInt(1, 4);
      decisions.add(
          new Decision("d" + i, IntStream.range(0, options).mapToObj(String::valueOf).toList()));
      if (i > 0 && random.nextInt(3) == 0) {
        gates.put(i, random.nextInt(i));
      }
    }
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot("free", List.of()));
    for (int i = 0; i < count; i++) {
      int width = random.nextInt(1, 4);
      slots.add(
          new Slot("window" + i, IntStream.range(i, Math.min(count, i + width)).boxed().toList()));
    }
    slots.add(new Slot("far", List.of(0, count - 1)));
    return new TableSpace(List.copyOf(decisions), List.copyOf(slots), gates);
  }

  @Override
  public String family() {
    return "table";
  }

  @Override
  public List<Operator> operators(int slot, byte[] code) {
    return List.of();
  }

  @Override
  public void canonicalize(byte[] code) {
    for (int i = 0; i < code.length; i++) {
      Integer gate = gates.get(i);
      if (gate != null && code[gate] == 0) {
        code[i] = 0;
      }
    }
  }

  @Override
  public BigInteger size() {
    return BigInteger.valueOf(BruteForce.architectures(this).size());
  }

  @Override
  public String format(Architecture architecture) {
    return architecture.toHex();
  }

  @Override
  public Architecture parse(String text) {
    return Architecture.ofHex(text);
  }

  @Override
  public Architecture largest() {
    byte[] code = new byte[length()];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) (decisions.get(i).options().size() - 1);
    }
    return architecture(code);
  }

  @Override
  public Architecture smallest() {
    return Architecture.ofCanonical(new byte[length()]);
  }
}
