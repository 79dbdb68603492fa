package dev.espalier.memory;

import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotGraph;
import java.util.Arrays;
import java.util.Optional;

/**
 * A search space in a precision: peak activation memory and weight memory of any architecture, as
 * table reads. Immutable and thread-safe.
 *
 * @param precision of weights and activations
 * @param peakBytes of activations for one image; see {@link ActivationSchedule}, and {@link
 *     SlotMemory} where operators are no chain
 * @param weightBytes of weights and biases; see {@link OperatorMemory#weightBytes}
 * @param mostPeakBytes that any architecture needs
 * @param mostWeightBytes that no architecture exceeds
 */
public record MemoryModel(
    Precision precision,
    MaxFunction peakBytes,
    AdditiveFunction weightBytes,
    long mostPeakBytes,
    long mostWeightBytes) {

  /**
   * Tabulates a space.
   *
   * <p>Cost: two lowerings for each combination of options in the scope of a slot, and where its
   * operators are no chain a search for the best order of each.
   *
   * @return empty if the space does not say what its operators read, or has some whose memory is
   *     not known
   */
  public static Optional<MemoryModel> of(SearchSpace space, Precision precision) {
    boolean[] known = {true};
    long[] mostWeights = new long[space.slots().size()];
    AdditiveFunction weightBytes =
        AdditiveFunction.compile(
            space,
            0,
            (slot, code) -> {
              long bytes = 0;
              for (Operator operator : space.operators(slot, code)) {
                if (operator.kind() != OperatorKind.ADD) { // which has no weights
                  known[0] &= OperatorMemory.known(operator);
                  bytes += known[0] ? OperatorMemory.of(operator).weightBytes(precision) : 0;
                }
              }
              known[0] &=
                  space
                      .graphs(slot, code)
                      .filter(graphs -> graphs.stream().allMatch(SlotMemory::known))
                      .isPresent();
              mostWeights[slot] = Math.max(mostWeights[slot], bytes);
              return bytes;
            });
    if (!known[0]) {
      return Optional.empty();
    }
    long[] mostPeak = {0};
    MaxFunction peakBytes =
        MaxFunction.compile(
            space,
            (slot, code) -> {
              long elements = 0;
              SlotGraph last = null;
              for (SlotGraph graph : space.graphs(slot, code).orElseThrow()) {
                if (!graph.equals(last)) { // a stage repeats its cell
                  elements = Math.max(elements, SlotMemory.of(graph).peakElements());
                }
                last = graph;
              }
              long bytes = elements * precision.bytes();
              mostPeak[0] = Math.max(mostPeak[0], bytes);
              return bytes;
            });
    return Optional.of(
        new MemoryModel(
            precision, peakBytes, weightBytes, mostPeak[0], Arrays.stream(mostWeights).sum()));
  }

  /**
   * As {@link #of}, of a space whose operators are all known.
   *
   * @throws IllegalArgumentException if they are not
   */
  public static MemoryModel compile(SearchSpace space, Precision precision) {
    return of(space, precision)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "space "
                        + space.family()
                        + " does not say what its operators read: its memory is not known"));
  }
}
