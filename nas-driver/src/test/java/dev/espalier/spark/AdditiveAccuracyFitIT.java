package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AdditiveAccuracyFitIT {
  private static final SearchSpace SPACE = SparkTesting.space();

  private final AdditiveAccuracyFit fit = new AdditiveAccuracyFit(SparkTesting.session());

  @Test
  void recoversAFunctionOfSingleDecisions() {
    AdditiveAccuracyPredictor truth = SyntheticPredictors.additive(SPACE, 1, 7);
    RandomGenerator noise = SparkTesting.random(2);
    MeasuredSplit split =
        SyntheticPredictors.split(
            SPACE, a -> truth.predict(a) + 0.001 * noise.nextGaussian(), 200, 40);

    AdditiveAccuracyPredictor fitted = fit.fit(SPACE, split, SparkTesting.random(1));

    assertThat(fitted.basis().order()).isOne();
    assertThat(fitted.error().spearman()).isGreaterThan(0.98);
    for (Architecture architecture : SparkTesting.architectures(SPACE, 100, 33)) {
      assertThat(fitted.predict(architecture))
          .isCloseTo(truth.predict(architecture), within(0.0015));
    }
  }

  @Test
  void choosesPairsWhereTheyMatter() {
    AdditiveAccuracyPredictor truth = SyntheticPredictors.additive(SPACE, 2, 8);
    MeasuredSplit split = SyntheticPredictors.split(SPACE, truth::predict, 250, 40);

    AdditiveAccuracyPredictor fitted = fit.fit(SPACE, split, SparkTesting.random(1));

    assertThat(fitted.basis().order()).isEqualTo(2);
    assertThat(fitted.error().spearman()).isGreaterThan(0.97);
  }

  @Test
  void theSameSeedGivesTheSameCoefficients() {
    AdditiveAccuracyPredictor truth = SyntheticPredictors.additive(SPACE, 2, 8);
    MeasuredSplit split = SyntheticPredictors.split(SPACE, truth::predict, 40, 10);

    AdditiveAccuracyPredictor first = fit.fit(SPACE, split, SparkTesting.random(1));
    AdditiveAccuracyPredictor second = fit.fit(SPACE, split, SparkTesting.random(1));

    for (Architecture architecture : SparkTesting.architectures(SPACE, 50, 3)) {
      assertThat(second.predict(architecture)).isEqualTo(first.predict(architecture));
    }
  }

  @Test
  void refusesTooFewMeasurements() {
    MeasuredSplit few = SyntheticPredictors.split(SPACE, a -> 0.5, 9, 2);
    MeasuredSplit equal = SyntheticPredictors.split(SPACE, a -> 0.5, 20, 2);

    assertThatThrownBy(() -> fit.fit(SPACE, few, SparkTesting.random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fitting an additive predictor on 9 measurements: at least 10 are needed");
    assertThatThrownBy(() -> fit.fit(SPACE, equal, SparkTesting.random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all 16 accuracies are 0.5: there is nothing to fit");
  }
}
