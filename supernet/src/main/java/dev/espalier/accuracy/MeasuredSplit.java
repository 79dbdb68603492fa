package dev.espalier.accuracy;

import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Measurements to fit on, and others to judge by.
 *
 * @param fitting at least 1
 * @param heldOut at least 2, of other architectures
 */
public record MeasuredSplit(
    List<? extends MeasuredAccuracy> fitting, List<? extends MeasuredAccuracy> heldOut) {
  /** Stands in while the error that a predictor will carry is being found. */
  private static final PredictorError UNJUDGED =
      new PredictorError(1, 2, 0, Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE);

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException if there are too few, if they were taken under different
   *     conditions or are reported by different files, or if an architecture occurs twice
   */
  public MeasuredSplit {
    fitting = List.copyOf(fitting);
    heldOut = List.copyOf(heldOut);
    if (fitting.isEmpty() || heldOut.size() < 2) {
      throw new IllegalArgumentException(
          "%d measurements to fit on and %d kept out: at least 1 and 2 are needed"
              .formatted(fitting.size(), heldOut.size()));
    }
    MeasuredAccuracy first = fitting.get(0);
    Set<Architecture> seen = new HashSet<>();
    for (List<? extends MeasuredAccuracy> part : List.of(fitting, heldOut)) {
      for (MeasuredAccuracy measurement : part) {
        if (!measurement.comparableWith(first)) {
          throw new IllegalArgumentException(
              "measurements %s and %s cannot be fitted together"
                  .formatted(first.circumstances(), measurement.circumstances()));
        }
        if (!seen.add(measurement.architecture())) {
          throw new IllegalArgumentException(
              "architecture " + measurement.architecture() + " is measured twice in one split");
        }
      }
    }
  }

  /**
   * Keeps out some measurements, drawn at random.
   *
   * @param heldOut how many
   * @throws IllegalArgumentException if that leaves too few on either side, or as the constructor
   *     says
   */
  public static MeasuredSplit drawn(
      List<? extends MeasuredAccuracy> measured, int heldOut, RandomGenerator random) {
    int fitting = measured.size() - heldOut;
    if (fitting < 1 || heldOut < 2) {
      throw new IllegalArgumentException(
          "%d of %d measurements kept out: keep out at least 2, and fewer than there are"
              .formatted(heldOut, measured.size()));
    }
    List<MeasuredAccuracy> drawn = new ArrayList<>(measured);
    for (int i = drawn.size() - 1; i > 0; i--) {
      Collections.swap(drawn, i, random.nextInt(i + 1));
    }
    return new MeasuredSplit(drawn.subList(0, fitting), drawn.subList(fitting, drawn.size()));
  }

  double[] fittedAccuracies() {
    return fitting.stream().mapToDouble(MeasuredAccuracy::accuracy).toArray();
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
    double[] measured = heldOut.stream().mapToDouble(MeasuredAccuracy::accuracy).toArray();
    return predictor.apply(PredictorError.of(fitting.size(), predicted, measured));
  }
}
