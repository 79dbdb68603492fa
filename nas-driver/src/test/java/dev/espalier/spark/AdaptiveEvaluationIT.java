package dev.espalier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditiveBasis;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.MeasurementConditions;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.cost.OperatorCost;
import dev.espalier.pareto.ParetoFront;
import dev.espalier.pareto.ParetoPoint;
import dev.espalier.pareto.ReferencePoint;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.spark.AdaptiveEvaluation.Outcome;
import dev.espalier.spark.AdaptiveEvaluation.Prior;
import dev.espalier.spark.AdaptiveEvaluation.Settings;
import dev.espalier.spark.AdaptiveEvaluation.Stop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** With the predictor of the supernet that ships as the truth, and with real evaluations. */
class AdaptiveEvaluationIT {
  private static final Logger LOG = LoggerFactory.getLogger(AdaptiveEvaluationIT.class);
  private static final MeasurementConditions CONDITIONS =
      new MeasurementConditions("0".repeat(64), "1".repeat(64), 1);

  /** Of the test images of Fashion-MNIST. */
  private static final int IMAGES = 10_000;

  private static SearchSpace space;
  private static AccuracyPredictors shipped;
  private static AdditiveFunction macs;

  @TempDir private java.nio.file.Path folder;

  @BeforeAll
  static void read() {
    SupernetFolder opened =
        SupernetFolder.open(
            new Storage(new Configuration()), new Path("../supernet/models/fashion-mnist"));
    Supernet supernet = opened.supernet();
    space = supernet.space();
    shipped = AccuracyPredictorFiles.read(opened, supernet);
    macs = OperatorCost.MACS.compile(space);
  }

  /** Measures as a predictor says. */
  private static Collection<AccuracyMeasurement> truth(
      AccuracyPredictor predictor, List<Architecture> architectures) {
    return architectures.stream()
        .map(
            a ->
                new AccuracyMeasurement(
                    a, (int) Math.round(IMAGES * predictor.predict(a)), IMAGES, CONDITIONS))
        .toList();
  }

  private static AdaptiveEvaluation evaluation(Settings settings) {
    return new AdaptiveEvaluation(SparkTesting.session(), space, List.of(macs), settings);
  }

  private static Outcome evaluated(Settings settings) {
    return evaluation(settings).run(Optional.empty(), a -> truth(shipped.mlp(), a), round -> {});
  }

  private static double area(Map<Architecture, Double> measured) {
    return ParetoFront.of(
            measured.entrySet().stream()
                .map(e -> new ParetoPoint(e.getKey(), e.getValue(), macs.at(e.getKey())))
                .toList())
        .hypervolume(
            new ReferencePoint(shipped.mlp().predict(space.smallest()), macs.at(space.largest())));
  }

  private static double areaOfRandom(int evaluations, long seed) {
    return area(
        truth(shipped.mlp(), ArchitectureSample.of(space, evaluations, SparkTesting.random(seed)))
            .stream()
            .collect(
                Collectors.toMap(
                    AccuracyMeasurement::architecture, AccuracyMeasurement::accuracy)));
  }

  @Test
  void eightyEvaluationsFindABetterFrontThanTwentyTimesAsManyAtRandom() {
    double worst = Double.POSITIVE_INFINITY;
    for (long seed = 1; seed <= 2; seed++) {
      Outcome outcome = evaluated(new Settings(80, 20, 9, seed));
      assertThat(outcome.measured()).hasSize(80);
      assertThat(outcome.stop()).isEqualTo(Stop.MOST_EVALUATIONS);
      double area = area(outcome.measured());
      LOG.info(
          "seed {}: area {} of 80 adaptive evaluations; at random 80: {}, 400: {}, 1600: {}, 8000: {}",
          seed,
          area,
          areaOfRandom(80, seed),
          areaOfRandom(400, seed),
          areaOfRandom(1600, seed),
          areaOfRandom(8000, seed));
      worst = Math.min(worst, area / areaOfRandom(1600, seed));
    }
    assertThat(worst).as("area, relative to that of 1,600 random choices").isGreaterThan(1);
  }

