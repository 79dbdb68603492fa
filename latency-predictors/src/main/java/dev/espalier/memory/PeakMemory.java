package dev.espalier.memory;

import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;

/**
 * Where an architecture needs most memory for activations, by {@link ActivationSchedule}.
 *
 * @param bytes alive at once, for one image
 * @param slot of the space whose operator needs them; the first of equals
 * @param operator that needs them
 * @param part of the operator, as in {@code depthwise}
 */
public record PeakMemory(long bytes, String slot, Operator operator, String part) {

  /**
   * The peak of an architecture in a precision.
   *
   * @throws IllegalArgumentException for a space that has no {@link MemoryModel}
   */
  public static PeakMemory of(SearchSpace space, Architecture architecture, Precision precision) {
    byte[] code = architecture.toBytes();
    PeakMemory most = null;
    for (int slot = 0; slot < space.slots().size(); slot++) {
      for (Operator operator : space.operators(slot, code)) {
        OperatorMemory memory = OperatorMemory.of(operator);
        if (most == null || memory.peakBytes(precision) > most.bytes) {
          most =
              new PeakMemory(
                  memory.peakBytes(precision),
                  space.slots().get(slot).name(),
                  operator.withPrecision(precision),
                  memory.part());
        }
      }
    }
    if (most == null) {
      throw new IllegalArgumentException(
          "architecture " + architecture + " of " + space.family() + " has no operators");
    }
    return most;
  }

  /** Where it is, as in {@code depthwise of stage1.block1, 112x112x16 to 56x56x24}. */
  public String words() {
    return "%s of %s, %s to %s".formatted(part, slot, operator.input(), operator.output());
  }
}
