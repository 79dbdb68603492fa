package dev.espalier.accuracy;

import dev.espalier.space.Architecture;
import java.io.Serializable;
import java.util.Objects;

/**
 * A subnet's top-1 accuracy as counted on images, with weights inherited from the supernet and
 * batch norms re-calibrated.
 *
 * @param architecture what was measured
 * @param correct images whose first choice was right
 * @param images images evaluated
 * @param conditions what the count depends on beside the architecture
 */
public record AccuracyMeasurement(
    Architecture architecture, int correct, int images, MeasurementConditions conditions)
    implements MeasuredAccuracy, Serializable {
  public AccuracyMeasurement {
    Objects.requireNonNull(architecture, "architecture");
    Objects.requireNonNull(conditions, "conditions");
    if (images < 1 || correct < 0 || correct > images) {
      throw new IllegalArgumentException(
          "%d correct of %d images: at least 1 image, and correct between 0 and images"
              .formatted(correct, images));
    }
  }

  /** The share of images whose first choice was right, between 0 and 1. */
  @Override
  public double accuracy() {
    return (double) correct / images;
  }

  @Override
  public boolean comparableWith(MeasuredAccuracy other) {
    return other instanceof AccuracyMeasurement measurement
        && measurement.conditions.equals(conditions)
        && measurement.images == images;
  }

  @Override
  public String circumstances() {
    return "on %d images under %s".formatted(images, conditions);
  }
}
