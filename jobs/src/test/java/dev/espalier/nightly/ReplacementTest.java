package dev.espalier.nightly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.nightly.Accuracy.Measured;
import dev.espalier.nightly.Accuracy.Predicted;
import dev.espalier.nightly.Replacement.Absence;
import dev.espalier.nightly.Replacement.Challenger;
import dev.espalier.nightly.Replacement.Incumbent;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReplacementTest {
  private static final Absence INFEASIBLE =
      new Absence(Decision.NONE, "no architecture has latency ≤ 1 µs");
  private static final Absence REFUSED =
      new Absence(Decision.REFUSED, "no candidate passed verification: candidate 1: too slow");

  private static Accuracy predicted(double value) {
    return new Predicted(value, OptionalDouble.of(0.01));
  }

  private static Accuracy measured(double value) {
    return new Measured(value, 10_000, "images");
  }

  private static Optional<Incumbent> old(Accuracy accuracy, String... violations) {
    return Optional.of(new Incumbent("00", "net", accuracy, List.of(violations), Optional.empty()));
  }

  private static Optional<Challenger> found(Accuracy accuracy) {
    return Optional.of(new Challenger("01", "net", accuracy, Optional.empty()));
  }

  private static Replacement decide(Optional<Incumbent> old, Optional<Challenger> found) {
    return Replacement.decide(old, found, INFEASIBLE, Margins.STATED);
  }

  @Test
  void aPredictedGainCountsBeyondWhatThePredictorStates() {
    assertThat(decide(old(predicted(0.70)), found(predicted(0.709))).decision())
        .isEqualTo(Decision.KEPT);
    Replacement replaced = decide(old(predicted(0.70)), found(predicted(0.711)));
    assertThat(replaced.decision()).isEqualTo(Decision.REPLACED);
    assertThat(replaced.reason())
        .isEqualTo(
            "predicted 71.10 % instead of predicted 70.00 %, +1.10 points, beyond the noise of 1.00 points (95 % of the predictor's errors on others are within it)");
  }

  @Test
  void aMeasuredGainCountsBeyondTwoStandardDeviations() {
    // Each has a standard deviation of sqrt(0.9 * 0.1 / 10000) = 0.3 points, their difference
    // of 0.42.
    assertThat(decide(old(measured(0.90)), found(measured(0.908))).decision())
        .isEqualTo(Decision.KEPT);
    assertThat(decide(old(measured(0.90)), found(measured(0.909))).decision())
        .isEqualTo(Decision.REPLACED);
  }

  @Test
  void aConfiguredNoiseTakesThePlaceOfTheStated() {
    Margins margins = new Margins(OptionalDouble.of(0.02), 0);
    Replacement kept =
        Replacement.decide(old(predicted(0.70)), found(predicted(0.715)), INFEASIBLE, margins);
    assertThat(kept.decision()).isEqualTo(Decision.KEPT);
    assertThat(kept.reason()).contains("not beyond the noise of 2.00 points (as configured)");
  }

  @Test
  void anUnknownErrorIsNoNoiseAndSaysHowToStateOne() {
    Accuracy before = new Predicted(0.7, OptionalDouble.empty());
    Accuracy now = new Predicted(0.7001, OptionalDouble.empty());
    Replacement replaced = decide(old(before), found(now));
    assertThat(replaced.decision()).isEqualTo(Decision.REPLACED);
    assertThat(replaced.reason()).contains("error is not known", "accuracy-noise");
  }

  @Test
  void whatBreaksItsBudgetIsReplacedEvenByALessAccurateOne() {
    Replacement replaced =
        decide(
            old(predicted(0.75), "latency is 160 µs, and 150 µs is allowed"),
            found(predicted(0.70)));
    assertThat(replaced.decision()).isEqualTo(Decision.REPLACED);
    assertThat(replaced.reason())
        .isEqualTo("it breaks its budget: latency is 160 µs, and 150 µs is allowed");
  }

  @Test
  void whereNothingWasFoundAModelStaysAndABrokenOneAlarms() {
    assertThat(decide(old(predicted(0.7)), Optional.empty()).decision()).isEqualTo(Decision.KEPT);
    Replacement broken = decide(old(predicted(0.7), "too slow"), Optional.empty());
    assertThat(broken.decision()).isEqualTo(Decision.BROKEN);
    assertThat(broken.reason()).contains("too slow", "nothing to replace it: no architecture");
    assertThat(decide(Optional.empty(), Optional.empty()).decision()).isEqualTo(Decision.NONE);
    assertThat(
            Replacement.decide(Optional.empty(), Optional.empty(), REFUSED, Margins.STATED)
                .decision())
        .isEqualTo(Decision.REFUSED);
  }

  @Test
  void theFirstModelIsNewAndTheSameOneStays() {
    assertThat(decide(Optional.empty(), found(predicted(0.7))).decision()).isEqualTo(Decision.NEW);
    Replacement same =
        decide(
            old(predicted(0.7)),
            Optional.of(new Challenger("00", "net", predicted(0.9), Optional.empty())));
    assertThat(same.decision()).isEqualTo(Decision.KEPT);
    assertThat(same.reason()).isEqualTo("still the best that fits");
  }

  @Test
  void anEqualArchitectureOfARetrainedSupernetIsAnotherModel() {
    Optional<Challenger> retrained =
        Optional.of(new Challenger("00", "net 2", measured(0.95), Optional.empty()));
    assertThat(decide(old(measured(0.90)), retrained).decision()).isEqualTo(Decision.REPLACED);
  }

  @Test
  void whatWasBuiltIsNotReplacedByAnArchitectureAloneAndViceVersa() {
    assertThat(decide(old(measured(0.7)), found(predicted(0.9))).decision())
        .isEqualTo(Decision.KEPT);
    assertThat(decide(old(predicted(0.9)), found(measured(0.7))).decision())
        .isEqualTo(Decision.REPLACED);
  }

  @Test
  void accuraciesOnOtherImagesAreNotCompared() {
    Replacement replaced =
        decide(old(measured(0.9)), found(new Measured(0.8, 10_000, "other images")));
    assertThat(replaced.decision()).isEqualTo(Decision.REPLACED);
    assertThat(replaced.reason()).contains("test images changed");
  }

  @Test
  void whatIsLostIsReplacedWhateverItsAccuracy() {
    Replacement replaced =
        decide(
            Optional.of(
                new Incumbent(
                    "00",
                    "net",
                    predicted(0.9),
                    List.of(),
                    Optional.of("its files in night N are damaged"))),
            found(predicted(0.1)));
    assertThat(replaced)
        .isEqualTo(new Replacement(Decision.REPLACED, "its files in night N are damaged"));
  }

  @Test
  void whatWasRolledBackIsNotDeployedAgain() {
    Optional<Challenger> rejected =
        Optional.of(new Challenger("01", "net", predicted(0.9), Optional.of("2026-03-31")));
    Replacement kept = decide(old(predicted(0.7)), rejected);
    assertThat(kept.decision()).isEqualTo(Decision.KEPT);
    assertThat(kept.reason()).contains("rolled back 2026-03-31");
    assertThat(decide(old(predicted(0.7), "too slow"), rejected).decision())
        .isEqualTo(Decision.BROKEN);
    assertThat(decide(Optional.empty(), rejected).decision()).isEqualTo(Decision.NONE);
  }
}
