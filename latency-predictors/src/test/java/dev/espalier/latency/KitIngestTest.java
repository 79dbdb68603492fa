package dev.espalier.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.cost.OperatorCost;
import dev.espalier.cost.TestProfiles;
import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.kit.Kit;
import dev.espalier.kit.KitContents;
import dev.espalier.kit.KitMeasurements;
import dev.espalier.kit.KitModel;
import dev.espalier.kit.KitRole;
import dev.espalier.kit.KitTimings;
import dev.espalier.kit.KitWriter;
import dev.espalier.kit.MeasuredProfile;
import dev.espalier.kit.Timing;
import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.measurement.Progress;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.provenance.Provenance;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.NetworkTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitIngestTest {
  private static final SearchSpace SPACE = TestProfiles.space();
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir private static Path folder;
  private static Kit kit;

  @BeforeAll
  static void writeKit() {
    Probes probes =
        Probes.draw(SPACE, OperatorCost.MACS.compile(SPACE), 8, 7, TestProfiles.random(1));
    kit =
        new KitWriter(STORAGE, new OnnxEmitter(), 1, Progress.SILENT)
            .write(
                new KitContents(
                    "tiny",
                    SPACE,
                    List.copyOf(OperatorBenchmark.operators(SPACE)),
                    probes.calibration(),
                    probes.heldOut()),
                hadoop("kit"));
  }

  private static org.apache.hadoop.fs.Path hadoop(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }

  private static ProfileDescription description(Provenance provenance) {
    return new ProfileDescription(
        "Board 1",
        DeviceClass.CPU,
        "runner 1",
        Precision.FLOAT32,
        MemoryLimits.UNKNOWN,
        List.of(provenance));
  }

  private static Measured measured(LocalDate date) {
    return new Measured(
        "Board 1",
        "runner",
        "1",
        Precision.FLOAT32,
        1,
        1,
        OptionalInt.of(1000),
        date,
        "mean of ten");
  }

  private static final ProfileDescription BOARD = description(measured(LocalDate.of(2026, 3, 31)));

  /** An operator takes 1 us and a microsecond a hundred thousand MACs; a run costs 4 us. */
  private static double operatorMicros(Operator operator) {
    return 1 + operator.macs() / 1e5;
  }

  /** A network takes 20 us and 1.3 times its operators. */
  private static double micros(KitModel model) {
    return 4
        + switch (model.role()) {
          case EMPTY -> 0;
          case OPERATOR -> operatorMicros(Operator.parse(model.subject()));
          case CALIBRATION, PROBE ->
              16
                  + 1.3
                      * SPACE.lower(SPACE.parse(model.subject())).stream()
                          .mapToDouble(KitIngestTest::operatorMicros)
                          .sum();
        };
  }

  private static KitTimings timings(Predicate<KitModel> which, double factor) {
    Map<KitModel, Timing> timings = new LinkedHashMap<>();
    kit.models().stream()
        .filter(which)
        .forEach(
            m ->
                timings.put(
                    m,
                    new Timing(
                        factor * micros(m),
                        OptionalDouble.of(0.1),
                        OptionalDouble.of(factor * micros(m)),
                        10)));
    return new KitTimings(timings, List.of(), false, List.of());
  }

  private static KitIngest.Result ingest(Optional<MeasuredProfile> before, KitTimings timings) {
    return new KitIngest(kit, "board", BOARD, before).add(timings);
  }

  @Test
  void partsAddUpToAProfileWithAMeasuredErrorOfSums() {
    KitIngest.Result first = ingest(Optional.empty(), timings(m -> number(m) % 2 == 1, 1));
    assertThat(first.added()).isNotEmpty();
    assertThat(first.waiting()).isNotEmpty();
    assertThat(first.missing()).isNotEmpty().containsAll(first.waiting());
    assertThat(first.profile().profile().additivity()).isEmpty();
    assertThat(first.sums()).startsWith("not compared with whole networks yet: ");

    KitIngest.Result second =
        ingest(Optional.of(first.profile()), timings(m -> number(m) % 2 == 0, 1));
    assertThat(second.missing()).isEmpty();
    assertThat(second.waiting()).isEmpty();
    assertThat(second.replaced()).isEmpty();
    assertThat(second.added()).containsAll(first.waiting());
    HardwareProfile profile = second.profile().profile();
    assertThat(profile.table().entries())
        .allSatisfy(
            (operator, entry) ->
                assertThat(entry.micros()).isCloseTo(operatorMicros(operator), within(1e-3)));
    assertThat(profile.additivity().orElseThrow().correction().scale())
        .isCloseTo(1.3, within(0.01));
    assertThat(profile.additivity().orElseThrow().correction().overheadMicros())
        .isCloseTo(20, within(0.5));
    assertThat(profile.additivity().orElseThrow().corrected().medianRelativeError())
        .isLessThan(0.001);
    assertThat(profile.provenance().iterator().next().words())
        .contains("mean of ten; less the same for a ReLU over the operator's input");

    KitIngest.Result again = ingest(Optional.of(second.profile()), timings(m -> true, 1));
    assertThat(again.added()).isEmpty();
    assertThat(again.replaced()).isEmpty();
    assertThat(again.profile()).isEqualTo(second.profile());
  }

  private static int number(KitModel model) {
    return Integer.parseInt(model.name().split("-")[1]);
  }

  @Test
  void laterMeasurementsReplaceEarlierOnesAndTheDateIsTheLast() {
    KitIngest.Result first = ingest(Optional.empty(), timings(m -> !m.role().network(), 1));
    ProfileDescription later = description(measured(LocalDate.of(2026, 4, 2)));
    KitIngest.Result second =
        new KitIngest(kit, "board", later, Optional.of(first.profile()))
            .add(timings(m -> m.role() == KitRole.OPERATOR && number(m) == 1, 1.5));
    assertThat(second.replaced()).hasSize(1);
    Measured provenance = (Measured) second.profile().profile().provenance().iterator().next();
    assertThat(provenance.date()).isEqualTo(LocalDate.of(2026, 4, 2));
    assertThat(provenance.method()).isEqualTo("mean of ten; " + OperatorBenchmark.FIXED_COST);
  }

  @Test
  void anotherUnitIsRefused() {
    assertThatThrownBy(() -> ingest(Optional.empty(), timings(m -> true, 1e-6)))
        .hasMessageContaining(
            "check the unit of the latencies (milliseconds given as microseconds?)");
    assertThatThrownBy(() -> ingest(Optional.empty(), timings(m -> true, 1e4)))
        .hasMessageContaining("check the unit of the latencies and the clock");
    KitIngest.Result operators = ingest(Optional.empty(), timings(m -> !m.role().network(), 1));
    assertThatThrownBy(
            () -> ingest(Optional.of(operators.profile()), timings(m -> m.role().network(), 100)))
        .hasMessageContaining("15 whole networks take ")
        .hasMessageContaining("times the sum over their operators in the median");
    assertThatThrownBy(
            () -> ingest(Optional.of(operators.profile()), timings(m -> !m.role().network(), 40)))
        .hasMessageContaining("operators that profile board has already take 40.0 times");
  }

  @Test
  void networksThatDoNotRiseWithTheSumLeaveNoRecordAndTheMeasurementsStay() {
    Map<KitModel, Timing> falling = new LinkedHashMap<>(timings(m -> true, 1).timings());
    falling.replaceAll(
        (model, timing) ->
            model.role().network()
                ? new Timing(
                    2000 / timing.micros(), OptionalDouble.empty(), OptionalDouble.empty(), 1)
                : timing);
    KitIngest.Result result =
        ingest(Optional.empty(), new KitTimings(falling, List.of(), false, List.of()));
    assertThat(result.sums()).startsWith("no record: measured latency does not rise with the sum");
    assertThat(result.profile().profile().additivity()).isEmpty();
    assertThat(result.profile().measurements().timings()).hasSize(kit.models().size());
  }

  @Test
  void needsAnOperatorThatCanBeUsed() {
    assertThatThrownBy(
            () -> ingest(Optional.empty(), timings(m -> m.role() == KitRole.OPERATOR, 1)))
        .hasMessageContaining("no operator can be used yet (")
        .hasMessageContaining("together with those of an operator and of its empty run");
  }

  @Test
  void descriptionsThatDoNotFitAreRefusedWithEveryDifference() {
    MeasuredProfile before =
        ingest(Optional.empty(), timings(m -> !m.role().network(), 1)).profile();
    ProfileDescription other =
        new ProfileDescription(
            "Board 2",
            DeviceClass.DSP,
            "runner 1",
            Precision.FLOAT32,
            MemoryLimits.UNKNOWN,
            List.of(
                new Measured(
                    "Board 1",
                    "runner",
                    "1",
                    Precision.FLOAT32,
                    1,
                    4,
                    OptionalInt.of(2000),
                    LocalDate.EPOCH,
                    "mean")));
    assertThatThrownBy(() -> new KitIngest(kit, "board", other, Optional.of(before)))
        .hasMessageContaining("device is 'Board 1' there and 'Board 2' here; class is 'cpu'")
        .hasMessageContaining("provenance.measured.threads is '1' there and '4' here")
        .hasMessageContaining(
            "clockMegahertz is '1000' there and '2000' here; choose another --name");
    ProfileDescription int8 =
        new ProfileDescription(
            "Board 1",
            DeviceClass.CPU,
            "runner 1",
            Precision.INT8,
            MemoryLimits.UNKNOWN,
            BOARD.provenance());
    assertThatThrownBy(() -> new KitIngest(kit, "board", int8, Optional.empty()))
        .hasMessageContaining(
            "the kit's models are float32 and the description says precision int8");
    ProfileDescription modelled =
        description(new Modelled("macs", "nothing", 1, 1, LocalDate.EPOCH));
    assertThatThrownBy(() -> new KitIngest(kit, "board", modelled, Optional.empty()))
        .hasMessageContaining("measured or emulated");
  }

  @Test
  void aProfileThatCameAboutOtherwiseKeepsWhatWasNotMeasured() {
    HardwareProfile modelled =
        TestProfiles.profile(
                TestProfiles.table(TestProfiles.random(1), Precision.FLOAT32), Precision.FLOAT32)
            .toBuilder()
            .name("board")
            .device("Board 1")
            .runtime("runner 1")
            .build();
    Optional<MeasuredProfile> before =
        Optional.of(new MeasuredProfile(modelled, KitMeasurements.NONE));
    KitIngest.Result some =
        ingest(before, timings(m -> m.role() == KitRole.EMPTY || number(m) <= 3, 1));
    assertThat(some.replaced()).hasSize(3);
    assertThat(some.missing()).isEmpty();
    assertThat(some.profile().profile().provenance()).hasSize(2);
    KitIngest.Result all = ingest(before, timings(m -> !m.role().network(), 1));
    assertThat(all.profile().profile().provenance()).hasSize(1);
  }

  @Test
  void whatIsKnownOfWholeNetworksStays() {
    NetworkTable networks =
        NetworkTable.of(
            SPACE,
            Map.of(
                SPACE.largest(),
                new LatencyEntry(9, 0, OptionalDouble.empty(), 0, Origin.MODELLED)));
    HardwareProfile whole =
        HardwareProfile.builder()
            .name("board")
            .device("Board 1")
            .deviceClass(DeviceClass.CPU)
            .runtime("runner 1")
            .precision(Precision.FLOAT32)
            .provenance(new Modelled("a process", "100 networks", 20, 0.03, LocalDate.EPOCH))
            .networks(networks)
            .build();
    MeasuredProfile before = new MeasuredProfile(whole, KitMeasurements.NONE);
    before.write(STORAGE, hadoop("whole"));
    MeasuredProfile after =
        ingest(Optional.of(before), timings(m -> !m.role().network(), 1)).profile();
    assertThat(after.profile().networks()).contains(networks);
    assertThat(after.profile().provenance()).hasSize(2);
    after.replace(STORAGE, hadoop("whole"), before);
    assertThat(MeasuredProfile.read(STORAGE, hadoop("whole"))).isEqualTo(after);
  }

  @Test
  void foldersAreReplacedWithWhatLiesBesideAndOnlyIfUnchanged() throws IOException {
    MeasuredProfile first =
        ingest(Optional.empty(), timings(m -> !m.role().network(), 1)).profile();
    first.write(STORAGE, hadoop("board"));
    Files.writeString(folder.resolve("board/notes.txt"), "mine");
    assertThat(MeasuredProfile.read(STORAGE, hadoop("board"))).isEqualTo(first);
    MeasuredProfile second = ingest(Optional.of(first), timings(m -> true, 1)).profile();
    second.replace(STORAGE, hadoop("board"), first);
    assertThat(MeasuredProfile.read(STORAGE, hadoop("board"))).isEqualTo(second);
    assertThat(folder.resolve("board/notes.txt")).hasContent("mine");
    assertThatThrownBy(() -> first.replace(STORAGE, hadoop("board"), first))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("was changed by another writer meanwhile");
    assertThat(MeasuredProfile.read(STORAGE, hadoop("board"))).isEqualTo(second);
  }
}
