package dev.espalier.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.latency.LatencyShift;
import dev.espalier.latency.ProfileDiff.Extent;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LatencyShiftTest {
  private static final SearchSpace SPACE = TestProfiles.space();
  private static final HardwareProfile BEFORE =
      TestProfiles.profile(
          TestProfiles.table(TestProfiles.random(1), Precision.FLOAT32), Precision.FLOAT32);

  private static HardwareProfile slower(Map<Operator, Double> extra) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>(BEFORE.table().entries());
    extra.forEach(
        (operator, micros) ->
            entries.put(
                operator,
                new LatencyEntry(
                    BEFORE.table().find(operator).orElseThrow().micros() + micros,
                    0.5,
                    OptionalDouble.empty(),
                    10,
                    Origin.MODELLED)));
    return BEFORE.toBuilder().table(LatencyTable.of(entries)).build();
  }

  private static LatencyShift shift(Architecture network, HardwareProfile after) {
    return LatencyShift.of(
        SPACE, network, CostModel.compile(SPACE, BEFORE), CostModel.compile(SPACE, after));
  }

  @Test
  void entriesOfTheNetworkAreNamedTheLargestContributionFirst() {
    for (long seed = 0; seed < 20; seed++) {
      Architecture network = SPACE.sample(TestProfiles.random(seed));
      List<Operator> distinct = SPACE.lower(network).stream().distinct().toList();
      Operator little = distinct.get(0);
      Operator much = distinct.get(distinct.size() - 1);
      Operator absent =
          BEFORE.table().entries().keySet().stream()
              .filter(o -> !distinct.contains(o))
              .findFirst()
              .orElseThrow();
      long times = SPACE.lower(network).stream().filter(much::equals).count();

      LatencyShift shift = shift(network, slower(Map.of(little, 1.0, much, 900.0, absent, 5000.0)));

      assertThat(shift.causes())
          .as("seed %d", seed)
          .extracting(LatencyShift.Cause::entry)
          .containsExactly(much.key(), little.key());
      assertThat(shift.causes().get(0).times()).isEqualTo((int) times);
      assertThat(shift.causes().get(0).micros()).isCloseTo(900.0 * times, within(1e-6));
      assertThat(shift.causes().get(0).extent()).isEqualTo(Extent.BEYOND_SPREAD);
      assertThat(shift.afterMicros() - shift.beforeMicros()).isEqualTo(shift.micros());
      assertThat(shift.otherMicros()).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void aCorrectionOfSumsScalesContributionsAndIsWhatNoEntryExplains() {
    Architecture network = SPACE.largest();
    Operator first = SPACE.lower(network).get(0);
    HardwareProfile corrected =
        slower(Map.of(first, 100.0)).toBuilder()
            .additivity(
                new Additivity(
                    "random networks",
                    25,
                    new OverheadCorrection(-10, 1.5),
                    new SumError(25, 0.98, 0.8, 0.95, 0.06, 0.1),
                    new SumError(25, 0.98, 1, 1, 0.02, 0.05),
                    LocalDate.of(2026, 3, 31)))
            .build();

    LatencyShift shift = shift(network, corrected);

    assertThat(shift.causes().get(0).micros())
        .isCloseTo(150.0 * shift.causes().get(0).times(), within(1e-6));
    assertThat(shift.otherMicros()).isCloseTo(-10 + 0.5 * shift.beforeMicros(), within(1e-6));
  }

  @Test
  void equalTablesHaveNoCause() {
    LatencyShift shift = shift(SPACE.largest(), BEFORE);

    assertThat(shift.causes()).isEmpty();
    assertThat(shift.micros()).isZero();
  }
}
