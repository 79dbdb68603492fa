package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.accuracy.AccuracyPredictor;
import dev.espalier.accuracy.PredictorError;
import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.run.Progress.Stage;
import dev.espalier.search.Budget;
import dev.espalier.search.BudgetAnswer.Feasible;
import dev.espalier.search.CandidateScorer;
import dev.espalier.search.CostColumns;
import dev.espalier.search.IslandSearch;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchProblem;
import dev.espalier.search.SearchTarget;
import dev.espalier.search.TargetTask;
import dev.espalier.search.TargetwiseEngine;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class VerificationTest {
  private static final int IMAGES = 10_000;
  private static final PredictorError ERROR = new PredictorError(100, 100, 0.9, 0.01, 0.01, 0.02);
  private static final Budget BUDGET = Budget.atMost("latency-100us", Quantity.LATENCY, 100);
  private static final List<Architecture> ARCHITECTURES = architectures();

  private final List<List<Architecture>> emissions = new ArrayList<>();
  private final List<Integer> timings = new ArrayList<>();

  private static List<Architecture> architectures() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    TreeSet<Architecture> distinct = new TreeSet<>();
    while (distinct.size() < 3) {
      distinct.add(SmallTarget.SPACE.sample(random));
    }
    return List.copyOf(distinct);
  }

  /** Makes up what becomes of an architecture. */
  private final class Backend implements SearchBackend {
    private final Function<Architecture, EmittedSubnet> maker;

    Backend(Function<Architecture, EmittedSubnet> maker) {
      this.maker = maker;
    }

    @Override
    public CandidateScorer scorer(AccuracyPredictor predictor, CostColumns columns) {
      throw new AssertionError("verification scores nothing");
    }

    @Override
    public List<EmittedSubnet> emit(
        EmissionInputs inputs, List<Architecture> architectures, Stage stage) {
      emissions.add(architectures);
      return architectures.stream().map(maker).toList();
    }

    @Override
    public IslandSearch.Runner islands(
        SearchEngine engine, SearchProblem problem, AccuracyPredictor predictor) {
      throw new AssertionError("verification searches nothing");
    }

    @Override
    public void solve(
        TargetwiseEngine engine,
        TargetTask task,
        List<SearchTarget> targets,
        SolvedListener listener) {
      throw new AssertionError("verification searches nothing");
    }

    @Override
    public void deploy(
        EmissionInputs inputs, List<FormatDeployment.Order> orders, DeploymentListener listener) {
      throw new AssertionError("verification deploys nothing");
    }

    @Override
    public void write(SectionedTable table, Path file) {
      throw new AssertionError("verification writes nothing");
    }
  }

  private final class Timer implements ModelTimer {
    private final Function<Architecture, Double> micros;

    Timer(Function<Architecture, Double> micros) {
      this.micros = micros;
    }

    @Override
    public boolean reaches(ProfileDescription profile) {
      return !profile.device().equals("Imaginary far");
    }

    @Override
    public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
      timings.add(models.size());
      return models.stream().map(m -> Samples.of(micros.apply(m.architecture()))).toList();
    }

    @Override
    public String conditions() {
      return "made up";
    }
  }

  private static EmittedSubnet emitted(Architecture architecture, double accuracy, double logits) {
    return new EmittedSubnet(
        architecture, new byte[] {1}, (int) Math.round(accuracy * IMAGES), IMAGES, logits);
  }

  private static EmittedSubnet sound(Architecture architecture) {
    return emitted(architecture, 0.9, 1e-6);
  }

  private static Feasible answer() {
    return new Feasible(
        BUDGET,
        ARCHITECTURES.stream()
            .map(a -> new ScoredArchitecture(a, 0.9, Map.of(Quantity.LATENCY, 90.0)))
            .toList());
  }

  private List<BudgetResult> verify(
      Function<Architecture, EmittedSubnet> maker,
      Function<Architecture, Double> micros,
      Target... targets) {
    ImageSet images = new ImageSet(1, 1, new byte[IMAGES], new byte[IMAGES]);
    EmissionInputs inputs =
        new EmissionInputs(null, new EvaluationImages(images, images, new Preprocessing(0, 1)));
    Map<Target, List<Feasible>> answers = new LinkedHashMap<>();
    for (Target target : targets) {
      answers.put(target, List.of(answer()));
    }
    return new Verification(new Backend(maker), new Timer(micros), inputs, ERROR, Progress.SILENT)
        .run(answers);
  }

  @Test
  void publishesTheFirstCandidateThatIsSoundAndFast() {
    BudgetResult result =
        verify(VerificationTest::sound, a -> 100.0, SmallTarget.target("near")).get(0);

    assertThat(result.attempts())
        .extracting(a -> a.verdict().word())
        .containsExactly("published", "untried", "untried");
    assertThat(result.published().orElseThrow().rank()).isEqualTo(1);
    assertThat(result.published().orElseThrow().measuredMicros().orElseThrow().median())
        .isEqualTo(100);
    assertThat(result.reasons()).isEmpty();
    assertThat(emissions).containsExactly(List.of(ARCHITECTURES.get(0)));
  }

  @Test
  void triesTheNextWhereLogitsDisagreeThenWhereAccuracyIsOff() {
    List<EmittedSubnet> made =
        List.of(
            emitted(ARCHITECTURES.get(0), 0.9, 2e-4),
            emitted(ARCHITECTURES.get(1), 0.8, 0),
            sound(ARCHITECTURES.get(2)));

    BudgetResult result =
        verify(a -> made.get(ARCHITECTURES.indexOf(a)), a -> 100.0, SmallTarget.target("near"))
            .get(0);

    assertThat(result.published().orElseThrow().rank()).isEqualTo(3);
    assertThat(result.reasons())
        .containsExactly(
            "candidate 1: logits of the file differ from the supernet's by 0.00020 of their range;"
                + " at most 0.00010 is allowed",
            "candidate 2: measured accuracy 80.00 % is not within 2.85 points of the predicted"
                + " 90.00 %");
    // What is refused for its file is not timed.
    assertThat(timings).containsExactly(1);
  }

  @Test
  void refusesLogitsThatAreNotNumbers() {
    BudgetResult result =
        verify(a -> emitted(a, 0.9, Double.NaN), a -> 100.0, SmallTarget.target("near")).get(0);

    assertThat(result.published()).isEmpty();
    assertThat(result.attempts()).allMatch(a -> a.verdict() instanceof Verdict.LogitsDisagree);
  }

  @Test
  void latencyMayExceedTheBudgetByTheProfilesErrorAndNoMore() {
    assertThat(
            verify(VerificationTest::sound, a -> 110.0, SmallTarget.target("near"))
                .get(0)
                .published())
        .isPresent();
    BudgetResult slow =
        verify(VerificationTest::sound, a -> 110.1, SmallTarget.target("near")).get(0);

    assertThat(slow.published()).isEmpty();
    assertThat(slow.reasons())
        .hasSize(3)
        .allMatch(r -> r.contains("measured latency is above 110.0 us"));
  }

  @Test
  void whatWasTooSlowIsTimedAgainAndItsLeastMedianCounts() {
    Iterator<Double> noisy = List.of(150.0, 130.0, 95.0).iterator();

    BudgetResult result =
        verify(VerificationTest::sound, a -> noisy.next(), SmallTarget.target("near")).get(0);

    assertThat(result.published().orElseThrow().rank()).isEqualTo(1);
    assertThat(result.published().orElseThrow().measuredMicros().orElseThrow().median())
        .isEqualTo(95);
    assertThat(timings).containsExactly(1, 1, 1);
  }

  @Test
  void whatStaysTooSlowIsRefusedAfterAFewTimings() {
    Iterator<Double> slow = List.of(150.0, 130.0, 140.0, 170.0, 95.0).iterator();

    BudgetResult result =
        verify(VerificationTest::sound, a -> slow.next(), SmallTarget.target("near")).get(0);

    assertThat(result.attempts().get(0).verdict()).isInstanceOf(Verdict.TooSlow.class);
    assertThat(result.attempts().get(0).measuredMicros().orElseThrow().median()).isEqualTo(130);
    assertThat(result.published().orElseThrow().rank()).isEqualTo(2);
    assertThat(timings).hasSize(Verification.TIMINGS + 1);
  }

  @Test
  void aTargetThatIsNotAtHandIsNotTimed() {
    BudgetResult result =
        verify(VerificationTest::sound, a -> 1e9, SmallTarget.target("far")).get(0);

    assertThat(result.published().orElseThrow().measuredMicros()).isEmpty();
    assertThat(timings).isEmpty();
  }

  @Test
  void anArchitectureOfSeveralTargetsIsEmittedOnceAndTimedOnEach() {
    List<BudgetResult> results =
        verify(
            VerificationTest::sound,
            a -> 100.0,
            SmallTarget.target("near"),
            SmallTarget.target("next"),
            SmallTarget.target("far"));

    assertThat(results).allMatch(r -> r.published().isPresent());
    assertThat(emissions).containsExactly(List.of(ARCHITECTURES.get(0)));
    assertThat(timings).containsExactly(1, 1);
  }
}
