package dev.espalier.job;

import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.accuracy.MlpEnsemble;
import dev.espalier.accuracy.PredictorSource;
import dev.espalier.accuracy.StoredPredictor;
import dev.espalier.accuracy.StoredPredictorFolder;
import dev.espalier.artefact.Storage;
import dev.espalier.run.Progress;
import dev.espalier.space.SearchSpace;
import dev.espalier.spark.EspalierSpark;
import dev.espalier.spark.StoredPredictorFit;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Makes accuracy predictors of spaces without a supernet on Spark, and publishes them. */
public final class PredictorJob {
  private static final String APPLICATION = "espalier predictor";

  private final Progress progress;

  /** A job. */
  public PredictorJob(Progress progress) {
    this.progress = progress;
  }

  /**
   * Publishes networks whose error nobody measured, with their additive part.
   *
   * @param output a folder that does not exist, or is empty
   * @throws IllegalArgumentException if the space has fewer than 50 architectures
   */
  public StoredPredictor complete(MlpEnsemble mlp, PredictorSource source, Path output) {
    return publish(fit -> fit.complete(mlp, source), output);
  }

  /**
   * Trains a predictor on accuracies that were measured elsewhere, and publishes it with its error
   * and its additive part.
   *
   * @param output a folder that does not exist, or is empty
   * @throws IllegalArgumentException if there are too few measurements, if all are equal, or if the
   *     space has fewer than 50 architectures
   */
  public StoredPredictor fit(
      SearchSpace space, MeasuredSplit split, PredictorSource source, Path output) {
    return publish(fit -> fit.fit(space, split, source), output);
  }

  private StoredPredictor publish(
      Function<StoredPredictorFit, StoredPredictor> making, Path output) {
    SparkSession session = EspalierSpark.session(APPLICATION);
    try {
      Storage storage = new Storage(session.sparkContext().hadoopConfiguration());
      storage.requireVacant(output);
      StoredPredictor predictor = making.apply(new StoredPredictorFit(session, progress));
      StoredPredictorFolder.write(storage, output, predictor);
      return predictor;
    } finally {
      session.stop();
    }
  }
}
