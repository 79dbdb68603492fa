package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditiveBasis;
import dev.espalier.accuracy.AdditivePart;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.accuracy.MeasurementConditions;
import dev.espalier.accuracy.MlpAccuracyPredictor;
import dev.espalier.accuracy.MlpTraining;
import dev.espalier.accuracy.PredictorAgreement;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Predictors and measurements whose truth is made up. */
final class SyntheticPredictors {
  static final MeasurementConditions CONDITIONS =
      new MeasurementConditions("0".repeat(64), "1".repeat(64), 100);
  private static final int IMAGES = 1_000_000;

  private SyntheticPredictors() {}

  static AdditiveAccuracyPredictor additive(SearchSpace space, int order, long seed) {
    AdditiveBasis basis = new AdditiveBasis(space, order);
    return new AdditiveAccuracyPredictor(
        basis,
        0.8,
        SparkTesting.random(seed).doubles(basis.features(), -0.01, 0.01).toArray(),
        new PredictorError(100, 10, 0.9, 0.01, 0.02, 0.03));
  }

  static AdditivePart part(SearchSpace space) {
    AdditiveBasis basis = new AdditiveBasis(space, 2);
    return new AdditivePart(
        new AdditiveWeighting(
            basis, 0.8, SparkTesting.random(9).doubles(basis.features(), -0.01, 0.01).toArray()),
        "MLP",
        new PredictorAgreement(100, 20, 0.97, 0.001, 0.01, 0.99),
        new PredictorAgreement(100, 20, 0.96, 0.002, 0.02, 0.98));
  }

  static MlpAccuracyPredictor mlp(SearchSpace space) {
    AdditiveAccuracyPredictor truth = additive(space, 2, 3);
    return MlpTraining.builder()
        .members(2)
        .width(16)
        .epochs(2)
        .build()
        .fit(space, split(space, truth::predict, 60, 10), SparkTesting.random(4));
  }

  static MeasuredSplit split(
      SearchSpace space, ToDoubleFunction<Architecture> accuracy, int fitting, int heldOut) {
    List<AccuracyMeasurement> measured = new ArrayList<>();
    for (Architecture architecture : SparkTesting.architectures(space, fitting + heldOut, 5)) {
      measured.add(
          new AccuracyMeasurement(
              architecture,
              (int) Math.round(accuracy.applyAsDouble(architecture) * IMAGES),
              IMAGES,
              CONDITIONS));
    }
    java.util.Collections.shuffle(measured, new java.util.Random(6));
    return new MeasuredSplit(
        measured.subList(0, fitting), measured.subList(fitting, fitting + heldOut));
  }
}
