package dev.espalier.accuracy;

/** An accuracy predictor whose error was found on measurements that it was not fitted on. */
public interface JudgedAccuracyPredictor extends AccuracyPredictor {
  /** Its error on architectures it was not fitted on. */
  PredictorError error();

  @Override
  default String errorWords() {
    return error().words();
  }
}
