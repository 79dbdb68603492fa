package dev.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.accuracy.AccuracyMeasurement;
import dev.espalier.accuracy.AccuracyPredictorFiles;
import dev.espalier.accuracy.AccuracyPredictors;
import dev.espalier.checkpoint.ImageSplit;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.cost.CostModel;
import dev.espalier.measurement.Samples;
import dev.espalier.profile.Additivity;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.ProfileDescription;
import dev.espalier.quantisation.RangeRule;
import dev.espalier.run.Attempt;
import dev.espalier.run.BudgetResult;
import dev.espalier.run.EmittedSubnet;
import dev.espalier.run.EvaluationImages;
import dev.espalier.run.FormatComparison;
import dev.espalier.run.ModelTimer;
import dev.espalier.run.Progress;
import dev.espalier.run.SearchRequest;
import dev.espalier.run.SearchRequestReader;
import dev.espalier.run.SearchResult;
import dev.espalier.search.Quantity;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ships, as the build lays it out: the supernet's figures, and a search in it. */
class ShippedSupernetIT {
  private static final Path DISTRIBUTION = Path.of(System.getProperty("espalier.build"), "dist");
  private static final String SUPERNET = "fashion-mnist";
  private static final String PROFILE = "epyc-zen5";

  @TempDir private static Path folder;

  private static Home home;
  private static SupernetFolder shipped;
  private static Supernet supernet;
  private static AccuracyPredictors predictors;

  /** Searches are the same on every machine if nothing is timed. */
  private static final class NothingAtHand implements ModelTimer {
    @Override
    public boolean reaches(ProfileDescription profile) {
      return false;
    }

    @Override
    public List<Samples> time(ProfileDescription profile, List<EmittedSubnet> models) {
      throw new IllegalStateException("no device is at hand");
    }

    @Override
    public String conditions() {
      return "none";
    }
  }

  @BeforeAll
  static void open() {
    System.setProperty("spark.master", "local[2]");
    home = new Home(DISTRIBUTION, folder.resolve("own"));
    shipped = home.supernets(TinySupernet.STORAGE).open(SUPERNET);
    supernet = shipped.supernet();
    predictors = AccuracyPredictorFiles.read(shipped, supernet);
  }

  @Test
  void itsLargestAndSmallestSubnetsAreAsAccurateAsStated() {
    SearchSpace space = supernet.space();
    List<Architecture> ends = List.of(space.largest(), space.smallest());

    Map<Architecture, Double> accuracy =
        new SupernetJob(
                shipped,
                supernet,
                new org.apache.hadoop.fs.Path(folder.resolve("measurements").toUri()),
                Progress.SILENT)
            .evaluate(ends, ImageSplit.TEST, ImageSplit.CALIBRATION.read(shipped).count()).stream()
                .collect(
                    Collectors.toMap(
                        AccuracyMeasurement::architecture, AccuracyMeasurement::accuracy));

    // As measured when it was trained; other processors round otherwise, which moves a few images.
    assertThat(accuracy.get(space.largest())).isCloseTo(0.9279, within(0.002));
    assertThat(accuracy.get(space.smallest())).isCloseTo(0.9044, within(0.002));
    assertThat(accuracy.get(space.largest())).isGreaterThanOrEqualTo(0.925);
    assertThat(accuracy.get(space.smallest())).isGreaterThanOrEqualTo(0.885);
    assertThat(accuracy.get(space.largest()) - accuracy.get(space.smallest()))
        .isGreaterThanOrEqualTo(0.02);
    assertThat(space.size()).isGreaterThan(BigInteger.valueOf(1_000_000_000));
    assertThat(space.macs(space.largest())).isLessThan(6_100_000);
  }

