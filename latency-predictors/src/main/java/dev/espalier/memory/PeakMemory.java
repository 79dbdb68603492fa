package dev.espalier.memory;

import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotGraph;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where an architecture needs most memory for activations, by how it is run.
 *
 * @param bytes alive at once, for one image
 * @param keptBytes those among them that the operator does not touch: what later ones read
 * @param slot of the space whose operator needs them; the first of equals
 * @param operator that needs them
 * @param part of the operator, as in {@code depthwise}
 */
public record PeakMemory(long bytes, long keptBytes, String slot, Operator operator, String part) {

  /** Whether the space says what each operator of an architecture reads, and all are known. */
  public static boolean known(SearchSpace space, Architecture architecture) {
    byte[] code = architecture.toBytes();
    return IntStream.range(0, space.slots().size())
        .allMatch(
            slot ->
                space
                    .graphs(slot, code)
                    .filter(graphs -> graphs.stream().allMatch(SlotMemory::known))
                    .isPresent());
  }

  /** As {@link #of}, run node by node in a precision. */
  public static PeakMemory of(SearchSpace space, Architecture architecture, Precision precision) {
    return of(space, architecture, new Execution.NodeByNode(precision));
  }

  /**
   * The peak of an architecture.
   *
   * @throws IllegalArgumentException for a space that has no {@link MemoryModel}
   */
  public static PeakMemory of(SearchSpace space, Architecture architecture, Execution execution) {
    byte[] code = architecture.toBytes();
    PeakMemory most = null;
    for (int slot = 0; slot < space.slots().size(); slot++) {
      for (SlotGraph graph : space.graphs(slot, code).orElse(List.of())) {
        Execution.Peak peak = execution.peak(graph);
        if (peak.step() >= 0 && (most == null || peak.bytes() > most.bytes)) {
          Operator operator = graph.steps().get(peak.step()).operator();
          most =
              new PeakMemory(
                  peak.bytes(),
                  peak.keptBytes(),
                  space.slots().get(slot).name(),
                  operator.withPrecision(execution.precision()),
                  peak.part());
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
    return "%s of %s, %s to %s%s"
        .formatted(
            part,
            slot,
            operator.input(),
            operator.output(),
            keptBytes == 0 ? "" : ", beside %d bytes kept for later".formatted(keptBytes));
  }
}
