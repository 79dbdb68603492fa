package dev.espalier.spark;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.MeasuredSplit;
import dev.espalier.accuracy.MlpAccuracyPredictor;
import dev.espalier.accuracy.MlpTraining;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a supernet to its accuracy predictors: samples architectures, measures them, keeps some out,
 * fits both predictors on the rest and finds their errors on those kept out.
 *
 * <p>The same supernet, data, settings and seed give the same predictors on the same machine.
 */
public final class AccuracyPredictorFit {
  private static final Logger LOG = LoggerFactory.getLogger(AccuracyPredictorFit.class);

  private final SparkSession session;
  private final SearchSpace space;
  private final SubnetEvaluation evaluation;

  /**
   * How much to measure.
   *
   * @param architectures to measure, the largest and the smallest of the space among them
   * @param heldOut of them, at least 2, drawn from the sampled ones
   * @param seed of sampling, splitting and fitting
   */
  public record Settings(int architectures, int heldOut, long seed) {
    /** Fewest architectures left to fit on. */
    private static final int LEAST_FITTED = 10;

    public Settings {
      if (heldOut < 2 || architectures - heldOut < LEAST_FITTED) {
        throw new IllegalArgumentException(
            "%d architectures with %d kept out: at least 2 must be kept out and %d fitted on"
                .formatted(architectures, heldOut, LEAST_FITTED));
      }
    }
  }

  /**
   * Prepares a fit; nothing runs yet.
   *
   * @param space of the supernet that {@code evaluation} measures
   */
  public AccuracyPredictorFit(
      SparkSession session, SearchSpace space, SubnetEvaluation evaluation) {
    this.session = session;
    this.space = space;
    this.evaluation = evaluation;
  }

  /**
   * Samples, measures and fits.
   *
   * @throws IllegalArgumentException if the space has fewer architectures than are asked for
   */
  public AccuracyPredictors fit(Settings settings, EvaluationListener listener) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed());
    List<Architecture> sample = ArchitectureSample.of(space, settings.architectures(), random);
    List<AccuracyMeasurement> measured = evaluation.measure(sample, listener);
    Map<Architecture, AccuracyMeasurement> byArchitecture =
        measured.stream()
            .collect(Collectors.toMap(AccuracyMeasurement::architecture, Function.identity()));
    List<AccuracyMeasurement> inOrder = sample.stream().map(byArchitecture::get).toList();
    int fitted = settings.architectures() - settings.heldOut();
    MeasuredSplit split =
        new MeasuredSplit(inOrder.subList(0, fitted), inOrder.subList(fitted, inOrder.size()));
    AdditiveAccuracyPredictor additive = new AdditiveAccuracyFit(session).fit(space, split, random);
    LOG.info(
        "additive accuracy predictor of order {}: {}", additive.basis().order(), additive.error());
    MlpAccuracyPredictor mlp = MlpTraining.builder().build().fit(space, split, random);
    LOG.info("MLP accuracy predictor: {}", mlp.error());
    return new AccuracyPredictors(
        measured.get(0).conditions(), measured.get(0).images(), settings.seed(), mlp, additive);
  }
}