  @Test
  void itsPredictorsWereFittedOnAThousandSubnetsAndRankThoseKeptOut() {
    assertThat(predictors.mlp().error().heldOut()).isGreaterThanOrEqualTo(200);
    assertThat(predictors.mlp().error().fitted()).isGreaterThanOrEqualTo(1000);
    assertThat(predictors.mlp().error().spearman()).isGreaterThanOrEqualTo(0.9);
    assertThat(predictors.additive().error().heldOut()).isGreaterThanOrEqualTo(200);
    assertThat(predictors.conditions().supernetDigest()).isEqualTo(supernet.digest());
  }

  @Test
  void theMeasuredProfileCoversItsSpaceAndStatesItsErrors() {
    HardwareProfile profile = home.profiles(TinySupernet.STORAGE).read(PROFILE);

    CostModel model = CostModel.compile(supernet.space(), profile);

    assertThat(model.provenance()).allSatisfy(p -> assertThat(p.words()).contains("measured"));
    Additivity additivity = profile.additivity().orElseThrow();
    assertThat(additivity.corrected().networks()).isGreaterThanOrEqualTo(50);
    assertThat(additivity.corrected().spearman()).isGreaterThan(0.95);
  }

  @Test
  void aSearchInItPublishesAModelForEveryBudget() {
    SearchRequest request =
        SearchRequestReader.read(
            "test",
            """
            supernet: fashion-mnist
            targets: %s
            budgets: 3
            engine: {kind: evolution, population: 64, generations: 10}
            """
                .formatted(PROFILE));

    SearchResult result =
        new SearchJob(home, new NothingAtHand(), new TreeMap<>(), Progress.SILENT)
            .run(request, new org.apache.hadoop.fs.Path(folder.resolve("run").toUri()));

    assertThat(result.complete())
        .as("%s", result.budgets().stream().map(BudgetResult::reasons).toList())
        .isTrue();
    List<Attempt> published =
        result.budgets().stream().map(b -> b.published().orElseThrow()).toList();
    assertThat(published)
        .extracting(a -> a.candidate().predictedAccuracy())
        .as("a larger budget buys accuracy")
        .isSorted();
    for (int i = 0; i < published.size(); i++) {
      Attempt attempt = published.get(i);
      assertThat(attempt.emitted().orElseThrow().measuredAccuracy()).isGreaterThan(0.89);
      assertThat(
              result.budgets().get(i).budget().constraints().get(0).limit()
                  - attempt.candidate().cost(Quantity.LATENCY))
          .as("budget left, microseconds")
          .isNotNegative();
    }
  }

  @Test
  void eightBitIntegersLoseLittleAndQdqAgreesWithTheIntegerReference() {
    EvaluationImages all = EvaluationImages.of(shipped, supernet.dataset(), ImageSplit.TEST, 1000);
    EvaluationImages images =
        new EvaluationImages(
            all.calibration(), all.evaluation().slice(0, 1000), all.preprocessing());
    SearchSpace space = supernet.space();
    List<FormatComparison.Comparison> comparisons =
        new FormatComparison(supernet, images, RangeRule.DEFAULT, Progress.SILENT)
            .compare(
                List.of(space.smallest(), space.parse("r20 d1:k5e3 d3:k3e3,k5e6,k3e4 d1:k3e4")));

    for (FormatComparison.Comparison comparison : comparisons) {
      Map<String, FormatComparison.FormatAccuracy> formats = new TreeMap<>();
      comparison.formats().forEach(f -> formats.put(f.format(), f));
      // 1,000 images: one point is ten of them.
      assertThat(formats.get("onnx-int8").loss()).isLessThanOrEqualTo(0.01);
      assertThat(formats.get("tflite-int8").loss()).isLessThanOrEqualTo(0.012);
      assertThat(formats.get("onnx-int8").integerAgreement().orElseThrow())
          .isGreaterThanOrEqualTo(0.998);
      assertThat(formats.get("tflite-int8").integerAgreement().orElseThrow())
          .isGreaterThanOrEqualTo(0.985);
      assertThat(formats.get("tflite").floatAgreement()).isGreaterThanOrEqualTo(0.999);
      assertThat(formats.get("onnx-float16").floatAgreement()).isGreaterThanOrEqualTo(0.997);
    }
  }
}
