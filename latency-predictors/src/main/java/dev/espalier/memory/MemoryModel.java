package dev.espalier.memory;

import dev.espalier.operator.Precision;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.MaxFunction;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SlotGraph;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A search space and how its networks are run: peak activation memory and weight memory of any
 * architecture, as table reads. Immutable and thread-safe.
 *
 * @param execution how networks are run, which says what is counted
 * @param peakBytes of activations for one image
 * @param weightBytes of constants
 * @param mostPeakBytes that any architecture needs
 * @param mostWeightBytes that no architecture exceeds
 */
public record MemoryModel(
    Execution execution,
    MaxFunction peakBytes,
    AdditiveFunction weightBytes,
    long mostPeakBytes,
    long mostWeightBytes) {

  /**
   * Tabulates a space, whose networks run on whole maps.
   *
   * <p>Cost: two lowerings for each combination of options in the scope of a slot, and where its
   * operators are no chain a search for the best order of each.
   *
   * @return empty if the space does not say what its operators read, or has some whose memory is
   *     not known
   */
  public static Optional<MemoryModel> of(SearchSpace space, Execution execution) {
    boolean[] known = {true};
    long[] mostWeights = new long[space.slots().size()];
    AdditiveFunction weightBytes =
        AdditiveFunction.compile(
            space,
            0,
            (slot, code) -> {
              known[0] &=
                  space
                      .graphs(slot, code)
                      .filter(graphs -> graphs.stream().allMatch(SlotMemory::known))
                      .isPresent();
              long bytes =
                  known[0]
                      ? space.operators(slot, code).stream().mapToLong(execution::weightBytes).sum()
                      : 0;
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
              long bytes = 0;
              SlotGraph last = null;
              for (SlotGraph graph : space.graphs(slot, code).orElseThrow()) {
                if (!graph.equals(last)) { // a stage repeats its cell
                  bytes = Math.max(bytes, execution.peak(graph).bytes());
                }
                last = graph;
              }
              mostPeak[0] = Math.max(mostPeak[0], bytes);
              return bytes;
            });
    return Optional.of(
        new MemoryModel(
            execution, peakBytes, weightBytes, mostPeak[0], Arrays.stream(mostWeights).sum()));
  }

  /**
   * The same, its first kernels on patches where whole maps are beyond a limit. The peak of an
   * architecture is then that of the patches which are taken.
   *
   * @param whole of emitted C on whole maps
   */
  public static MemoryModel patched(
      SearchSpace space, MemoryModel whole, PatchedStart start, long mostBytes) {
    long[] mostPeak = {0};
    long[] mostPlaces = {0};
    MaxFunction peakBytes =
        MaxFunction.compile(
            space,
            (slot, code) -> {
              double bytes =
                  slot < start.slot()
                      ? 0 // counted with the last of the slots that may run on patches
                      : slot == start.slot()
                          ? start.option(code, mostBytes).need().bytes()
                          : whole.peakBytes.term(slot, code, 0);
              mostPeak[0] = Math.max(mostPeak[0], (long) bytes);
              return bytes;
            });
    AdditiveFunction weightBytes =
        AdditiveFunction.compile(
            space,
            whole.weightBytes.constant(),
            (slot, code) -> {
              long places = slot == start.slot() ? start.option(code, mostBytes).places() : 0;
              mostPlaces[0] = Math.max(mostPlaces[0], places);
              return whole.weightBytes.term(slot, code, 0) + places;
            });
    return new MemoryModel(
        new Execution.EmittedC(OptionalLong.of(mostBytes)),
        peakBytes,
        weightBytes,
        mostPeak[0],
        whole.mostWeightBytes + mostPlaces[0]);
  }

  /** As {@link #of}, run node by node in a precision. */
  public static Optional<MemoryModel> of(SearchSpace space, Precision precision) {
    return of(space, new Execution.NodeByNode(precision));
  }

  /**
   * As {@link #of}, of a space whose operators are all known.
   *
   * @throws IllegalArgumentException if they are not
   */
  public static MemoryModel compile(SearchSpace space, Execution execution) {
    return of(space, execution)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "space "
                        + space.family()
                        + " does not say what its operators read: its memory is not known"));
  }

  /** As {@link #compile}, run node by node in a precision. */
  public static MemoryModel compile(SearchSpace space, Precision precision) {
    return compile(space, new Execution.NodeByNode(precision));
  }
}
