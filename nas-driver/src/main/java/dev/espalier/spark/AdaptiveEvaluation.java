package dev.espalier.spark;

import dev.espalier.accuracy.AdditiveAccuracyPredictor;
import dev.espalier.accuracy.AdditiveBasis;
import dev.espalier.accuracy.AdditiveWeighting;
import dev.espalier.accuracy.CorrectedAccuracyPredictor;
import dev.espalier.accuracy.JudgedAccuracyPredictor;
import dev.espalier.accuracy.MeasuredAccuracy;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.pareto.ParetoFront;
import dev.espalier.pareto.ParetoPoint;
import dev.espalier.pareto.ReferencePoint;
import dev.espalier.search.FrontNeighbourhood;
import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses which subnets are worth evaluating: those that a predictor believes to lie on the fronts.
 * They are measured, the predictor is refitted to what it missed, and so on until the measured
 * fronts stop moving. This is LINAS (Cummings et al., <em>A Hardware-Aware Framework for
 * Accelerating Neural Architecture Search Across Modalities</em>, 2022, algorithm 1; DyNAS-T), with
 * two deviations: the inner search is exact, on an additive predictor, in place of an evolution;
 * and half of each round is drawn near the fronts, so that decisions on which the fronts agree are
 * varied too.
 *
 * <p>With a prior, corrections of it are fitted, additive and shrunk towards none; without one, the
 * first round is drawn at random and the predictor is fitted to the measurements alone. The same
 * inputs, settings and seed give the same result, whatever was cached before.
 */
public final class AdaptiveEvaluation {
  private static final Logger LOG = LoggerFactory.getLogger(AdaptiveEvaluation.class);

  private static final int FOLDS = 5;
  private static final List<Double> PENALTIES = List.of(1.0, 0.3, 0.1, 0.03);

  /** Measured fronts stand still in a round that adds less than this to their area, relative. */
  private static final double STILL = 1e-3;

  private final SparkSession session;
  private final SearchSpace space;
  private final List<AdditiveFunction> costs;
  private final Settings settings;

  /**
   * How much to measure.
   *
   * @param most measurements in all, at least {@code perRound}
   * @param perRound of them, at least 10
   * @param patienceRounds that fronts have to stand still before it ends, at least 1
   * @param seed of every random choice
   */
  public record Settings(int most, int perRound, int patienceRounds, long seed) {
    public Settings {
      if (perRound < 2 * FOLDS || most < perRound || patienceRounds < 1) {
        throw new IllegalArgumentException(
            "%d evaluations, %d a round, patience of %d rounds: at least %d a round, one round in all and a patience of 1 are needed"
                .formatted(most, perRound, patienceRounds, 2 * FOLDS));
      }
    }
  }

  /**
   * What is known before anything is measured.
   *
   * @param accurate the most accurate predictor
   * @param additive the one that rounds are chosen by
   */
  public record Prior(JudgedAccuracyPredictor accurate, AdditiveAccuracyPredictor additive) {}

  /** Measures the accuracy of subnets. */
  @FunctionalInterface
  public interface Measurer {
    /**
     * Measures.
     *
     * @param architectures distinct
     * @return one measurement for each, in any order
     */
    Collection<? extends MeasuredAccuracy> measure(List<Architecture> architectures);
  }

  /** Why it ended. */
  public enum Stop {
    FRONTS_STAND_STILL("the measured fronts stand still"),
    MOST_EVALUATIONS("as many evaluations as were allowed"),
    NOTHING_NEW("everything near the fronts is measured");

    private final String words;

    Stop(String words) {
      this.words = words;
    }

    /** In words. */
    public String words() {
      return words;
    }
  }

  /**
   * What one round brought.
   *
   * @param number from 1
   * @param measured in all rounds so far
   * @param gain of the area under the measured fronts of all targets, relative to what it was
   *     before; 1 in the first round
   * @param meanAbsoluteError of what was predicted of this round before it was measured, fraction;
   *     NaN where nothing was
   */
  public record Round(int number, int measured, double gain, double meanAbsoluteError) {
    /** For people who wait. */
    public String words() {
      return "round %d: %d evaluated, fronts gained %.2f %%%s"
          .formatted(
              number,
              measured,
              100 * gain,
              Double.isNaN(meanAbsoluteError)
                  ? ""
                  : ", predictions were off by %.2f points".formatted(100 * meanAbsoluteError));
    }
  }

  /**
   * What came out.
   *
   * @param measured accuracies by architecture, in the order of measuring
   * @param rounds at least one
   * @param stop why it ended
   * @param accurate the refitted predictor; its error is that of what was predicted of each round
   *     before it was measured, near the fronts, where an error matters
   * @param additive the refitted one that can be optimised exactly
   */
  public record Outcome(
      Map<Architecture, Double> measured,
      List<Round> rounds,
      Stop stop,
      JudgedAccuracyPredictor accurate,
      AdditiveAccuracyPredictor additive) {}

