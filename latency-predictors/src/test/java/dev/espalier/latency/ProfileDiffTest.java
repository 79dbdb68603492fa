package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.NetworkTable;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProfileDiffTest {
  private static HardwareProfile profile(String version, Map<Integer, LatencyEntry> entries) {
    Map<Operator, LatencyEntry> table = new HashMap<>();
    entries.forEach((features, entry) -> table.put(Operator.linear(features, 10), entry));
    return HardwareProfile.builder()
        .name("board")
        .device("Board 1")
        .deviceClass(DeviceClass.CPU)
        .runtime("runner " + version)
        .precision(Precision.FLOAT32)
        .provenance(
            new Measured(
                "Board 1",
                "runner",
                version,
                Precision.FLOAT32,
                1,
                1,
                OptionalInt.empty(),
                LocalDate.EPOCH,
                "mean"))
        .table(LatencyTable.of(table))
        .build();
  }

  private static LatencyEntry entry(double micros, double std) {
    return new LatencyEntry(micros, std, OptionalDouble.empty(), 10, Origin.MEASURED);
  }

  @Test
  void saysWhatMovedAndWhetherBeyondTheSpreads() {
    LatencyEntry unknown =
        new LatencyEntry(
            12,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            Origin.MEASURED);
    ProfileDiff diff =
        ProfileDiff.of(
            profile(
                "1",
                Map.of(
                    8,
                    entry(1, 0),
                    16,
                    entry(10, 1),
                    32,
                    entry(10, 1),
                    64,
                    entry(10, 1),
                    5,
                    entry(1, 0))),
            profile(
                "2",
                Map.of(
                    8,
                    entry(1, 0),
                    16,
                    entry(11, 1),
                    32,
                    entry(20, 1),
                    64,
                    unknown,
                    6,
                    entry(1, 0))));
    assertThat(diff.onlyFirst()).containsExactly(Operator.linear(5, 10));
    assertThat(diff.onlySecond()).containsExactly(Operator.linear(6, 10));
    assertThat(diff.same()).isEqualTo(1);
    assertThat(diff.moves())
        .extracting(m -> m.operator().input().channels() + " " + m.ratio() + " " + m.extent())
        .containsExactly("32 2.0 BEYOND_SPREAD", "64 1.2 SPREAD_UNKNOWN", "16 1.1 WITHIN_SPREAD");
    assertThat(diff.agreement().orElseThrow().all().operators()).isEqualTo(4);
    assertThat(diff.fields())
        .containsExactly(
            new ProfileDiff.Field("provenance.measured.runtimeVersion", "1", "2"),
            new ProfileDiff.Field("runtime", "runner 1", "runner 2"));
  }

  @Test
  void nothingInCommonIsAnAnswerToo() {
    ProfileDiff diff =
        ProfileDiff.of(profile("1", Map.of(8, entry(0, 0))), profile("1", Map.of(9, entry(1, 0))));
    assertThat(diff.fields()).isEmpty();
    assertThat(diff.moves()).isEmpty();
    assertThat(diff.agreement()).isEmpty();
    ProfileDiff same =
        ProfileDiff.of(profile("1", Map.of(8, entry(0, 0))), profile("1", Map.of(8, entry(1, 0))));
    assertThat(same.moves().get(0).ratio()).isEqualTo(1000);
  }

  private static HardwareProfile networks(int classes, double... micros) {
    NasBench201 space = new NasBench201(new NasBench201Definition(32, 3, 16, 5, classes));
    Map<Architecture, LatencyEntry> entries = new HashMap<>();
    for (int i = 0; i < micros.length; i++) {
      entries.put(space.parse("000" + (1 + i) + "00"), entry(micros[i], 1));
    }
    return profile("1", Map.of(8, entry(1, 0))).toBuilder()
        .networks(NetworkTable.of(space, entries))
        .build();
  }

  @Test
  void countsWholeNetworksThatMoved() {
    HardwareProfile first = networks(10, 5, 10, 20);
    ProfileDiff diff = ProfileDiff.of(first, networks(10, 5, 20, 60, 7));
    assertThat(diff.networks())
        .contains(
            new NetworkDiff(0, 1, 1, 2, Optional.of(new NetworkDiff.Agreement(3, 1, 1.2, 2, 2.8))));
    assertThat(diff.fields()).isEmpty();
    ProfileDiff others = ProfileDiff.of(first, networks(100, 5));
    assertThat(others.networks()).contains(new NetworkDiff(3, 1, 0, 0, Optional.empty()));
    assertThat(others.fields())
        .containsExactly(new ProfileDiff.Field("networks.space.classes", "10", "100"));
    HardwareProfile none = profile("1", Map.of(8, entry(1, 0)));
    assertThat(ProfileDiff.of(none, first).networks())
        .contains(new NetworkDiff(0, 3, 0, 0, Optional.empty()));
    assertThat(ProfileDiff.of(none, none).networks()).isEmpty();
  }
}
