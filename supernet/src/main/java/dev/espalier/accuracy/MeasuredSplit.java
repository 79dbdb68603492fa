package dev.espalier.accuracy;

import dev.espalier.space.Architecture;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Measurements to fit on, and others to judge by.
 *
 * @param fitting at least 1
 * @param heldOut at least 2, of other architectures
 */
public record MeasuredSplit(List<AccuracyMeasurement> fitting, List<AccuracyMeasurement> heldOut) {
  /** Stands in while the error that a predictor will carry is being found. */
  private static final PredictorError UNJUDGED =
      new PredictorError(1, 2, 0, Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE);

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException if there are too few, if they were taken under different
   *     conditions, or if an architecture occurs twice
   */
  public MeasuredSplit {
    fitting = List.copyOf(fitting);
    heldOut = List.copyOf(heldOut);
    if (fitting.isEmpty() || heldOut.size() < 2) {
      throw new IllegalArgumentException(
          "%d measurements to fit on and %d kept out: at least 1 and 2 are needed"
              .formatted(fitting.size(), heldOut.size()));
    }
    MeasurementConditions conditions = fitting.get(0).conditions();
    int images = fitting.get(0).images();
    Set<Architecture> seen = new HashSet<>();
    for (List<AccuracyMeasurement> part : List.of(fitting, heldOut)) {
      for (AccuracyMeasurement measurement : part) {
        if (!measurement.conditions().equals(conditions) || measurement.images() != images) {
          throw new IllegalArgumentException(
              "measurements on %d images under %s and on %d images under %s cannot be fitted together"
                  .formatted(images, conditions, measurement.images(), measurement.conditions()));
        }
        if (!seen.add(measurement.architecture())) {
          throw new IllegalArgumentException(
              "architecture " + measurement.architecture() + " is measured twice in one split");
        }
      }
    }
  }

  /** Under which all of them were taken. */
  public MeasurementConditions conditions() {
    return fitting.get(0).conditions();
  }

  /** Images that each was measured on. */
  public int images() {
    return fitting.get(0).images();
  }

  double[] fittedAccuracies() {
    return fitting.stream().mapToDouble(AccuracyMeasurement::accuracy).toArray();
  }

  /**
   * A predictor that carries its own error on the measurements kept out.
   *
   * @param predictor makes it with an error; called twice
   */
  public <P extends JudgedAccuracyPredictor> P judged(Function<PredictorError, P> predictor) {
    P unjudged = predictor.apply(UNJUDGED);
    double[] predicted =
        heldOut.stream().mapToDouble(m -> unjudged.predict(m.architecture())).toArray();
    double[] measured = heldOut.stream().mapToDouble(AccuracyMeasurement::accuracy).toArray();
    return predictor.apply(PredictorError.of(fitting.size(), predicted, measured));
  }
}
