package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.checkpoint.Supernet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyPredictorFitIT {
  private static final Supernet SUPERNET = SparkTesting.supernet();

  @TempDir Path folder;

  private AccuracyPredictorFit fit() {
    SubnetEvaluation evaluation =
        new SubnetEvaluation(
            SparkTesting.session(),
            SUPERNET,
            SparkTesting.data(1),
            new org.apache.hadoop.fs.Path("file://" + folder.resolve("cache")));
    return new AccuracyPredictorFit(SparkTesting.session(), SUPERNET.space(), evaluation);
  }

  @Test
  void fitsBothPredictorsAndDoesItAgainWithoutMeasuring() {
    AccuracyPredictorFit.Settings settings = new AccuracyPredictorFit.Settings(30, 10, 5);
    List<EvaluationProgress> progress = new ArrayList<>();

    AccuracyPredictors first = fit().fit(settings, progress::add);
    AccuracyPredictors second = fit().fit(settings, progress::add);

    assertThat(first.conditions().supernetDigest()).isEqualTo(SUPERNET.digest());
    assertThat(first.evaluationImages()).isEqualTo(90);
    assertThat(first.mlp().error().fitted()).isEqualTo(20);
    assertThat(first.additive().error().heldOut()).isEqualTo(10);
    assertThat(progress.get(progress.size() - 1).cached()).isEqualTo(30);
    assertThat(AccuracyPredictorFiles.write(second))
        .containsExactlyEntriesOf(AccuracyPredictorFiles.write(first));
  }

  @Test
  void refusesMoreArchitecturesThanTheSpaceHas() {
    AccuracyPredictorFit.Settings settings = new AccuracyPredictorFit.Settings(100_000_000, 10, 5);

    assertThatThrownBy(() -> fit().fit(settings, p -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100000000 architectures are asked for, the space has");
    assertThatThrownBy(() -> new AccuracyPredictorFit.Settings(15, 10, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "15 architectures with 10 kept out: at least 2 must be kept out and 10 fitted on");
  }
}
