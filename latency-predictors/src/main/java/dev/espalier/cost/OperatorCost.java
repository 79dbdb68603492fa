package dev.espalier.cost;

import dev.espalier.operator.Operator;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.SearchSpace;
import java.util.function.ToLongFunction;

/** Costs that follow from the operators alone, the same on every target, and exact. */
public enum OperatorCost {
  /** Multiply-accumulates for one image; see {@link Operator#macs()}. */
  MACS(Operator::macs),
  /** Trainable parameters; see {@link Operator#parameters()}. */
  PARAMETERS(Operator::parameters);

  private final ToLongFunction<Operator> ofOperator;

  OperatorCost(ToLongFunction<Operator> ofOperator) {
    this.ofOperator = ofOperator;
  }

  /** Tabulates this cost over a space; its sums are exact up to 2^53. */
  public AdditiveFunction compile(SearchSpace space) {
    return AdditiveFunction.compile(
        space, 0, (slot, code) -> space.operators(slot, code).stream().mapToLong(ofOperator).sum());
  }
}
