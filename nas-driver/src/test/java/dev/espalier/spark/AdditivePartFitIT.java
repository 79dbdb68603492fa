package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.search.ReleasedOfa;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class AdditivePartFitIT {
  private static final SearchSpace SPACE = SparkTesting.space();

  private final AdditivePartFit fit = new AdditivePartFit(SparkTesting.session());

  @Test
  void anAdditivePredictorIsItsOwnAdditivePart() {
    AdditiveAccuracyPredictor truth = SyntheticPredictors.additive(SPACE, 2, 7);

    AdditivePart part = fit.fit(truth, new AdditivePartFit.Settings(600, 100, 1));

    assertThat(part.kind()).isEqualTo("additive part of additive");
    assertThat(part.basis().order()).isEqualTo(2);
    assertThat(part.agreement().fitted()).isGreaterThan(600);
    assertThat(part.agreement().heldOut()).isEqualTo(100);
    assertThat(part.agreement().rSquared()).isCloseTo(1, within(1e-6));
    assertThat(part.agreement().largest()).isLessThan(1e-4);
    assertThat(part.predict(SPACE.smallest()))
        .isCloseTo(truth.predict(SPACE.smallest()), within(1e-4));
  }

  @Test
  void theSameSeedGivesTheSamePart() {
    MlpEnsemble mlp = SyntheticPredictors.mlp(SPACE).ensemble();
    AdditivePartFit.Settings settings = new AdditivePartFit.Settings(200, 50, 3);

    AdditivePart first = fit.fit(mlp, settings);
    AdditivePart second = fit.fit(mlp, settings);

    assertThat(second.agreement()).isEqualTo(first.agreement());
    for (Architecture architecture : SparkTesting.architectures(SPACE, 50, 3)) {
      assertThat(second.predict(architecture)).isEqualTo(first.predict(architecture));
    }
  }

  @Test
  void asksForHalfOfASmallSpaceAtMost() {
    assertThat(SPACE.size()).isEqualTo(3528);
    assertThat(AdditivePartFit.Settings.of(SPACE, 1))
        .isEqualTo(new AdditivePartFit.Settings(1412, 352, 1));
    assertThatThrownBy(() -> new AdditivePartFit.Settings(19, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an additive part fitted on 19 architectures with 2 kept out: at least 20 and 2 are needed");
  }

  /** Most of what OFA's predictor says is additive over blocks. */
  @Test
  void ofasReleasedPredictorIsNearlyAdditive() {
    assumeTrue(
        Files.exists(ReleasedOfa.DATA),
        "published files are not here: " + ReleasedOfa.DATA.toAbsolutePath());
    SearchSpace space = ReleasedOfa.space();
    MlpEnsemble mlp = ReleasedOfa.predictor(space);

    AdditivePart part = fit.fit(mlp, AdditivePartFit.Settings.of(space, 1));

    assertThat(part.kind()).isEqualTo("additive part of MLP");
    assertThat(part.agreement().heldOut()).isEqualTo(1_000);
    assertThat(part.nearFront().heldOut()).isEqualTo(1_000);
    assertThat(part.nearFront().rSquared()).isGreaterThan(0.99);
    assertThat(part.nearFront().rootMeanSquare()).isLessThan(0.0015);
    assertThat(part.agreement().rSquared()).isGreaterThan(0.97);
    assertThat(part.agreement().rootMeanSquare()).isLessThan(0.0025);
    assertThat(part.agreement().spearman()).isGreaterThan(0.98);
  }
}
