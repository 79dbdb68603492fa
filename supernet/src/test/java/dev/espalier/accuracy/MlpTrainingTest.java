package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.space.OfaMobileNetV3;
import java.util.List;
import org.junit.jupiter.api.Test;

class MlpTrainingTest {
  private final OfaMobileNetV3 space = TestSpaces.small();

  @Test
  void ranksANonAdditiveFunctionOnArchitecturesKeptOut() {
    long seed = 21;
    var random = TestSpaces.random(seed);
    var truth = SyntheticAccuracy.nonAdditive(space, random);
    MeasuredSplit split = SyntheticAccuracy.split(space, truth, 600, 200, random);

    MlpAccuracyPredictor predictor =
        MlpTraining.builder().members(1).epochs(60).build().fit(space, split, random);

    assertThat(predictor.error().spearman()).as("seed %d", seed).isGreaterThan(0.9);
    assertThat(predictor.error().fitted()).isEqualTo(600);
    assertThat(predictor.error().heldOut()).isEqualTo(200);
  }

  @Test
  void theSameSeedGivesTheSameWeights() {
    MeasuredSplit split =
        SyntheticAccuracy.split(
            space,
            SyntheticAccuracy.nonAdditive(space, TestSpaces.random(1)),
            60,
            20,
            TestSpaces.random(2));
    MlpTraining training = MlpTraining.builder().members(2).width(16).epochs(4).build();

    MlpAccuracyPredictor first = training.fit(space, split, TestSpaces.random(3));
    MlpAccuracyPredictor second = training.fit(space, split, TestSpaces.random(3));
    MlpAccuracyPredictor other = training.fit(space, split, TestSpaces.random(4));

    assertThat(second.weights()).isEqualTo(first.weights());
    assertThat(other.weights()).isNotEqualTo(first.weights());
  }

  @Test
  void refusesSettingsOutOfRangeAllTogether() {
    assertThatThrownBy(() -> MlpTraining.builder().width(0).validationShare(0.7).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "MLP training: width 0 must be at least 1; validationShare 0.7 must be above 0 and at most 0.5");
  }

  @Test
  void refusesTooFewOrEqualMeasurements() {
    MeasuredSplit few = SyntheticAccuracy.split(space, a -> 0.5, 9, 2, TestSpaces.random(1));
    MeasuredSplit equal = SyntheticAccuracy.split(space, a -> 0.5, 20, 2, TestSpaces.random(1));
    MlpTraining training = MlpTraining.builder().build();

    assertThatThrownBy(() -> training.fit(space, few, TestSpaces.random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fitting an MLP on 9 measurements: at least 10 are needed");
    assertThatThrownBy(() -> training.fit(space, equal, TestSpaces.random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all 20 measured accuracies are 0.5: there is nothing to fit");
  }

  @Test
  void measurementsUnderDifferentConditionsDoNotMix() {
    MeasuredSplit split = SyntheticAccuracy.split(space, a -> 0.5, 3, 2, TestSpaces.random(1));
    AccuracyMeasurement stranger =
        new AccuracyMeasurement(
            space.largest(),
            1,
            1_000_000,
            new MeasurementConditions("2".repeat(64), "1".repeat(64), 100));

    assertThatThrownBy(() -> new MeasuredSplit(List.of(stranger), split.heldOut()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be fitted together");
    List<ReportedAccuracy> reported =
        List.of(new ReportedAccuracy(space.largest(), 0.7, "3".repeat(64)));
    assertThatThrownBy(() -> new MeasuredSplit(reported, split.heldOut()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("measurements as file 333")
        .hasMessageContaining(" reports and on 1000000 images under ")
        .hasMessageEndingWith(" cannot be fitted together");
    assertThatThrownBy(() -> new MeasuredSplit(split.heldOut(), split.heldOut()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is measured twice in one split");
  }
}
