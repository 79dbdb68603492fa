package dev.espalier.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void knowsItsMedianAndQuantiles() {
    assertThat(Samples.of(3, 1, 2).median()).isEqualTo(2);
    assertThat(Samples.of(4, 1, 2, 3).median()).isEqualTo(2.5);
    Samples samples = Samples.of(50, 10, 30, 20, 40);
    assertThat(samples.quantile(0)).isEqualTo(10);
    assertThat(samples.quantile(0.25)).isEqualTo(20);
    assertThat(samples.quantile(0.9)).isCloseTo(46, within(1e-12));
    assertThat(samples.quantile(1)).isEqualTo(50);
    assertThat(samples.least()).isEqualTo(10);
    assertThat(samples.count()).isEqualTo(5);
  }

  @Test
  void knowsItsMeanAndDeviation() {
    Samples samples = Samples.of(2, 4, 4, 4, 5, 5, 7, 9);
    assertThat(samples.mean()).isEqualTo(5);
    assertThat(samples.standardDeviation()).isCloseTo(Math.sqrt(32 / 7.0), within(1e-12));
    assertThat(Samples.of(7).standardDeviation()).isZero();
    // Distances from the median 4.5: 2.5 0.5 0.5 0.5 0.5 0.5 2.5 4.5.
    assertThat(samples.robustDeviation()).isCloseTo(0.5 * 1.4826, within(1e-12));
  }

  @Test
  void isHardlyMovedByWildValues() {
    for (long seed = 0; seed < 10; seed++) {
      RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      double[] quiet =
          DoubleStream.generate(() -> 100 + random.nextGaussian()).limit(401).toArray();
      double[] noisy = quiet.clone();
      for (int i = 0; i < 80; i++) {
        noisy[i] += 1000 * random.nextDouble();
      }
      assertThat(Samples.of(noisy).median()).as("seed %d", seed).isCloseTo(100, within(1.0));
      assertThat(Samples.of(noisy).robustDeviation()).as("seed %d", seed).isLessThan(2);
      assertThat(Samples.of(noisy).standardDeviation()).as("seed %d", seed).isGreaterThan(50);
    }
  }

  @Test
  void standardErrorOfTheMedianIsThatOfNormalNoise() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    double[] medians = new double[2000];
    double stated = 0;
    for (int i = 0; i < medians.length; i++) {
      Samples samples = Samples.of(DoubleStream.generate(random::nextGaussian).limit(51).toArray());
      medians[i] = samples.median();
      stated += samples.medianStandardError() / medians.length;
    }
    assertThat(stated).isCloseTo(Samples.of(medians).standardDeviation(), within(0.02));
  }

  @Test
  void refusesWhatIsNoSample() {
    assertThatThrownBy(Samples::of).hasMessage("samples: at least one value is needed");
    assertThatThrownBy(() -> Samples.of(1, Double.NaN))
        .hasMessage("samples: every value must be finite, found [1.0, NaN]");
    assertThatThrownBy(() -> Samples.of(1, Double.NEGATIVE_INFINITY))
        .hasMessageContaining("every value must be finite");
    assertThatThrownBy(() -> Samples.of(1).quantile(1.5))
        .hasMessage("quantile 1.5 must be from 0 to 1");
  }
}
