package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PredictorAgreementTest {
  @Test
  void comparesPredictionsWithPredictions() {
    PredictorAgreement agreement =
        PredictorAgreement.of(
            40, new double[] {0.5, 0.6, 0.7, 0.9}, new double[] {0.5, 0.6, 0.8, 0.9});

    // The predicted ones' squared distances from 0.7 add up to 0.1, the residuals' to 0.01.
    assertThat(agreement.rSquared()).isCloseTo(0.9, within(1e-12));
    assertThat(agreement.rootMeanSquare()).isCloseTo(0.05, within(1e-12));
    assertThat(agreement.largest()).isCloseTo(0.1, within(1e-12));
    assertThat(agreement.spearman()).isEqualTo(1);
    assertThat(agreement.words())
        .isEqualTo(
            "R2 0.9000, root mean square residual 5.000 points, largest 10.00 points, Spearman"
                + " 1.0000, on 4 architectures kept out of 44; residuals are to the predictor, not"
                + " to measurements");
  }

  @Test
  void refusesWhatCannotBeCompared() {
    assertThatThrownBy(
            () -> PredictorAgreement.of(1, new double[] {0.1, 0.2}, new double[] {0.5, 0.5}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all 2 predicted accuracies are 0.5: there is nothing to agree on");
    assertThatThrownBy(() -> new PredictorAgreement(1, 2, 1.5, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rSquared 1.5 must be at most 1, and spearman 0.0 between -1 and 1");
  }
}
