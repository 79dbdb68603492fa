package dev.espalier.latency;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.measurement.Samples;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Two tables side by side, over the operators that both have and that cost something in both.
 *
 * @param all over every kind
 * @param kinds over each kind of which there are at least two, in the order of {@link OperatorKind}
 * @param onlyFirst operators that only the first table has
 * @param onlySecond operators that only the second table has
 */
public record TableComparison(
    Agreement all, Map<OperatorKind, Agreement> kinds, int onlyFirst, int onlySecond) {
  private static final int FEWEST = 2;

  /**
   * How the second table's latencies relate to the first's.
   *
   * @param operators number compared, at least 2
   * @param spearman rank correlation, -1 to 1
   * @param tenthPercentileRatio of second / first, above 0
   * @param medianRatio of the same
   * @param ninetiethPercentileRatio of the same
   */
  public record Agreement(
      int operators,
      double spearman,
      double tenthPercentileRatio,
      double medianRatio,
      double ninetiethPercentileRatio) {}

  public TableComparison {
    EnumMap<OperatorKind, Agreement> ordered = new EnumMap<>(OperatorKind.class);
    ordered.putAll(kinds);
    kinds = Collections.unmodifiableMap(ordered);
  }

  /**
   * Compares.
   *
   * @throws IllegalArgumentException if fewer than two operators can be compared
   */
  public static TableComparison of(LatencyTable first, LatencyTable second) {
    List<Operator> common = new ArrayList<>();
    EnumMap<OperatorKind, List<Operator>> byKind = new EnumMap<>(OperatorKind.class);
    // What a table has and a model says in the other is in both.
    Set<Operator> entries = new LinkedHashSet<>(first.entries().keySet());
    entries.addAll(second.entries().keySet());
    for (Operator operator : entries) {
      if (first.find(operator).isPresent()
          && second.find(operator).isPresent()
          && micros(first, operator) > 0
          && micros(second, operator) > 0) {
        common.add(operator);
        byKind.computeIfAbsent(operator.kind(), k -> new ArrayList<>()).add(operator);
      }
    }
    if (common.size() < FEWEST) {
      throw new IllegalArgumentException(
          "tables of %d and %d operators have %d in common that cost something in both; at least %d are needed: compare profiles of the same space and precision"
              .formatted(first.size(), second.size(), common.size(), FEWEST));
    }
    EnumMap<OperatorKind, Agreement> kinds = new EnumMap<>(OperatorKind.class);
    byKind.forEach(
        (kind, operators) -> {
          if (operators.size() >= FEWEST) {
            kinds.put(kind, agreement(first, second, operators));
          }
        });
    return new TableComparison(
        agreement(first, second, common),
        kinds,
        second.missing(first.entries().keySet()).size(),
        first.missing(second.entries().keySet()).size());
  }

  private static Agreement agreement(
      LatencyTable first, LatencyTable second, List<Operator> operators) {
    double[] left = operators.stream().mapToDouble(o -> micros(first, o)).toArray();
    double[] right = operators.stream().mapToDouble(o -> micros(second, o)).toArray();
    double[] ratios = new double[left.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = right[i] / left[i];
    }
    Samples ratio = Samples.of(ratios);
    return new Agreement(
        left.length,
        PredictorError.spearman(left, right),
        ratio.quantile(0.1),
        ratio.median(),
        ratio.quantile(0.9));
  }

  private static double micros(LatencyTable table, Operator operator) {
    return table.find(operator).orElseThrow().micros();
  }
}
