package dev.espalier.latency;

import dev.espalier.cost.CostModel;
import dev.espalier.latency.ProfileDiff.Extent;
import dev.espalier.operator.Operator;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a profile says of one network at two times, and which of its entries make the difference.
 *
 * @param beforeMicros predicted latency by the first
 * @param afterMicros predicted latency by the second
 * @param causes entries of the network's operators that differ, the largest contribution first; of
 *     a profile of whole networks the network's own entry
 */
public record LatencyShift(double beforeMicros, double afterMicros, List<Cause> causes) {
  public LatencyShift {
    causes = List.copyOf(causes);
  }

  /**
   * An entry that differs.
   *
   * @param entry the operator's key, or which network
   * @param times how often the network has the operator
   * @param scale by which the second profile corrects sums of entries; 1 where it does not
   * @param first what the first profile says
   * @param second what the second says
   */
  public record Cause(
      String entry, int times, double scale, LatencyEntry first, LatencyEntry second) {
    /** What it adds to the network's latency, microseconds; negative where it became faster. */
    public double micros() {
      return scale * times * (second.micros() - first.micros());
    }

    /** Whether the two are farther apart than they scatter. */
    public Extent extent() {
      return ProfileDiff.extent(first, second);
    }
  }

  /**
   * Compares what two profiles of one device say; O(operators of the network).
   *
   * @param before of the first profile, over {@code space}
   * @param after of the second
   */
  public static LatencyShift of(
      SearchSpace space, Architecture network, CostModel before, CostModel after) {
    HardwareProfile first = before.profile();
    HardwareProfile second = after.profile();
    List<Cause> causes = new ArrayList<>();
    Optional<LatencyEntry> whole = before.network(network);
    Optional<LatencyEntry> wholeNow = after.network(network);
    if (whole.isPresent() && wholeNow.isPresent()) {
      note(space.format(network), 1, 1, whole, wholeNow, causes);
    } else if (whole.isEmpty() && wholeNow.isEmpty()) {
      double scale = second.additivity().map(a -> a.correction().scale()).orElse(1.0);
      Map<Operator, Integer> operators = new LinkedHashMap<>();
      space
          .lower(network)
          .forEach(o -> operators.merge(o.withPrecision(first.precision()), 1, Integer::sum));
      operators.forEach(
          (operator, times) ->
              note(
                  operator.key(),
                  times,
                  scale,
                  first.table().find(operator),
                  second.table().find(operator.withPrecision(second.precision())),
                  causes));
    }
    causes.sort(
        Comparator.<Cause>comparingDouble(c -> -Math.abs(c.micros())).thenComparing(Cause::entry));
    return new LatencyShift(
        before.latencyMicros().at(network), after.latencyMicros().at(network), causes);
  }

  private static void note(
      String name,
      int times,
      double scale,
      Optional<LatencyEntry> first,
      Optional<LatencyEntry> second,
      List<Cause> causes) {
    if (first.isPresent() && second.isPresent() && first.get().micros() != second.get().micros()) {
      causes.add(new Cause(name, times, scale, first.get(), second.get()));
    }
  }

  /** By how much the latency moved, microseconds. */
  public double micros() {
    return afterMicros - beforeMicros;
  }

  /**
   * What no entry explains: another correction of sums, or a change between tables of operators and
   * of whole networks; microseconds.
   */
  public double otherMicros() {
    return micros() - causes.stream().mapToDouble(Cause::micros).sum();
  }
}
