package dev.espalier.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.measurement.Progress;
import dev.espalier.measurement.Samples;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.operator.Operator;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitRunnerTest {
  private static final TimingPlan QUICK = new TimingPlan(2, 50, 3, 4, 0.05);

  @TempDir private Path folder;

  @Test
  void timesOperatorsTogetherWithTheirEmptyRunsAndTheResultIsATable() {
    SearchSpace space = KitTesting.space(10);
    Kit kit = KitTesting.write(KitTesting.contents(space), folder.resolve("kit"));
    List<KitModel> pending = KitRunner.pending(kit, Set.of());
    assertThat(pending).hasSize(kit.models().size() - kit.models(KitRole.EMPTY).size());
    Map<KitModel, Timing> timed = new HashMap<>();
    new KitRunner(kit, QUICK, Progress.SILENT)
        .run(
            pending.subList(0, 2),
            RandomGeneratorFactory.of("L64X128MixRandom").create(1),
            group -> group.forEach((model, visits) -> timed.put(model, Timing.of(visits))));
    assertThat(timed.keySet()).containsAll(pending.subList(0, 2));
    assertThat(KitRunner.pending(kit, timed.keySet())).hasSize(pending.size() - 2);
    KitEntries entries = KitEntries.of(KitMeasurements.NONE.with(kit, timed), Origin.MEASURED);
    assertThat(entries.waiting()).isEmpty();
    assertThat(entries.entries().keySet())
        .extracting(Operator::key)
        .containsExactlyInAnyOrder(pending.get(0).subject(), pending.get(1).subject());
  }

  @Test
  void theFixedCostIsTakenOffAndOperatorsWithoutItWait() {
    SearchSpace space = KitTesting.space(10);
    Kit kit = KitTesting.write(KitTesting.contents(space), folder.resolve("kit"));
    KitModel model = kit.models(KitRole.OPERATOR).get(0);
    KitModel empty =
        kit.models(KitRole.EMPTY).stream()
            .filter(m -> m.input().equals(model.input()))
            .findFirst()
            .orElseThrow();
    KitMeasurements alone =
        KitMeasurements.NONE.with(kit, Map.of(model, Timing.of(Samples.of(9, 10, 14))));
    assertThat(KitEntries.of(alone, Origin.MEASURED).waiting())
        .containsExactly(Operator.parse(model.subject()));
    KitMeasurements both = alone.with(kit, Map.of(empty, Timing.of(Samples.of(3, 4, 4))));
    KitEntries entries = KitEntries.of(both, Origin.MEASURED);
    var entry = entries.entries().get(Operator.parse(model.subject()));
    assertThat(entry.micros()).isEqualTo(6);
    assertThat(entry.meanMicros()).isEqualTo(7);
    assertThat(entry.stdMicros()).hasValue(2.646);
    KitMeasurements slow = alone.with(kit, Map.of(empty, Timing.of(Samples.of(30))));
    assertThat(KitEntries.of(slow, Origin.MEASURED).entries().values().iterator().next().micros())
        .isZero();
  }
}