  @Test
  void theSameSeedGivesTheSameEvaluationsAndPredictor() {
    Settings settings = new Settings(40, 20, 2, 5);

    Outcome first = evaluated(settings);
    Outcome second = evaluated(settings);

    assertThat(List.copyOf(second.measured().entrySet()))
        .isEqualTo(List.copyOf(first.measured().entrySet()));
    assertThat(second.rounds()).isEqualTo(first.rounds());
    assertThat(second.accurate().predict(space.largest()))
        .isEqualTo(first.accurate().predict(space.largest()));
  }

  /** A prior that thinks too well of every second decision is put right near the front. */
  @Test
  void aPriorThatIsOffIsCorrectedAndItsErrorIsThatOfUnseenArchitectures() {
    AdditiveBasis basis = shipped.additive().basis();
    double[] wrong = new double[basis.features()];
    for (int i = 0; i < wrong.length; i += 2) {
      wrong[i] = 0.002;
    }
    AdditiveWeighting shift = new AdditiveWeighting(basis, -0.02, wrong);
    AdditiveAccuracyPredictor off =
        new AdditiveAccuracyPredictor(
            shipped.additive().weighting().plus(shift), shipped.additive().error());

    Outcome outcome =
        evaluation(new Settings(100, 20, 9, 3))
            .run(Optional.of(new Prior(off, off)), a -> truth(shipped.additive(), a), round -> {});

    double before = 0;
    double after = 0;
    List<Architecture> others = new ArrayList<>(outcome.measured().keySet());
    others.addAll(evaluated(new Settings(40, 20, 9, 8)).measured().keySet());
    others.removeAll(outcome.measured().keySet());
    assertThat(others).hasSizeGreaterThan(10);
    for (Architecture other : others) {
      double right = shipped.additive().predict(other);
      before += Math.abs(off.predict(other) - right);
      after += Math.abs(outcome.accurate().predict(other) - right);
    }
    LOG.info("error of a wrong prior {}, corrected {}", before, after);
    assertThat(after).isLessThan(0.5 * before);
    assertThat(outcome.accurate().kind()).isEqualTo("additive corrected by 100 measurements");
    assertThat(outcome.accurate().error().heldOut()).isEqualTo(100);
    assertThat(outcome.rounds().get(4).meanAbsoluteError())
        .isLessThan(outcome.rounds().get(0).meanAbsoluteError());
  }

  @Test
  void itEndsWhenTheMeasuredFrontsStandStill() {
    Outcome outcome =
        evaluation(new Settings(600, 40, 2, 4))
            .run(
                Optional.of(new Prior(shipped.additive(), shipped.additive())),
                a -> truth(shipped.additive(), a),
                round -> {});

    assertThat(outcome.stop()).isEqualTo(Stop.FRONTS_STAND_STILL);
    assertThat(outcome.measured()).hasSizeLessThan(600);
    assertThat(outcome.rounds().get(outcome.rounds().size() - 1).gain()).isLessThan(1e-3);
  }

  @Test
  void realEvaluationsAreMadeOnceAndServeTheNextRun() {
    Supernet supernet = SparkTesting.supernet();
    SubnetEvaluation real =
        new SubnetEvaluation(
            SparkTesting.session(), supernet, SparkTesting.data(1), new Path(folder.toUri()));
    AdaptiveEvaluation adaptive =
        new AdaptiveEvaluation(
            SparkTesting.session(),
            supernet.space(),
            List.of(OperatorCost.MACS.compile(supernet.space())),
            new Settings(30, 10, 5, 1));
    List<EvaluationProgress> progress = new ArrayList<>();

    Outcome first =
        adaptive.run(Optional.empty(), a -> real.measure(a, progress::add), round -> {});
    assertThat(progress.get(progress.size() - 1).cached()).isZero();
    progress.clear();
    Outcome second =
        adaptive.run(Optional.empty(), a -> real.measure(a, progress::add), round -> {});

    assertThat(first.measured()).hasSize(30);
    assertThat(second.measured()).isEqualTo(first.measured());
    assertThat(progress).hasSize(3).allMatch(p -> p.cached() == p.total());
  }

  @Test
  void tooLittleToFitOnIsRefused() {
    assertThatThrownBy(() -> new Settings(5, 5, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 evaluations, 5 a round")
        .hasMessageContaining("at least 10 a round");
  }
}
