package dev.espalier.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.artefact.Digest;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Images that make and measure a subnet.
 *
 * @param calibration re-calibrate its batch norms; all of them are used
 * @param evaluation are classified
 * @param preprocessing of both
 */
public record EvaluationImages(
    ImageSet calibration, ImageSet evaluation, Preprocessing preprocessing) {
  /** Images of one calibration pass; part of what a measurement depends on. */
  static final int CALIBRATION_BATCH = 250;

  public EvaluationImages {
    if (calibration.channels() != evaluation.channels()) {
      throw new IllegalArgumentException(
          "calibration images have %d channels, evaluation images %d"
              .formatted(calibration.channels(), evaluation.channels()));
    }
    if (calibration.count() < 2 || evaluation.count() < 1) {
      throw new IllegalArgumentException(
          "%d calibration and %d evaluation images: at least 2 and 1 are needed"
              .formatted(calibration.count(), evaluation.count()));
    }
  }

  /**
   * A supernet's own images.
   *
   * @param evaluation the split to classify; never the test split for anything that is fitted
   * @param calibrationImages the first of the calibration split
   * @throws IllegalArgumentException if the split has fewer
   * @throws dev.espalier.artefact.ArtefactException if a split is missing or damaged
   */
  public static EvaluationImages of(
      SupernetFolder folder,
      DatasetDescription dataset,
      ImageSplit evaluation,
      int calibrationImages) {
    ImageSet calibration = ImageSplit.CALIBRATION.read(folder);
    if (calibrationImages > calibration.count()) {
      throw new IllegalArgumentException(
          "%d calibration images are asked for, supernet %s brings %d"
              .formatted(calibrationImages, folder.path(), calibration.count()));
    }
    return new EvaluationImages(
        calibration.slice(0, calibrationImages), evaluation.read(folder), preprocessing(dataset));
  }

  private static Preprocessing preprocessing(DatasetDescription dataset) {
    if (dataset.mean().size() != 1) {
      throw new IllegalArgumentException(
          "data set %s normalises %d channels; images of one channel can be evaluated"
              .formatted(dataset.name(), dataset.mean().size()));
    }
    return new Preprocessing(dataset.mean().get(0), dataset.deviation().get(0));
  }

  /** SHA-256 over both image sets, their labels and the preprocessing. */
  public String digest() {
    SortedMap<String, String> parts = new TreeMap<>();
    parts.put("calibration", calibration.digest());
    parts.put("evaluation", evaluation.digest());
    parts.put(
        "preprocessing",
        Digest.of(
            "mean %s deviation %s calibrated %d at a time"
                .formatted(preprocessing.mean(), preprocessing.deviation(), CALIBRATION_BATCH)
                .getBytes(UTF_8)));
    return Digest.ofParts(parts);
  }
}
