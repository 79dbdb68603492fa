package dev.espalier.latency;

import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Features that any space has: of each kind of operator how many there are, their
 * multiply-accumulates and the bytes of their maps, as logarithms of one plus the sum; and all
 * parameters.
 */
final class OperatorFeatures implements NetworkFeatures {
  private final List<String> names = new ArrayList<>();
  private final List<AdditiveFunction> sums = new ArrayList<>();

  OperatorFeatures(SearchSpace space) {
    for (OperatorKind kind : OperatorKind.values()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      add(space, "operators " + name, o -> o.kind() == kind ? 1 : 0);
      add(space, "macs " + name, o -> o.kind() == kind ? o.macs() : 0);
      add(space, "map bytes " + name, o -> o.kind() == kind ? o.activationBytes() : 0);
    }
    add(space, "parameters", Operator::parameters);
  }

  private void add(SearchSpace space, String name, ToDoubleFunction<Operator> of) {
    names.add(name);
    sums.add(
        AdditiveFunction.compile(
            space, 0, (slot, code) -> space.operators(slot, code).stream().mapToDouble(of).sum()));
  }

  @Override
  public List<String> names() {
    return List.copyOf(names);
  }

  @Override
  public void decisions(byte[] code, byte[] decisions) {
    System.arraycopy(code, 0, decisions, 0, code.length);
  }

  @Override
  public void numbers(byte[] code, double[] numbers, int offset) {
    for (int i = 0; i < sums.size(); i++) {
      numbers[offset + i] = Math.log1p(sums.get(i).at(code, 0));
    }
  }
}
