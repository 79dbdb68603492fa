package dev.espalier.kit;

import dev.espalier.operator.Operator;
import dev.espalier.provenance.Origin;
import dev.espalier.table.LatencyEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What measurements say of operators, in the form of a table.
 *
 * @param entries of the operators whose fixed cost was measured too, less that cost
 * @param waiting operators that were measured and whose fixed cost was not
 */
public record KitEntries(Map<Operator, LatencyEntry> entries, List<Operator> waiting) {
  public KitEntries {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    waiting = List.copyOf(waiting);
  }

  /**
   * Takes the fixed cost of a run off every operator. Noise may make an operator of next to no work
   * seem faster than a ReLU; it costs nothing then.
   *
   * @param origin of the measurements
   */
  public static KitEntries of(KitMeasurements measurements, Origin origin) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    List<Operator> waiting = new ArrayList<>();
    measurements
        .timings()
        .forEach(
            (subject, timing) -> {
              if (subject.role() == KitRole.OPERATOR) {
                Operator operator = Operator.parse(subject.text());
                OptionalDouble fixed = measurements.fixedMicros(operator);
                if (fixed.isPresent()) {
                  entries.put(operator, entry(timing, fixed.getAsDouble(), origin));
                } else {
                  waiting.add(operator);
                }
              }
            });
    return new KitEntries(entries, waiting);
  }

  private static LatencyEntry entry(Timing timing, double fixedMicros, Origin origin) {
    OptionalDouble median = timing.medianMicros();
    return new LatencyEntry(
        thousandths(Math.max(0, timing.meanMicros() - fixedMicros)),
        timing.stdMicros().isPresent()
            ? OptionalDouble.of(thousandths(timing.stdMicros().getAsDouble()))
            : OptionalDouble.empty(),
        median.isPresent()
            ? OptionalDouble.of(thousandths(Math.max(0, median.getAsDouble() - fixedMicros)))
            : OptionalDouble.empty(),
        OptionalLong.of(timing.samples()),
        origin);
  }

  /** Nanoseconds are finer than clocks resolve. */
  private static double thousandths(double micros) {
    return Math.round(micros * 1_000) / 1_000.0;
  }
}
