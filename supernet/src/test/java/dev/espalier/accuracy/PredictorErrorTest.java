package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredictorErrorTest {
  @Test
  void spearmanOfAMonotoneRelationIsOneHoweverCurved() {
    double[] x = {1, 2, 3, 4, 5};
    double[] y = {1, 8, 27, 64, 125};

    assertThat(PredictorError.spearman(x, y)).isEqualTo(1);
    assertThat(PredictorError.spearman(x, new double[] {5, 4, 3, 2, 1})).isEqualTo(-1);
  }

  /** The IQ and television example of Wikipedia's article on the coefficient: -29/165. */
  @Test
  void spearmanMatchesAPublishedExampleWithoutTies() {
    double[] iq = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
    double[] hours = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};

    assertThat(PredictorError.spearman(iq, hours)).isCloseTo(-29.0 / 165, within(1e-12));
  }

  /** By hand: ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4 have Pearson correlation 4.5 / sqrt(4.5 · 5). */
  @Test
  void spearmanGivesTiedValuesTheMeanOfTheirRanks() {
    double[] tied = {1, 2, 2, 3};
    double[] plain = {1, 2, 3, 4};

    assertThat(PredictorError.spearman(tied, plain))
        .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void spearmanOfAConstantIsZero() {
    assertThat(PredictorError.spearman(new double[] {1, 1, 1}, new double[] {1, 2, 3})).isZero();
  }

  @Test
  void errorsAreThoseOfTheAbsoluteDifferences() {
    // Differences 0.00, 0.01, ..., 0.19.
    double[] measured = IntStream.range(0, 20).mapToDouble(i -> 0.5 + 0.02 * i).toArray();
    double[] predicted = IntStream.range(0, 20).mapToDouble(i -> measured[i] - 0.01 * i).toArray();

    PredictorError error = PredictorError.of(100, predicted, measured);

    assertThat(error.fitted()).isEqualTo(100);
    assertThat(error.heldOut()).isEqualTo(20);
    assertThat(error.spearman()).isEqualTo(1);
    assertThat(error.meanAbsolute()).isCloseTo(0.095, within(1e-12));
    assertThat(error.rootMeanSquare()).isCloseTo(Math.sqrt(0.0001 * 2470 / 20), within(1e-12));
    assertThat(error.ninetyFifthPercentile()).isCloseTo(0.18, within(1e-12));
  }

  @Test
  void refusesNaNAndUnequalLengths() {
    assertThatThrownBy(
            () -> PredictorError.spearman(new double[] {1, Double.NaN}, new double[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value 1 of 2 is NaN");
    assertThatThrownBy(() -> PredictorError.of(1, new double[3], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 and 2 values: two equal lengths of at least 2 are needed");
  }
}
