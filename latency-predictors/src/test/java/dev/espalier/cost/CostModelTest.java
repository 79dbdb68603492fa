package dev.espalier.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Origin;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.MissingOperatorsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CostModelTest {
  private static final SearchSpace SPACE = TestProfiles.space();
  private static final Additivity ADDITIVITY =
      new Additivity(
          "random networks",
          25,
          new OverheadCorrection(-10, 1.125),
          new SumError(25, 0.98, 0.8, 0.95, 0.06, 0.1),
          new SumError(25, 0.98, 1, 1, 0.02, 0.05),
          LocalDate.of(2026, 3, 31));

  private static HardwareProfile profile(Precision precision) {
    return TestProfiles.profile(TestProfiles.table(TestProfiles.random(1), precision), precision);
  }

  private static HardwareProfile without(Predicate<Operator> missing) {
    Map<Operator, LatencyEntry> kept =
        new LinkedHashMap<>(profile(Precision.FLOAT32).table().entries());
    kept.keySet().removeIf(missing);
    return TestProfiles.profile(LatencyTable.of(kept), Precision.FLOAT32);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void equalsTheSumOverOperators(Precision precision) {
    for (long seed = 0; seed < 10; seed++) {
      RandomGenerator random = TestProfiles.random(seed);
      LatencyTable table = TestProfiles.table(random, precision);
      CostModel model = CostModel.compile(SPACE, TestProfiles.profile(table, precision));
      for (int i = 0; i < 100; i++) {
        Architecture architecture = SPACE.sample(random);
        double sum =
            SPACE.lower(architecture).stream()
                .mapToDouble(o -> table.find(o.withPrecision(precision)).orElseThrow().micros())
                .sum();
        assertThat(model.sumMicros().at(architecture))
            .as("seed %d, %s", seed, SPACE.format(architecture))
            .isCloseTo(sum, within(1e-9));
      }
    }
  }

  @Test
  void countsMacsAndParametersExactly() {
    AdditiveFunction macs = OperatorCost.MACS.compile(SPACE);
    AdditiveFunction parameters = OperatorCost.PARAMETERS.compile(SPACE);
    for (long seed = 0; seed < 200; seed++) {
      Architecture architecture = SPACE.sample(TestProfiles.random(seed));
      assertThat(macs.at(architecture)).as("seed %d", seed).isEqualTo(SPACE.macs(architecture));
      assertThat(parameters.at(architecture))
          .as("seed %d", seed)
          .isEqualTo(SPACE.parameters(architecture));
    }
  }

  @Test
  void isExactForTheTableWhereNoCorrectionWasFitted() {
    CostModel model = CostModel.compile(SPACE, profile(Precision.FLOAT32));
    assertThat(model.claim()).isEqualTo(new LatencyClaim.ExactForTable());
    assertThat(model.claim().words())
        .isEqualTo("exact sum over the table's operators; not compared with whole networks");
    assertThat(model.latencyMicros()).isSameAs(model.sumMicros());
    assertThat(model.target()).isEqualTo("test");
    assertThat(model.provenance())
        .singleElement()
        .satisfies(p -> assertThat(p.origin()).isEqualTo(Origin.MODELLED));
  }

  @Test
  void appliesTheProfilesCorrectionOpenly() {
    HardwareProfile corrected =
        profile(Precision.FLOAT32).toBuilder().additivity(ADDITIVITY).build();
    CostModel model = CostModel.compile(SPACE, corrected);
    for (long seed = 0; seed < 100; seed++) {
      Architecture architecture = SPACE.sample(TestProfiles.random(seed));
      assertThat(model.latencyMicros().at(architecture))
          .as("seed %d", seed)
          .isCloseTo(-10 + 1.125 * model.sumMicros().at(architecture), within(1e-9));
    }
    assertThat(model.claim())
        .isInstanceOfSatisfying(
            LatencyClaim.Estimate.class,
            estimate -> assertThat(estimate.error()).isEqualTo(ADDITIVITY.corrected()));
    assertThat(model.claim().words())
        .startsWith("estimate; latency of whole networks is modelled as -10.00 us + 1.1250 x sum");
  }

  @Test
  void namesEveryMissingOperatorAndTheOptionThatNeedsThem() {
    HardwareProfile profile = without(o -> o.kernel() == 7);
    assertThatThrownBy(() -> CostModel.compile(SPACE, profile))
        .isInstanceOf(MissingOperatorsException.class)
        .hasMessageContaining(
            " operators are missing from profile test (%d operators): measure them, or remove kernel 7 from the space\n  mbconv in="
                .formatted(profile.table().size()))
        .satisfies(
            e ->
                assertThat(((MissingOperatorsException) e).operators())
                    .hasSize(profile(Precision.FLOAT32).table().size() - profile.table().size()));
  }

  @Test
  void blamesOneBlocksOptionWhereOthersHaveIt() {
    assertThatThrownBy(
            () -> CostModel.compile(SPACE, without(o -> o.kernel() == 5 && o.stride() == 2)))
        .hasMessageContaining(": measure them, or remove stage2.block1.kernel 5 from the space\n");
  }

  @Test
  void blamesAResolutionWhereTheStemLacksIt() {
    assertThatThrownBy(
            () ->
                CostModel.compile(
                    SPACE, without(o -> o.kind() == OperatorKind.CONV && o.input().height() == 16)))
        .hasMessageStartingWith("operator conv in=16x16x1 out=8x8x8 ")
        .hasMessageEndingWith(
            " is missing from profile test (%d operators): measure it, or remove resolution 16 from the space"
                .formatted(profile(Precision.FLOAT32).table().size() - 1));
  }

  @Test
  void blamesNoOptionWhereNoneHelps() {
    assertThatThrownBy(
            () -> CostModel.compile(SPACE, without(o -> o.kind() == OperatorKind.LINEAR)))
        .hasMessageStartingWith("operator linear in=1x1x32 out=1x1x10 ")
        .hasMessageEndingWith(" operators): measure it");
    assertThatThrownBy(
            () ->
                CostModel.compile(
                    SPACE,
                    without(o -> o.kernel() == 5 && o.input().height() == 8 && o.stride() == 2)))
        .hasMessageContaining("operators): measure them\n  mbconv in=8x8x8 ");
  }

  @Test
  void looksOperatorsUpInTheProfilesPrecision() {
    HardwareProfile int8 = profile(Precision.INT8);
    assertThat(CostModel.compile(SPACE, int8).sumMicros().at(SPACE.largest())).isPositive();
    Map<Operator, LatencyEntry> one = new LinkedHashMap<>();
    int8.table().entries().entrySet().stream()
        .limit(1)
        .forEach(e -> one.put(e.getKey(), e.getValue()));
    assertThatThrownBy(
            () ->
                CostModel.compile(
                    SPACE, TestProfiles.profile(LatencyTable.of(one), Precision.INT8)))
        .hasMessageContaining("precision=int8");
  }

  @Test
  void sendsTasksAFunctionThatSurvivesJavaSerialisation() throws Exception {
    AdditiveFunction function =
        CostModel.compile(SPACE, profile(Precision.FLOAT32)).latencyMicros();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(function);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      AdditiveFunction read = (AdditiveFunction) in.readObject();
      Architecture architecture = SPACE.sample(TestProfiles.random(4));
      assertThat(read.at(architecture)).isEqualTo(function.at(architecture));
    }
  }
}
