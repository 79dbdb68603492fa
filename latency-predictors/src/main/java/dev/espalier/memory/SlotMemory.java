package dev.espalier.memory;

import dev.espalier.memory.OperatorMemory.Held;
import dev.espalier.memory.OperatorMemory.Region;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.space.SlotGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The least peak of a {@link SlotGraph} over all orders in which its steps can run, by the rules of
 * {@link ActivationSchedule}: a value is alive from the step that makes it to the last one that
 * reads it, and a sum is written over an input that dies there.
 *
 * <p>Exact, by dynamic programming over sets of steps that have run: what is alive depends on the
 * set alone, not on the order. O(2^steps · steps²), for at most {@value #MOST_STEPS} steps.
 *
 * @param peakElements feature map elements alive at once
 * @param keptElements those among them that the binding step does not touch
 * @param step that needs them; -1 where the graph has none
 * @param part of its operator, as in {@code conv}
 * @param order in which the steps run, the first of equals
 */
record SlotMemory(
    long peakElements, long keptElements, int step, String part, List<Integer> order) {
  /** Steps beyond which sets are too many. */
  static final int MOST_STEPS = 16;

  SlotMemory {
    order = List.copyOf(order);
  }

  /** Whether the memory of every step is known. */
  static boolean known(SlotGraph graph) {
    return graph.steps().size() <= MOST_STEPS
        && graph.steps().stream()
            .map(SlotGraph.Step::operator)
            .allMatch(o -> o.kind() == OperatorKind.ADD || OperatorMemory.known(o));
  }

  /** Finds the order. */
  static SlotMemory of(SlotGraph graph) {
    if (!known(graph)) {
      throw new IllegalArgumentException(
          "a graph of %d operators, of which one's memory is not known or which are more than %d"
              .formatted(graph.steps().size(), MOST_STEPS));
    }
    return new Search(graph).run();
  }

  private static final class Search {
    private final SlotGraph graph;
    private final int steps;

    /** Of each value. */
    private final long[] elements;

    /** The steps that read each value, a bit each. */
    private final int[] readers;

    /** What an operator needs where its input dies with it, and where it does not, without it. */
    private final OperatorMemory[] alone;

    private final OperatorMemory[] beside;

    Search(SlotGraph graph) {
      this.graph = graph;
      steps = graph.steps().size();
      elements = new long[steps + 1];
      readers = new int[steps + 1];
      alone = new OperatorMemory[steps];
      beside = new OperatorMemory[steps];
      Arrays.setAll(elements, value -> graph.shape(value).elements());
      for (int i = 0; i < steps; i++) {
        Operator operator = graph.steps().get(i).operator();
        for (int value : graph.steps().get(i).reads()) {
          readers[value] |= 1 << i;
        }
        if (operator.kind() != OperatorKind.ADD) {
          alone[i] = OperatorMemory.of(operator);
          beside[i] =
              OperatorMemory.of(
                  operator, new Region(operator.input(), operator.output(), Held.INPUT));
        }
      }
    }

    SlotMemory run() {
      long[] best = new long[1 << steps];
      int[] last = new int[1 << steps];
      Arrays.fill(best, Long.MAX_VALUE);
      best[0] = elements[0];
      for (int done = 0; done < best.length; done++) {
        if (best[done] == Long.MAX_VALUE) {
          continue;
        }
        long alive = alive(done);
        for (int step = 0; step < steps; step++) {
          if ((done >> step & 1) == 0 && ready(step, done)) {
            int next = done | 1 << step;
            long peak = Math.max(best[done], alive + added(step, done));
            if (peak < best[next]) {
              best[next] = peak;
              last[next] = step;
            }
          }
        }
      }
      List<Integer> order = new ArrayList<>();
      for (int done = best.length - 1; done != 0; done &= ~(1 << last[done])) {
        order.add(last[done]);
      }
      Collections.reverse(order);
      return binding(best[best.length - 1], order);
    }

    private SlotMemory binding(long peak, List<Integer> order) {
      int done = 0;
      for (int step : order) {
        long alive = alive(done);
        if (alive + added(step, done) == peak) {
          long touched =
              graph.steps().get(step).reads().stream().distinct().mapToLong(v -> elements[v]).sum();
          return new SlotMemory(peak, alive - touched, step, part(step, done), order);
        }
        done |= 1 << step;
      }
      return new SlotMemory(peak, 0, -1, "input", order);
    }

    private String part(int step, int done) {
      OperatorMemory memory =
          dies(graph.steps().get(step).reads().get(0), step, done) ? alone[step] : beside[step];
      return memory == null ? "sum" : memory.part();
    }

    private boolean ready(int step, int done) {
      return graph.steps().get(step).reads().stream()
          .allMatch(value -> value == 0 || (done >> (value - 1) & 1) == 1);
    }

    /** Elements of the values that were made and are still read, or are the output. */
    private long alive(int done) {
      long sum = 0;
      for (int value = 0; value <= steps; value++) {
        boolean made = value == 0 || (done >> (value - 1) & 1) == 1;
        if (made && (value == graph.output() || (readers[value] & ~done) != 0)) {
          sum += elements[value];
        }
      }
      return sum;
    }

    /** Whether a step is the last one to read a value. */
    private boolean dies(int value, int step, int done) {
      return value != graph.output() && (readers[value] & ~done) == 1 << step;
    }

    /** Elements that a step needs besides what is alive before it. */
    private long added(int step, int done) {
      List<Integer> reads = graph.steps().get(step).reads();
      if (alone[step] == null) {
        return reads.stream().anyMatch(value -> dies(value, step, done)) ? 0 : elements[step + 1];
      }
      int value = reads.get(0);
      return dies(value, step, done)
          ? alone[step].peakElements() - elements[value]
          : beside[step].peakElements();
    }
  }
}