  /**
   * Prepares evaluating; nothing runs yet.
   *
   * @param costs of each target, what its front is over
   * @throws IllegalArgumentException if there is no target, or if the space's slots are too
   *     connected for an exact front
   */
  public AdaptiveEvaluation(
      SparkSession session, SearchSpace space, List<AdditiveFunction> costs, Settings settings) {
    if (costs.isEmpty()) {
      throw new IllegalArgumentException("adaptive evaluation needs the costs of a target");
    }
    this.session = session;
    this.space = space;
    this.costs = List.copyOf(costs);
    this.settings = settings;
  }

  /**
   * Measures in rounds.
   *
   * @param heard of each round
   */
  public Outcome run(Optional<Prior> prior, Measurer measurer, Consumer<Round> heard) {
    return new Run(prior, measurer, heard).go();
  }

  /** One predictor in the making: a base, or nothing, and what is added to it. */
  private final class Model {
    private final Optional<JudgedAccuracyPredictor> base;
    private final RidgeRegression regression;
    private final int order;
    private final List<Double> predicted = new ArrayList<>();
    private final List<Double> truth = new ArrayList<>();
    private Optional<AdditiveWeighting> fitted = Optional.empty();

    Model(Optional<JudgedAccuracyPredictor> base, int order) {
      this.base = base;
      this.order = order;
      this.regression =
          new RidgeRegression(session, new RidgeRegression.Choices(order, PENALTIES, FOLDS, FOLDS));
    }

    private double base(Architecture architecture) {
      return base.map(b -> b.predict(architecture)).orElse(0.0);
    }

    /** Keeps what it predicts of architectures beside what was measured; the mean error. */
    double judge(Map<Architecture, Double> measured) {
      if (base.isEmpty() && fitted.isEmpty()) {
        return Double.NaN;
      }
      double sum = 0;
      for (Map.Entry<Architecture, Double> entry : measured.entrySet()) {
        byte[] code = entry.getKey().toBytes();
        double value = base(entry.getKey()) + fitted.map(f -> f.function().at(code, 0)).orElse(0.0);
        predicted.add(value);
        truth.add(entry.getValue());
        sum += Math.abs(value - entry.getValue());
      }
      return sum / measured.size();
    }

    void fit(Map<Architecture, Double> measured, RandomGenerator random) {
      List<Architecture> architectures = List.copyOf(measured.keySet());
      double[] missed =
          architectures.stream().mapToDouble(a -> measured.get(a) - base(a)).toArray();
      if (Arrays.stream(missed).distinct().count() == 1) {
        AdditiveBasis basis = new AdditiveBasis(space, order);
        fitted = Optional.of(new AdditiveWeighting(basis, missed[0], new double[basis.features()]));
        return;
      }
      RidgeRegression.Choice choice =
          regression.choose(space, order, architectures, missed, random, done -> {});
      fitted = Optional.of(regression.fit(space, choice, architectures, missed));
    }

    AdditiveWeighting weighting() {
      return fitted.orElseThrow();
    }

