package dev.espalier.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.NetworkError;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.MissingOperatorsException;
import dev.espalier.table.NetworkTable;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class WholeNetworksTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
  private static final NasBench201 SPACE = cells(10);
  private static final Measured MEASURED =
      new Measured(
          "Board 1", "runner", "1", Precision.FLOAT32, 1, 1, OptionalInt.empty(), DAY, "mean");
  private static final Modelled MODELLED =
      new Modelled("a process", "100 networks", 20, 0.03125, DAY);

  private static NasBench201 cells(int classes) {
    return new NasBench201(new NasBench201Definition(32, 3, 16, 5, classes));
  }

  /** Every network of the cells; each hundredth measured. */
  private static Map<Architecture, LatencyEntry> networks() {
    RandomGenerator random = TestProfiles.random(5);
    Map<Architecture, LatencyEntry> entries = new LinkedHashMap<>();
    SPACE.forEachArchitecture(
        a -> {
          double micros = 100 + 900 * random.nextDouble();
          entries.put(
              a,
              entries.size() % 100 == 0
                  ? new LatencyEntry(micros, 1, OptionalDouble.empty(), 30, Origin.MEASURED)
                  : new LatencyEntry(micros, 0, OptionalDouble.empty(), 0, Origin.MODELLED));
        });
    return entries;
  }

  private static HardwareProfile.Builder profile(NetworkTable networks) {
    HardwareProfile.Builder builder =
        HardwareProfile.builder()
            .name("board")
            .device("Board 1")
            .deviceClass(DeviceClass.CPU)
            .runtime("runner 1")
            .precision(Precision.FLOAT32)
            .networks(networks);
    if (networks.origins().containsKey(Origin.MEASURED)) {
      builder.provenance(MEASURED);
    }
    if (networks.origins().containsKey(Origin.MODELLED)) {
      builder.provenance(MODELLED);
    }
    return builder;
  }

  private static HardwareProfile whole() {
    return profile(NetworkTable.of(SPACE, networks())).build();
  }

  private static LatencyTable operators(int most) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    OperatorBenchmark.operators(SPACE).stream()
        .limit(most)
        .forEach(
            o ->
                entries.put(
                    o, new LatencyEntry(2, 0.5, OptionalDouble.empty(), 9, Origin.MEASURED)));
    return LatencyTable.of(entries);
  }

  @Test
  void everyNetworkCostsWhatTheTableSays() {
    NetworkTable table = NetworkTable.of(SPACE, networks());
    CostModel model = CostModel.compile(SPACE, whole());
    AdditiveFunction latency = model.latencyMicros();
    assertThat(table.size()).isEqualTo(9_445);
    table
        .entries()
        .forEach(
            (architecture, entry) ->
                assertThat(latency.at(architecture))
                    .as("%s", architecture)
                    .isEqualTo(entry.micros())
                    .isEqualTo(table.micros(architecture)));
    assertThat(model.sumMicros()).isSameAs(latency);
    assertThat(model.network(SPACE.largest())).isEqualTo(table.find(SPACE.largest()));
  }

  @Test
  void oneSlotHoldsAllOfItAndCodesWithoutEffectAgree() {
    AdditiveFunction latency = CostModel.compile(SPACE, whole()).latencyMicros();
    NetworkTable table = NetworkTable.of(SPACE, networks());
    RandomGenerator random = TestProfiles.random(6);
    for (int i = 0; i < 1_000; i++) {
      byte[] code = new byte[SPACE.length()];
      for (int d = 0; d < code.length; d++) {
        code[d] = (byte) random.nextInt(5);
      }
      double micros = table.micros(SPACE.architecture(code));
      assertThat(latency.at(code, 0)).isEqualTo(micros);
      // stem, stage1, reduce1, stage2, ...
      assertThat(latency.term(1, code, 0)).isEqualTo(micros);
      assertThat(latency.term(0, code, 0) + latency.term(3, code, 0) + latency.term(5, code, 0))
          .isZero();
    }
  }

  @Test
  void claimsToBeOfWholeNetworksWithTheModelsError() {
    CostModel model = CostModel.compile(SPACE, whole());
    assertThat(model.claim())
        .isEqualTo(
            new LatencyClaim.WholeNetworks(95, 0, 9_350, Optional.of(MODELLED), Optional.empty()));
    assertThat(model.claim().words())
        .isEqualTo(
            "latency of whole networks, not a sum over operators; 95 measured; 9350 modelled, median error 3.1 % on 20 kept out");
    assertThat(model.provenance()).containsExactlyInAnyOrder(MEASURED, MODELLED);
    assertThat(new LatencyClaim.WholeNetworks(2, 1, 0, Optional.empty(), Optional.empty()).words())
        .isEqualTo("latency of whole networks, not a sum over operators; 2 measured; 1 emulated");
    assertThatThrownBy(
            () -> new LatencyClaim.WholeNetworks(2, 0, 1, Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 modelled must not be negative, and a model be there");
  }

  @Test
  void aModelOfSumsIsNotAppliedToWholeNetworks() {
    SumError error = new SumError(9, 0.9, 0.5, 1, 0.1, 0.2);
    HardwareProfile corrected =
        whole().toBuilder()
            .table(operators(1))
            .additivity(new Additivity("n", 9, new OverheadCorrection(7, 2), error, error, DAY))
            .build();
    CostModel model = CostModel.compile(SPACE, corrected);
    assertThat(model.latencyMicros().at(SPACE.largest()))
        .isEqualTo(corrected.networks().orElseThrow().micros(SPACE.largest()));
  }

  @Test
  void wholeNetworksComeBeforeSumsOverOperators() {
    HardwareProfile both = whole().toBuilder().table(operators(Integer.MAX_VALUE)).build();
    CostModel model = CostModel.compile(SPACE, both);
    assertThat(model.claim()).isInstanceOf(LatencyClaim.WholeNetworks.class);
    assertThat(model.latencyMicros().at(SPACE.largest()))
        .isEqualTo(both.networks().orElseThrow().micros(SPACE.largest()));
    CostModel sums = CostModel.ofOperators(SPACE, both);
    assertThat(sums.claim()).isEqualTo(new LatencyClaim.ExactForTable());
    assertThat(sums.latencyMicros().at(SPACE.largest()))
        .isEqualTo(2.0 * SPACE.lower(SPACE.largest()).size());
    assertThat(sums.network(SPACE.largest())).isEmpty();
  }

  @Test
  void sumsOverOperatorsWhereNotAllNetworksAreKnown() {
    Map<Architecture, LatencyEntry> some = networks();
    some.remove(SPACE.parse("000100"));
    HardwareProfile both =
        profile(NetworkTable.of(SPACE, some)).table(operators(Integer.MAX_VALUE)).build();
    CostModel model = CostModel.compile(SPACE, both);
    assertThat(model.claim()).isEqualTo(new LatencyClaim.ExactForTable());
    assertThat(model.latencyMicros().at(SPACE.largest()))
        .isEqualTo(2.0 * SPACE.lower(SPACE.largest()).size());
  }

  @Test
  void statesTheErrorOfItsModel() {
    SumError error = new SumError(20, 0.9, 0.5, 1, 0.0625, 0.125);
    HardwareProfile judged =
        whole().toBuilder().networkError(new NetworkError("every tenth", error)).build();
    LatencyClaim.WholeNetworks claim =
        (LatencyClaim.WholeNetworks) CostModel.compile(SPACE, judged).claim();
    assertThat(claim.statedError()).isEqualTo(0.125);
    assertThat(claim.words()).contains("9350 modelled, every tenth: Spearman 0.900");
    claim = (LatencyClaim.WholeNetworks) CostModel.compile(SPACE, whole()).claim();
    assertThat(claim.statedError()).isEqualTo(MODELLED.heldOutError());
    assertThat(
            new LatencyClaim.WholeNetworks(2, 0, 0, Optional.empty(), Optional.empty())
                .statedError())
        .isZero();
  }

  @Test
  void saysHowManyNetworksAreMissingAndTheFirst() {
    Map<Architecture, LatencyEntry> some = networks();
    some.remove(SPACE.parse("000100"));
    some.remove(SPACE.parse("000200"));
    HardwareProfile two = profile(NetworkTable.of(SPACE, some)).build();
    assertThatThrownBy(() -> CostModel.compile(SPACE, two))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            """
            profile board knows 9443 of the 9445 networks of nasbench201, and its operators do not cover them either: measure the 2 that are missing, or model them on those that are known
              |none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|
              |none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|""");
    some.keySet().removeIf(a -> !a.equals(SPACE.largest()));
    HardwareProfile one = profile(NetworkTable.of(SPACE, some)).build();
    assertThatThrownBy(() -> CostModel.compile(SPACE, one))
        .hasMessageStartingWith("profile board knows 1 of the 9445 networks of nasbench201")
        .hasMessageEndingWith("\n  and 9441 more");
  }

  @Test
  void saysBothSpacesWhereTheyDiffer() {
    assertThatThrownBy(() -> CostModel.compile(cells(100), whole()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the 9445 networks that profile board knows are of another space: of nasbench201 with classes 10, and this one has classes 100; and it has no operators: search the space that it knows, or take a profile that has this one");
    assertThatThrownBy(() -> CostModel.compile(TestProfiles.space(), whole()))
        .hasMessageContaining(
            "another space: of nasbench201, and this one is of ofa-mobilenetv3; ");
  }

  @Test
  void namesTheMissingOperatorsTooWhereThereAreOthers() {
    HardwareProfile some = whole().toBuilder().table(operators(3)).build();
    assertThatThrownBy(() -> CostModel.compile(cells(100), some))
        .isInstanceOf(MissingOperatorsException.class)
        .hasMessageContaining(
            " operators are missing from profile board (3 operators): measure them")
        .hasMessageContaining(
            "; the 9445 networks that profile board knows are of another space: of nasbench201 with classes 10, and this one has classes 100\n  ");
  }

  @Test
  void refusesASpaceWithoutAPlaceForThem() {
    var blocks = TestProfiles.space();
    NetworkTable one =
        NetworkTable.of(
            blocks,
            Map.of(
                blocks.largest(),
                new LatencyEntry(9, 0, OptionalDouble.empty(), 0, Origin.MODELLED)));
    HardwareProfile profile = profile(one).build();
    assertThatThrownBy(() -> CostModel.compile(blocks, profile))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "profile board knows whole networks of ofa-mobilenetv3, but no part of them depends on all %d decisions, so their latency cannot be told slot by slot: measure its operators"
                .formatted(blocks.length()));
  }
}
