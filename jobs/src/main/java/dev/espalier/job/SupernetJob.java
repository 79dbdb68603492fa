package dev.espalier.job;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.Progress;
import dev.espalier.run.Progress.Stage;
import dev.espalier.space.Architecture;
import dev.espalier.spark.AccuracyPredictorFit;
import dev.espalier.spark.EspalierSpark;
import dev.espalier.spark.EvaluationListener;
import dev.espalier.spark.SubnetEvaluation;
import java.util.List;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Measures subnets of a supernet on Spark, and fits accuracy predictors to what was measured. */
public final class SupernetJob {
  private static final String APPLICATION = "espalier supernet";

  private final SupernetFolder folder;
  private final Supernet supernet;
  private final Path cache;
  private final Progress progress;

  /**
   * A job on one supernet.
   *
   * @param cache folder of measurements, so that none is made twice
   */
  public SupernetJob(SupernetFolder folder, Supernet supernet, Path cache, Progress progress) {
    this.folder = folder;
    this.supernet = supernet;
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * Measures the accuracy of subnets as they would ship.
   *
   * @param split of the supernet's images
   * @param calibrationImages that batch norms are re-calibrated on
   * @return one for each distinct architecture, by ascending code
   */
  public List<AccuracyMeasurement> evaluate(
      List<Architecture> architectures, ImageSplit split, int calibrationImages) {
    SparkSession session = EspalierSpark.session(APPLICATION);
    try (Stage stage =
        progress.begin("measuring " + architectures.size() + " subnets", architectures.size())) {
      return evaluation(session, split, calibrationImages).measure(architectures, listener(stage));
    } finally {
      session.stop();
    }
  }

  /**
   * Measures subnets on the validation images, fits both predictors, and publishes the supernet
   * with them.
   *
   * @param output a folder that does not exist, or is empty
   */
  public AccuracyPredictors fit(
      AccuracyPredictorFit.Settings settings, int calibrationImages, Path output) {
    SparkSession session = EspalierSpark.session(APPLICATION);
    try {
      Storage storage = new Storage(session.sparkContext().hadoopConfiguration());
      storage.requireVacant(output);
      AccuracyPredictors predictors;
      try (Stage stage =
          progress.begin(
              "measuring " + settings.architectures() + " subnets and fitting",
              settings.architectures())) {
        predictors =
            new AccuracyPredictorFit(
                    session,
                    supernet.space(),
                    evaluation(session, ImageSplit.VALIDATION, calibrationImages))
                .fit(settings, listener(stage));
      }
      SortedMap<String, byte[]> files = folder.otherFiles();
      files.putAll(AccuracyPredictorFiles.write(predictors));
      SupernetFolder.write(storage, output, supernet, files);
      return predictors;
    } finally {
      session.stop();
    }
  }

  private SubnetEvaluation evaluation(
      SparkSession session, ImageSplit split, int calibrationImages) {
    return new SubnetEvaluation(
        session,
        supernet,
        EvaluationImages.of(folder, supernet.dataset(), split, calibrationImages),
        cache);
  }

  private static EvaluationListener listener(Stage stage) {
    return p -> stage.done(p.done());
  }
}
