package dev.espalier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The points of a front by ascending latency and accuracy.
 *
 * @param latencyMicros ascending
 * @param accuracies fractions of 1, as many
 * @param codes of the architectures in hexadecimal, as many
 * @param all how many there were before any were left out
 */
record FrontPoints(
    List<Double> latencyMicros, List<Double> accuracies, List<String> codes, int all) {
  FrontPoints {
    latencyMicros = List.copyOf(latencyMicros);
    accuracies = List.copyOf(accuracies);
    codes = List.copyOf(codes);
  }

  int size() {
    return codes.size();
  }

  /**
   * The same front with at most some of its points. Those go first whose removal takes the least
   * area from what the front dominates, each removal counting those before; of equal ones the one
   * with the lower latency. The first and the last point stay. What {@code thinned(a).thinned(b)}
   * keeps is therefore what {@code thinned(b)} keeps, for {@code a} above {@code b}.
   *
   * <p>Cost: O(n log n) for n points.
   *
   * @param most at least 2
   */
  FrontPoints thinned(int most) {
    if (size() <= most) {
      return this;
    }
    return new Thinning().keep(most);
  }

  private final class Thinning {
    private final int[] before = new int[size()];
    private final int[] after = new int[size()];
    private final double[] losses = new double[size()];
    private final TreeSet<Integer> queue =
        new TreeSet<>(
            (a, b) ->
                losses[a] == losses[b]
                    ? Integer.compare(a, b)
                    : Double.compare(losses[a], losses[b]));

    FrontPoints keep(int most) {
      for (int i = 0; i < size(); i++) {
        before[i] = i - 1;
        after[i] = i + 1;
      }
      for (int i = 1; i < size() - 1; i++) {
        losses[i] = loss(i);
        queue.add(i);
      }
      for (int kept = size(); kept > most; kept--) {
        int removed = queue.pollFirst();
        after[before[removed]] = after[removed];
        before[after[removed]] = before[removed];
        update(before[removed]);
        update(after[removed]);
      }
      List<Double> micros = new ArrayList<>();
      List<Double> kept = new ArrayList<>();
      List<String> keptCodes = new ArrayList<>();
      for (int i = 0; i < size(); i = after[i]) {
        micros.add(latencyMicros.get(i));
        kept.add(accuracies.get(i));
        keptCodes.add(codes.get(i));
      }
      return new FrontPoints(micros, kept, keptCodes, all);
    }

    private void update(int point) {
      if (queue.remove(point)) {
        losses[point] = loss(point);
        queue.add(point);
      }
    }

    /** The area that only this point dominates. */
    private double loss(int point) {
      return (latencyMicros.get(after[point]) - latencyMicros.get(point))
          * (accuracies.get(point) - accuracies.get(before[point]));
    }
  }
}
