package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.cost.LatencyClaim;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.NetworkError;
import dev.espalier.profile.OverheadCorrection;
import dev.espalier.profile.SumError;
import dev.espalier.provenance.Modelled;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerificationRuleTest {
  private static final SumError ERROR = new SumError(20, 0.9, 0.5, 1, 0.0625, 0.125);
  private static final PredictorError PREDICTOR =
      new PredictorError(100, 100, 0.9, 0.01, 0.01, 0.02);

  private static double excess(LatencyClaim claim) {
    return VerificationRule.of(claim, PREDICTOR, 0.9, 10_000).latencyExcess();
  }

  @Test
  void allowsWhatAClaimStatesOfItsError() {
    assertThat(
            excess(
                new LatencyClaim.Estimate(
                    new Additivity(
                        "n", 9, new OverheadCorrection(1, 1), ERROR, ERROR, LocalDate.EPOCH))))
        .isEqualTo(0.125);
    Modelled model = new Modelled("a process", "12 networks", 12, 0.03125, LocalDate.EPOCH);
    assertThat(
            excess(
                new LatencyClaim.WholeNetworks(
                    12,
                    0,
                    100,
                    Optional.of(model),
                    Optional.of(new NetworkError("each in turn", ERROR)))))
        .isEqualTo(0.125);
    assertThat(
            excess(
                new LatencyClaim.WholeNetworks(12, 0, 100, Optional.of(model), Optional.empty())))
        .isEqualTo(0.03125);
  }

  @Test
  void allowsNothingWhereNoErrorIsStated() {
    assertThat(excess(new LatencyClaim.ExactForTable())).isZero();
    assertThat(excess(new LatencyClaim.SumOfModelled())).isZero();
    assertThat(excess(new LatencyClaim.WholeNetworks(5, 0, 0, Optional.empty(), Optional.empty())))
        .isZero();
  }
}
