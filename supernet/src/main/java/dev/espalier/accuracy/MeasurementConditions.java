package dev.espalier.accuracy;

import java.io.Serializable;

/**
 * What a measured accuracy depends on beside the architecture. Measurements under equal conditions
 * can be compared, fitted together and cached.
 *
 * @param supernetDigest of space, data set description and weights, SHA-256 in hexadecimal
 * @param dataDigest of the images evaluated and calibrated on, their labels and how they are
 *     prepared, likewise
 * @param calibrationImages number of images that batch norms were re-calibrated on
 */
public record MeasurementConditions(String supernetDigest, String dataDigest, int calibrationImages)
    implements Serializable {
  public MeasurementConditions {
    requireDigest("supernet", supernetDigest);
    requireDigest("data", dataDigest);
    if (calibrationImages < 1) {
      throw new IllegalArgumentException(
          "batch norms need at least 1 calibration image, not " + calibrationImages);
    }
  }

  private static void requireDigest(String what, String digest) {
    if (!digest.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "%s digest '%s' is not 64 lower-case hexadecimal digits".formatted(what, digest));
    }
  }
}
