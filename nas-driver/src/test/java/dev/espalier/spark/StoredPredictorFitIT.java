package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.accuracy.PredictorSource;
import dev.espalier.accuracy.ReportedAccuracy;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.artefact.Digest;
import dev.espalier.run.Progress;
import dev.espalier.run.ReportedAccuracyReader;
import dev.espalier.search.ReleasedOfa;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredPredictorFitIT {
  private static final Path PUBLISHED =
      Path.of("..", "..", "shared", "data", "moofa-accuracy", "MIT_OFA.csv");
  private static final PredictorSource SOURCE = new PredictorSource("a test", "0".repeat(64), 5);

  private final StoredPredictorFit fit =
      new StoredPredictorFit(SparkTesting.session(), Progress.SILENT);

  /**
   * MIT's supernet of width 1.0 as MOOFA's authors measured it. The settings are the defaults,
   * which were there before. On 400 kept out of another draw of 2,000, shallower, wider and more
   * strongly penalised networks differed from them by less than 0.001.
   */
  @Test
  void publishedMeasurementsArePredictedWhereTheyWereKeptOut() throws IOException {
    assumeTrue(
        Files.exists(PUBLISHED), "published files are not here: " + PUBLISHED.toAbsolutePath());
    SearchSpace space = ReleasedOfa.space("ofa-mobilenetv3-w1.0@128,160,192");
    byte[] csv = Files.readAllBytes(PUBLISHED);
    List<ReportedAccuracy> measured = ReportedAccuracyReader.read(space, PUBLISHED.toString(), csv);
    MeasuredSplit split =
        MeasuredSplit.drawn(measured, measured.size() - 2000, SparkTesting.random(1));

    StoredPredictor predictor =
        fit.fit(space, split, new PredictorSource("published", Digest.of(csv), 1));

    assertThat(predictor.error().orElseThrow().fitted()).isEqualTo(2000);
    assertThat(predictor.error().orElseThrow().heldOut()).isEqualTo(610);
    assertThat(predictor.error().orElseThrow().spearman()).isGreaterThan(0.98);
    assertThat(predictor.error().orElseThrow().meanAbsolute()).isLessThan(0.005);
    assertThat(predictor.additive().agreement().rSquared()).isGreaterThan(0.99);
  }

  @Test
  void theSameSeedGivesTheSameDigest() {
    SearchSpace space = SparkTesting.space();
    MeasuredSplit split =
        SyntheticPredictors.split(space, SyntheticPredictors.additive(space, 2, 8)::predict, 40, 9);

    StoredPredictor first = fit.fit(space, split, SOURCE);
    StoredPredictor second = fit.fit(space, split, SOURCE);

    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(first.error().orElseThrow().fitted()).isEqualTo(40);
    assertThat(fit.complete(first.mlp(), SOURCE).error()).isEmpty();
  }

  @Test
  void keepingOutTooManyIsRefused() {
    assertThatThrownBy(
            () ->
                MeasuredSplit.drawn(
                    List.of(
                        new ReportedAccuracy(
                            SparkTesting.space().largest(), 0.5, SOURCE.fileDigest())),
                    2,
                    SparkTesting.random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 of 1 measurements kept out: keep out at least 2, and fewer than there are");
  }
}
