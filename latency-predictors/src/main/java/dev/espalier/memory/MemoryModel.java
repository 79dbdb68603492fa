package dev.espalier.memory;

import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SearchSpace;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * A search space in a precision: peak activation memory and weight memory of any architecture, as
 * table reads. Immutable and thread-safe.
 *
 * @param precision of weights and activations
 * @param peakBytes of activations for one image; see {@link ActivationSchedule}
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
   * <p>Cost: two lowerings for each combination of options in the scope of a slot.
   *
   * @throws IllegalArgumentException if the space has operators whose memory is not known
   */
  public static MemoryModel compile(SearchSpace space, Precision precision) {
    ToLongFunction<Operator> peak = operator -> OperatorMemory.of(operator).peakBytes(precision);
    ToLongFunction<Operator> weights =
        operator -> OperatorMemory.of(operator).weightBytes(precision);
    long[] mostPeak = new long[space.slots().size()];
    long[] mostWeights = new long[space.slots().size()];
    MaxFunction peakBytes =
        MaxFunction.compile(
            space,
            (slot, code) -> {
              long bytes = space.operators(slot, code).stream().mapToLong(peak).max().orElse(0);
              mostPeak[slot] = Math.max(mostPeak[slot], bytes);
              return bytes;
            });
    AdditiveFunction weightBytes =
        AdditiveFunction.compile(
            space,
            0,
            (slot, code) -> {
              long bytes = space.operators(slot, code).stream().mapToLong(weights).sum();
              mostWeights[slot] = Math.max(mostWeights[slot], bytes);
              return bytes;
            });
    return new MemoryModel(
        precision,
        peakBytes,
        weightBytes,
        Arrays.stream(mostPeak).max().orElse(0),
        Arrays.stream(mostWeights).sum());
  }
}