    /** On what was predicted before it was measured; without any, on what was fitted. */
    PredictorError error(Map<Architecture, Double> measured) {
      if (predicted.size() < 2) {
        judge(measured);
      }
      return PredictorError.of(
          measured.size() + base.map(b -> b.error().fitted()).orElse(0),
          predicted.stream().mapToDouble(Double::doubleValue).toArray(),
          truth.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }

  /** One run. */
  private final class Run {
    private final Optional<Prior> prior;
    private final Measurer measurer;
    private final Consumer<Round> heard;
    private final RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(settings.seed());
    private final Map<Integer, FrontNeighbourhood> neighbourhoods = new HashMap<>();
    private final Map<Architecture, Double> measured = new LinkedHashMap<>();
    private final List<Round> rounds = new ArrayList<>();
    private final Model accurate;
    private final Model additive;
    private double area;

    Run(Optional<Prior> prior, Measurer measurer, Consumer<Round> heard) {
      this.prior = prior;
      this.measurer = measurer;
      this.heard = heard;
      int order = prior.map(p -> p.additive().basis().order()).orElse(1);
      this.additive = new Model(prior.map(Prior::additive), order);
      this.accurate = prior.isPresent() ? new Model(prior.map(Prior::accurate), order) : additive;
    }

    Outcome go() {
      int still = 0;
      while (measured.size() < settings.most() && still < settings.patienceRounds()) {
        List<Architecture> batch = next();
        if (batch.isEmpty()) {
          return outcome(Stop.NOTHING_NEW);
        }
        Round round = measure(batch);
        rounds.add(round);
        LOG.info("adaptive evaluation, seed {}: {}", settings.seed(), round.words());
        heard.accept(round);
        still = round.gain() < STILL ? still + 1 : 0;
      }
      return outcome(
          still < settings.patienceRounds() ? Stop.MOST_EVALUATIONS : Stop.FRONTS_STAND_STILL);
    }

    private List<Architecture> next() {
      int count = Math.min(settings.perRound(), settings.most() - measured.size());
      if (prior.isEmpty() && measured.isEmpty()) {
        return ArchitectureSample.of(space, count, random);
      }
      AdditiveFunction accuracy =
          prior
              .map(p -> measured.isEmpty() ? p.additive().weighting() : summed(p))
              .orElseGet(additive::weighting)
              .function();
      Set<Architecture> known = new HashSet<>(measured.keySet());
      Set<Architecture> batch = new LinkedHashSet<>();
      // Where targets are more than a round can serve, each round begins with others.
      int first = rounds.size() * count;
      for (int t = 0; t < costs.size() && batch.size() < count; t++) {
        int share = share(count, t);
        if (share > 0) {
          FrontNeighbourhood neighbourhood = neighbourhood(first + t);
          int onFront = (share + 1) / 2;
          onFront(neighbourhood.front(accuracy), onFront, known, batch);
          batch.addAll(neighbourhood.draw(accuracy, share - onFront, known, random));
        }
      }
      for (int t = 0; t < costs.size() && batch.size() < count; t++) {
        batch.addAll(neighbourhood(first + t).draw(accuracy, count - batch.size(), known, random));
      }
      return List.copyOf(batch);
    }

    private FrontNeighbourhood neighbourhood(int target) {
      return neighbourhoods.computeIfAbsent(
          target % costs.size(), t -> new FrontNeighbourhood(space, costs.get(t)));
    }

    /** How many of a round the target in some place may choose; the first ones where few. */
    private int share(int count, int place) {
      return count / costs.size() + (place < count % costs.size() ? 1 : 0);
    }

    /** Takes points that are not known, evenly from the cheapest to the dearest. */
    private void onFront(
        List<Architecture> front, int count, Set<Architecture> known, Set<Architecture> into) {
      List<Architecture> unknown = front.stream().filter(a -> !known.contains(a)).toList();
      int taken = Math.min(count, unknown.size());
      for (int i = 0; i < taken; i++) {
        int place =
            taken == 1 ? unknown.size() / 2 : (int) ((long) i * (unknown.size() - 1) / (taken - 1));
        if (known.add(unknown.get(place))) {
          into.add(unknown.get(place));
        }
      }
    }

    private AdditiveWeighting summed(Prior known) {
      return known.additive().weighting().plus(additive.weighting());
    }

    private Round measure(List<Architecture> batch) {
      Map<Architecture, Double> found = new LinkedHashMap<>();
      for (Architecture architecture : new TreeSet<>(batch)) {
        found.put(architecture, Double.NaN);
      }
      measurer.measure(batch).forEach(m -> found.put(m.architecture(), m.accuracy()));
      if (found.size() > batch.size() || found.containsValue(Double.NaN)) {
        throw new IllegalStateException(
            "the measurer was asked for %d architectures and did not measure exactly those"
                .formatted(batch.size()));
      }
      double error = accurate.judge(found);
      measured.putAll(found);
      accurate.fit(measured, random);
      if (prior.isPresent()) {
        additive.judge(found);
        additive.fit(measured, random);
      }
      double before = area;
      area = area();
      return new Round(
          rounds.size() + 1, measured.size(), before == 0 ? 1 : area / before - 1, error);
    }

    /**
     * Of all targets together, each relative to its largest cost, above the least accuracy of the
     * first round.
     */
    private double area() {
      double least =
          measured.values().stream()
              .limit(settings.perRound())
              .mapToDouble(Double::doubleValue)
              .min()
              .orElseThrow();
      double sum = 0;
      for (AdditiveFunction cost : costs) {
        double largest = cost.at(space.largest());
        List<ParetoPoint> points =
            measured.entrySet().stream()
                .map(e -> new ParetoPoint(e.getKey(), e.getValue(), cost.at(e.getKey())))
                .toList();
        sum += ParetoFront.of(points).hypervolume(new ReferencePoint(least, largest)) / largest;
      }
      return sum;
    }

    private Outcome outcome(Stop stop) {
      AdditiveAccuracyPredictor optimised =
          new AdditiveAccuracyPredictor(
              prior.map(this::summed).orElseGet(additive::weighting), additive.error(measured));
      JudgedAccuracyPredictor exact =
          prior
              .<JudgedAccuracyPredictor>map(
                  p ->
                      new CorrectedAccuracyPredictor(
                          p.accurate(),
                          accurate.weighting(),
                          measured.size(),
                          accurate.error(measured)))
              .orElse(optimised);
      return new Outcome(
          Collections.unmodifiableMap(measured), List.copyOf(rounds), stop, exact, optimised);
    }
  }
}
