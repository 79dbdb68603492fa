package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.memory.MemoryModel;
import dev.espalier.operator.Precision;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DeviceLimitsTest {
  private static final MemoryModel MEMORY =
      MemoryModel.compile(SmallTarget.SPACE, Precision.FLOAT32);
  private static final OptionalLong NONE = OptionalLong.empty();

  private static List<Constraint> limits(OptionalLong sram, OptionalLong flash, OptionalLong ram) {
    return DeviceLimits.of(new MemoryLimits(sram, flash, ram), "x", Optional.of(MEMORY));
  }

  @Test
  void sramLimitsActivationsAndFlashLimitsWeights() {
    assertThat(limits(OptionalLong.of(100), OptionalLong.of(200), NONE))
        .containsExactly(
            new Constraint(Quantity.PEAK_MEMORY, 100, "sram of profile x"),
            new Constraint(Quantity.WEIGHT_MEMORY, 200, "flash of profile x"));
  }

  @Test
  void ramLimitsBothWhereItIsTighter() {
    assertThat(limits(OptionalLong.of(100), NONE, OptionalLong.of(150)))
        .containsExactly(
            new Constraint(Quantity.PEAK_MEMORY, 100, "sram of profile x"),
            new Constraint(Quantity.WEIGHT_MEMORY, 150, "ram of profile x"));
  }

  @Test
  void limitsThatNothingReachesAreLeftOut() {
    assertThat(limits(NONE, NONE, NONE)).isEmpty();
    assertThat(limits(NONE, NONE, OptionalLong.of(1L << 33))).isEmpty();
    assertThat(limits(OptionalLong.of(MEMORY.mostPeakBytes()), NONE, NONE)).isEmpty();
  }
}
