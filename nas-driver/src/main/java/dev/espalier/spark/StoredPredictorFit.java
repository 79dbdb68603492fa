package dev.espalier.spark;

import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.accuracy.MlpAccuracyPredictor;
import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.accuracy.MlpTraining;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.accuracy.PredictorSource;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.run.Progress;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.SearchSpace;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes predictors of spaces without a supernet: from networks that are there, or from accuracies
 * that were measured elsewhere. The same input and seed give the same predictor on the same
 * machine.
 */
public final class StoredPredictorFit {
  private static final Logger LOG = LoggerFactory.getLogger(StoredPredictorFit.class);

  private final SparkSession session;
  private final Progress progress;

  /** Fits in a session. */
  public StoredPredictorFit(SparkSession session, Progress progress) {
    this.session = session;
    this.progress = progress;
  }

  /**
   * Adds the additive part to networks whose error nobody measured.
   *
   * @param source where they came from; its seed is used
   * @throws IllegalArgumentException if the space has fewer than 50 architectures
   */
  public StoredPredictor complete(MlpEnsemble mlp, PredictorSource source) {
    return complete(mlp, Optional.empty(), source);
  }

  private StoredPredictor complete(
      MlpEnsemble mlp, Optional<PredictorError> error, PredictorSource source) {
    AdditivePartFit fit = new AdditivePartFit(session);
    try (Stage stage = progress.begin("fitting the additive part", fit.mostRegressions())) {
      AdditivePart additive =
          fit.fit(mlp, AdditivePartFit.Settings.of(mlp.space(), source.seed()), stage::done);
      return new StoredPredictor(mlp, error, additive, source);
    }
  }

  /**
   * Trains networks on measured accuracies, finds their error on those kept out, and adds the
   * additive part.
   *
   * @param split at least 10 to fit on, their accuracies not all equal
   * @param source of the measurements; its seed is used
   * @throws IllegalArgumentException if there are too few measurements, if all are equal, or if the
   *     space has fewer than 50 architectures
   */
  public StoredPredictor fit(SearchSpace space, MeasuredSplit split, PredictorSource source) {
    MlpTraining training = MlpTraining.builder().build();
    MlpAccuracyPredictor mlp;
    try (Stage stage =
        progress.begin(
            "training on " + split.fitting().size() + " measurements", training.mostEpochs())) {
      mlp =
          training.fit(
              space,
              split,
              RandomGeneratorFactory.of("L64X128MixRandom").create(source.seed()),
              stage::done);
    }
    LOG.info("MLP accuracy predictor, seed {}: {}", source.seed(), mlp.error().words());
    return complete(mlp.ensemble(), Optional.of(mlp.error()), source);
  }
}
