package dev.espalier.run;

import dev.espalier.deploy.Predictions;
import dev.espalier.operator.Precision;
import java.util.Optional;

/**
 * When a file in another format than float32 ONNX may be published: it may be less accurate than
 * that one, on the same images, by an allowance for its precision plus two standard deviations of
 * the difference. Images on which the two differ are what the difference comes from, so that its
 * variance is at most their share over the number of images.
 *
 * @param allowance fraction of 1
 */
record FormatRule(double allowance) {
  private static final double DEVIATIONS = 2;

  static FormatRule of(Precision precision) {
    return new FormatRule(
        switch (precision) {
          case FLOAT32 -> 0;
          case FLOAT16 -> 0.001;
          case INT8 -> 0.01;
        });
  }

  /** The largest loss allowed, fraction of 1. */
  double allowedLoss(Predictions file, Predictions floats) {
    double differing = 1 - file.agreement(floats);
    return allowance + DEVIATIONS * Math.sqrt(differing / file.count());
  }

  /** What is wrong with a file. */
  Optional<String> refuse(double loss, Predictions file, Predictions floats) {
    double allowed = allowedLoss(file, floats);
    return loss <= allowed
        ? Optional.empty()
        : Optional.of(
            "it is %.2f points less accurate than float32 ONNX on %d images, allowed: %.2f"
                .formatted(100 * loss, file.count(), 100 * allowed));
  }
}
