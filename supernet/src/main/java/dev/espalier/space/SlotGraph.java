package dev.espalier.space;

import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.TensorShape;
import java.util.List;

/**
 * Operators and what each of them reads: a part of a network with one input and one output. Value 0
 * is the input, value {@code i + 1} what step {@code i} makes.
 *
 * @param input shape of the input
 * @param steps in an order of execution; each is read by another, or makes the output
 * @param output the value that the part gives; 0 where it passes its input on
 */
public record SlotGraph(TensorShape input, List<Step> steps, int output) {

  /**
   * One operator.
   *
   * @param operator that runs
   * @param reads values, two for a sum, which may be one twice, and one for any other operator
   */
  public record Step(Operator operator, List<Integer> reads) {
    public Step {
      reads = List.copyOf(reads);
    }
  }

  public SlotGraph {
    steps = List.copyOf(steps);
    boolean[] used = new boolean[steps.size() + 1];
    for (int i = 0; i < steps.size(); i++) {
      Operator operator = steps.get(i).operator;
      List<Integer> reads = steps.get(i).reads;
      if (reads.size() != (operator.kind() == OperatorKind.ADD ? 2 : 1)) {
        throw new IllegalArgumentException(
            "step %d, %s, reads %d values".formatted(i, operator, reads.size()));
      }
      for (int value : reads) {
        if (value < 0 || value > i || !shape(input, steps, value).equals(operator.input())) {
          throw new IllegalArgumentException(
              "step %d, %s, reads value %d, which is none before it of its shape"
                  .formatted(i, operator, value));
        }
        used[value] = true;
      }
    }
    if (output < 0 || output > steps.size()) {
      throw new IllegalArgumentException(
          "output %d is none of values 0 to %d".formatted(output, steps.size()));
    }
    used[output] = true;
    for (int value = 1; value < used.length; value++) {
      if (!used[value]) {
        throw new IllegalArgumentException(
            "value %d, of %s, is neither read nor the output"
                .formatted(value, steps.get(value - 1).operator));
      }
    }
  }

  /** One operator with one input. */
  public static SlotGraph of(Operator operator) {
    return new SlotGraph(operator.input(), List.of(new Step(operator, List.of(0))), 1);
  }

  /** The shape of a value. */
  public TensorShape shape(int value) {
    return shape(input, steps, value);
  }

  private static TensorShape shape(TensorShape input, List<Step> steps, int value) {
    return value == 0 ? input : steps.get(value - 1).operator.output();
  }
}
