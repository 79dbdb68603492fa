package dev.espalier.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.measurement.OperatorBenchmark;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final OfaMobileNetV3 SPACE =
      new OfaMobileNetV3(
          new MobileNetV3Definition(
              List.of(12, 16, 24),
              1,
              8,
              8,
              List.of(
                  new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                  new MobileNetV3Definition.Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2))),
              List.of(3, 5),
              List.of(3, 6),
              32,
              32,
              10));

  private static LatencyTable table(Precision precision, Predicate<Operator> kept) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    for (Operator operator : OperatorBenchmark.operators(SPACE)) {
      if (kept.test(operator)) {
        entries.put(
            operator.withPrecision(precision),
            new LatencyEntry(1, 0, OptionalDouble.empty(), 0, Origin.MODELLED));
      }
    }
    return LatencyTable.of(entries);
  }

  @Test
  void aWholeTableCoversEverything() {
    LatencyTable table = table(Precision.INT8, operator -> true);
    Coverage coverage = Coverage.of(SPACE, table, Precision.INT8);
    assertThat(coverage.whole().complete()).isTrue();
    assertThat(coverage.whole().covered()).isEqualTo(table.size());
    assertThat(coverage.parts())
        .extracting(Coverage.Part::name)
        .containsExactly(
            "stem", "first", "stage1", "stage2", "final", "pool", "feature", "classifier");
    assertThat(coverage.resolutions())
        .extracting(Coverage.Part::name)
        .containsExactly("12", "16", "24");
    assertThat(coverage.resolutions()).allMatch(Coverage.Part::complete);
    assertThat(Coverage.of(SPACE, table, Precision.FLOAT32).whole().covered()).isZero();
  }

  @Test
  void tellsWhichPartsAndResolutionsLackOperators() {
    LatencyTable table =
        table(
            Precision.FLOAT32,
            o -> o.kind() != OperatorKind.MBCONV || o.kernel() != 5 || o.input().height() != 8);
    Coverage coverage = Coverage.of(SPACE, table, Precision.FLOAT32);
    // 8 x 8 is the input of the stages at resolution 16 alone.
    assertThat(coverage.resolutions().stream().filter(Coverage.Part::complete))
        .extracting(Coverage.Part::name)
        .containsExactly("12", "24");
    assertThat(coverage.parts().stream().filter(part -> !part.complete()))
        .extracting(Coverage.Part::name)
        .containsExactly("stage1", "stage2");
    assertThat(coverage.whole().missing())
        .isNotEmpty()
        .allMatch(operator -> operator.kernel() == 5 && operator.input().height() == 8);
    assertThat(coverage.whole().covered()).isEqualTo(table.size());
  }

  @Test
  void anArchitectureOfACompleteResolutionHasAllItsOperators() {
    for (long seed = 0; seed < 50; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      LatencyTable table =
          table(Precision.FLOAT32, o -> o.input().height() != 6 && random.nextInt(40) > 0);
      Coverage coverage = Coverage.of(SPACE, table, Precision.FLOAT32);
      for (int i = 0; i < 20; i++) {
        Architecture architecture = SPACE.sample(random);
        int resolution = architecture.option(0);
        if (coverage.resolutions().get(resolution).complete()) {
          assertThat(table.missing(SPACE.lower(architecture))).as("seed %d", seed).isEmpty();
        }
        assertThat(coverage.resolutions().get(resolution).missing())
            .as("seed %d", seed)
            .containsAll(table.missing(SPACE.lower(architecture)));
      }
    }
  }
}
