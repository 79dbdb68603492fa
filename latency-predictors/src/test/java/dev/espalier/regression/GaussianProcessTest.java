package dev.espalier.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GaussianProcessTest {
  private static final Kernel KERNEL =
      new Kernel(1, 0, 0, 1, 0.2, 0.3, 0.5, 0.5, 0.01, Relevance.EQUAL);

  private static Rows rows(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] codes = new byte[count * 3];
    double[] features = new double[count * 2];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(3);
    }
    for (int i = 0; i < features.length; i++) {
      features[i] = random.nextDouble(-1, 1);
    }
    return new Rows(count, codes, features, new double[0]);
  }

  private static double[] smooth(Rows rows) {
    return IntStream.range(0, rows.count())
        .mapToDouble(i -> 3 + 2 * rows.feature(i, 0) + Math.sin(2 * rows.feature(i, 1)))
        .toArray();
  }

  @Test
  void aSmoothFunctionIsFoundBetweenObservations() {
    Rows fitted = rows(200, 1);
    Rows others = rows(100, 2);
    double[] predicted = GaussianProcess.fit(KERNEL, fitted, smooth(fitted)).predict(others);
    assertThat(MeanError.of(predicted, smooth(others))).isLessThan(0.05);
  }

  @Test
  void whatIsLeftOutIsPredictedAsIfItWereNotThere() {
    Rows rows = rows(30, 3);
    double[] values = smooth(rows);
    double[] leftOut = GaussianProcess.fit(KERNEL, rows, values).leftOut();
    int[] rest = IntStream.range(1, 30).toArray();
    double[] without =
        GaussianProcess.fit(
                KERNEL,
                rows.select(rest),
                Arrays.stream(rest).mapToDouble(i -> values[i]).toArray())
            .predict(rows.select(new int[] {0}));
    // Mean and deviation of the values differ a little without it.
    assertThat(leftOut[0]).isCloseTo(without[0], within(0.05));
  }

  @Test
  void anOutlierHardlyMovesWhatIsPredicted() {
    Rows rows = rows(100, 4);
    double[] values = smooth(rows);
    double[] clean = GaussianProcess.fit(KERNEL, rows, values).predict(rows);
    values[7] += 20;
    double[] dirty = GaussianProcess.fit(KERNEL, rows, values).predict(rows);
    clean[7] = dirty[7] = 0;
    assertThat(MeanError.of(dirty, clean)).isLessThan(0.05);
  }

  @Test
  void theMostTellingRowIsTheOneOfWhichLeastIsKnown() {
    double[] features = {0, 0.1, 0.2, 5, 0.15};
    Rows rows = new Rows(5, new byte[0], features, new double[0]);
    assertThat(GaussianProcess.mostTelling(KERNEL, rows, 0, 2)[0]).isEqualTo(3);
    assertThat(GaussianProcess.mostTelling(KERNEL, rows, 1, 4))
        .containsExactlyInAnyOrder(1, 2, 3, 4);
    assertThatThrownBy(() -> GaussianProcess.mostTelling(KERNEL, rows, 3, 3))
        .hasMessage("5 rows hold no 3 beside 3 known ones");
  }

  @Test
  void theKernelThatIsFoundKnowsWhichFeatureMattersAndHowMuchNoiseThereIs() {
    Rows rows = rows(200, 5);
    SplittableRandom random = new SplittableRandom(6);
    double[] noisy = Arrays.stream(smooth(rows)).map(v -> v + random.nextDouble(-1, 1)).toArray();
    Kernel ofNoisy = KernelFit.of(rows, noisy);
    Kernel ofClean = KernelFit.of(rows, smooth(rows));
    assertThat(ofNoisy.noise()).isGreaterThan(4 * ofClean.noise());
    Rows others = rows(100, 7);
    assertThat(
            MeanError.of(
                GaussianProcess.fit(ofClean, rows, smooth(rows)).predict(others), smooth(others)))
        .isLessThan(0.05);
  }

  @Test
  void aFeatureThatTellsNothingIsHardlyCompared() {
    int count = 400; // more than one turn
    SplittableRandom random = new SplittableRandom(8);
    double[] features = new double[count * 2];
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      features[2 * i] = random.nextDouble(-2, 2);
      features[2 * i + 1] = random.nextDouble(-2, 2);
      values[i] = Math.sin(3 * features[2 * i]) + random.nextDouble(-0.05, 0.05);
    }
    Rows rows = new Rows(count, new byte[0], features, new double[0]);
    Relevance relevance = KernelFit.of(rows, values).relevance();
    Rows ends = new Rows(3, new byte[0], new double[] {0, 0, 1, 0, 0, 1}, new double[0]);
    assertThat(relevance.distance(ends, 0, ends, 1))
        .isGreaterThan(5 * relevance.distance(ends, 0, ends, 2));
    assertThat(KernelFit.of(rows, values)).isEqualTo(KernelFit.of(rows, values));
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    assertThatThrownBy(() -> new Rows(1, new byte[0], new double[] {Double.NaN}, new double[0]))
        .hasMessage("features must be finite, found NaN");
    assertThatThrownBy(() -> new Rows(2, new byte[3], new double[0], new double[0]))
        .hasMessage("3 codes are not the same number for each of 2 rows");
    assertThatThrownBy(() -> new Kernel(1, 1, 1, 1, 1, 0, 1, 1, 1, Relevance.EQUAL))
        .hasMessageContaining("rates and noise must be above 0");
  }
}
