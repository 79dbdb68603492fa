package dev.espalier.accuracy;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/** Made-up accuracies whose formula is known. */
final class SyntheticAccuracy {
  static final MeasurementConditions CONDITIONS =
      new MeasurementConditions("0".repeat(64), "1".repeat(64), 100);
  private static final int IMAGES = 1_000_000;

  private SyntheticAccuracy() {}

  /** Saturating in capacity, with an interaction of resolution and kernels across blocks. */
  static ToDoubleFunction<Architecture> nonAdditive(SearchSpace space, RandomGenerator random) {
    AdditiveBasis basis = new AdditiveBasis(space, 2);
    AdditiveFunction capacity =
        basis.function(0, random.doubles(basis.features(), 0, 0.3).toArray());
    AdditiveFunction detail =
        basis.function(0, random.doubles(basis.features(), -0.05, 0.05).toArray());
    return a -> 0.95 - 0.3 * Math.exp(-0.1 * capacity.at(a)) + 0.01 * Math.sin(4 * detail.at(a));
  }

  static MeasuredSplit split(
      SearchSpace space,
      ToDoubleFunction<Architecture> accuracy,
      int fitting,
      int heldOut,
      RandomGenerator random) {
    Set<Architecture> distinct = new LinkedHashSet<>();
    while (distinct.size() < fitting + heldOut) {
      distinct.add(space.sample(random));
    }
    List<AccuracyMeasurement> measured = new ArrayList<>();
    for (Architecture architecture : distinct) {
      int correct = (int) Math.round(accuracy.applyAsDouble(architecture) * IMAGES);
      measured.add(new AccuracyMeasurement(architecture, correct, IMAGES, CONDITIONS));
    }
    return new MeasuredSplit(
        measured.subList(0, fitting), measured.subList(fitting, fitting + heldOut));
  }
}
