package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.cost.TestProfiles;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Origin;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class TableComparisonTest {
  private static final LatencyTable TABLE =
      TestProfiles.table(TestProfiles.random(1), Precision.FLOAT32);

  private static LatencyTable changed(ToDoubleFunction<Operator> micros) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    for (Operator operator : TABLE.entries().keySet()) {
      double value = micros.applyAsDouble(operator);
      if (!Double.isNaN(value)) {
        entries.put(
            operator, new LatencyEntry(value, 0, OptionalDouble.empty(), 0, Origin.MODELLED));
      }
    }
    return LatencyTable.of(entries);
  }

  private static double micros(Operator operator) {
    return TABLE.find(operator).orElseThrow().micros();
  }

  @Test
  void aDeviceTwiceAsSlowRanksAlikeWithRatioTwo() {
    TableComparison comparison = TableComparison.of(TABLE, changed(o -> 2 * micros(o)));

    assertThat(comparison.all().operators()).isEqualTo(TABLE.size());
    assertThat(comparison.all().spearman()).isCloseTo(1, within(1e-12));
    assertThat(comparison.all().tenthPercentileRatio()).isCloseTo(2, within(1e-12));
    assertThat(comparison.all().medianRatio()).isCloseTo(2, within(1e-12));
    assertThat(comparison.all().ninetiethPercentileRatio()).isCloseTo(2, within(1e-12));
    assertThat(comparison.onlyFirst()).isZero();
    assertThat(comparison.onlySecond()).isZero();
  }

  @Test
  void kindsAreComparedApart() {
    TableComparison comparison =
        TableComparison.of(
            TABLE, changed(o -> micros(o) * (o.kind() == OperatorKind.MBCONV ? 3 : 1)));

    assertThat(comparison.kinds().get(OperatorKind.MBCONV).medianRatio())
        .isCloseTo(3, within(1e-12));
    assertThat(comparison.kinds().get(OperatorKind.CONV).medianRatio()).isCloseTo(1, within(1e-12));
  }

  @Test
  void whatOneSideLacksIsCountedAndWhatCostsNothingIsLeftOut() {
    TableComparison comparison =
        TableComparison.of(
            TABLE,
            changed(
                o ->
                    switch (o.kind()) {
                      case LINEAR -> Double.NaN;
                      case GLOBAL_POOL -> 0;
                      default -> micros(o);
                    }));

    assertThat(comparison.onlyFirst())
        .isEqualTo(
            (int)
                TABLE.entries().keySet().stream()
                    .filter(o -> o.kind() == OperatorKind.LINEAR)
                    .count())
        .isPositive();
    assertThat(comparison.kinds())
        .doesNotContainKeys(OperatorKind.LINEAR, OperatorKind.GLOBAL_POOL);
    assertThat(TableComparison.of(changed(o -> micros(o)), TABLE).onlySecond()).isZero();
  }

  @Test
  void tablesWithNothingInCommonAreRefused() {
    LatencyTable other = TestProfiles.table(TestProfiles.random(2), Precision.INT8);

    assertThatThrownBy(() -> TableComparison.of(TABLE, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have 0 in common")
        .hasMessageContaining("same space and precision");
  }
}
