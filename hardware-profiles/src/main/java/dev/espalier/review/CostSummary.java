package dev.espalier.review;

import dev.espalier.document.Fields;
import dev.espalier.measurement.Samples;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.Coverage;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What operators cost, by part of the network and kernel.
 *
 * @param rows by part, from input to output, and by kernel, ascending
 */
public record CostSummary(List<Row> rows) {
  /**
   * The operators of one part that have one kernel.
   *
   * @param part a stage, the stem, a piece of the head; or a kind of operator
   * @param kernel its side
   * @param operators number of them, at least 1
   * @param leastMicros of them
   * @param medianMicros of them
   * @param mostMicros of them
   */
  public record Row(
      String part,
      int kernel,
      int operators,
      double leastMicros,
      double medianMicros,
      double mostMicros) {}

  public CostSummary {
    rows = List.copyOf(rows);
  }

  /** Of a table, whose kinds of operators stand for the parts. */
  public static CostSummary of(LatencyTable table) {
    Map<String, List<Operator>> kinds = new TreeMap<>();
    table
        .entries()
        .keySet()
        .forEach(o -> kinds.computeIfAbsent(Fields.word(o.kind()), k -> new ArrayList<>()).add(o));
    return of(kinds, table);
  }

  /** Of the operators of a space that a table has. */
  public static CostSummary of(SearchSpace space, LatencyTable table, Precision precision) {
    Map<String, Set<Operator>> parts = new LinkedHashMap<>(Coverage.operators(space, precision));
    return of(parts, table);
  }

  private static CostSummary of(
      Map<String, ? extends Collection<Operator>> parts, LatencyTable table) {
    List<Row> rows = new ArrayList<>();
    parts.forEach(
        (part, operators) -> {
          Map<Integer, List<Double>> kernels = new TreeMap<>();
          for (Operator operator : operators) {
            table
                .find(operator)
                .map(LatencyEntry::micros)
                .ifPresent(
                    micros ->
                        kernels
                            .computeIfAbsent(operator.kernel(), k -> new ArrayList<>())
                            .add(micros));
          }
          kernels.forEach(
              (kernel, micros) -> {
                Samples costs = Samples.of(micros.stream().mapToDouble(d -> d).toArray());
                rows.add(
                    new Row(
                        part,
                        kernel,
                        costs.count(),
                        costs.least(),
                        costs.median(),
                        costs.quantile(1)));
              });
        });
    return new CostSummary(rows);
  }
}
