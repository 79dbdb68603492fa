package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FixedPointTest {
  private static final int DRAWS = 20_000;

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** {@code ⌊x + 1/2⌋} of {@code numerator / 2^shift}, without limits. */
  private static BigInteger halfUp(BigInteger numerator, int shift) {
    return numerator.add(BigInteger.ONE.shiftLeft(shift - 1)).shiftRight(shift);
  }

  @Test
  void roundsOnceAndHalvesUp() {
    assertThat(FixedPoint.scaled(3, 1, 1)).isEqualTo(2);
    assertThat(FixedPoint.scaled(-3, 1, 1)).isEqualTo(-1);
    assertThat(FixedPoint.scaled(-1, 1, 1)).isZero();
    assertThat(FixedPoint.scaled(5, 1, 2)).isEqualTo(1);
    assertThat(FixedPoint.scaled(6, 1, 2)).isEqualTo(2);
    assertThat(FixedPoint.scaled(-6, 1, 2)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingOverflowsWithAnySumMultiplierAndShift(long seed) {
    RandomGenerator random = random(seed);
    for (int i = 0; i < DRAWS; i++) {
      int sum = i % 3 == 0 ? Integer.MIN_VALUE : i % 3 == 1 ? Integer.MAX_VALUE : random.nextInt();
      int multiplier = i % 2 == 0 ? Integer.MAX_VALUE : random.nextInt(Integer.MAX_VALUE);
      int shift = 31 + random.nextInt(FixedPoint.MOST_SHIFT - 30);
      BigInteger exact =
          halfUp(BigInteger.valueOf(sum).multiply(BigInteger.valueOf(multiplier)), shift);
      assertThat(BigInteger.valueOf(FixedPoint.scaled(sum, multiplier, shift)))
          .as("seed %d: %d · %d >> %d", seed, sum, multiplier, shift)
          .isEqualTo(exact);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aLayersScalingIsTheRealProductRoundedToTheNearest(long seed) {
    RandomGenerator random = random(seed);
    double[] factors = new double[8];
    double most = Math.exp(-12 * random.nextDouble());
    for (int c = 0; c < factors.length; c++) {
      factors[c] = c == 0 ? most : most * (0.001 + 0.999 * random.nextDouble());
    }
    int zero = random.nextInt(-128, 128);
    LayerScaling scaling = LayerScaling.of("layer x", factors, zero);
    for (int i = 0; i < DRAWS; i++) {
      int channel = random.nextInt(factors.length);
      int sum = (int) (300 / factors[channel] * (random.nextDouble() - 0.5));
      double real = sum * factors[channel] + zero;
      double nearest = Math.min(127, Math.max(-128, real));
      assertThat(Math.abs(scaling.apply(sum, channel) - nearest))
          .as("seed %d: %d · %s + %d", seed, sum, factors[channel], zero)
          .isLessThanOrEqualTo(0.5 + 1e-4);
    }
    assertThat(scaling.multiplier(0)).isGreaterThanOrEqualTo(1 << 30);
  }

  @Test
  void factorsThatNoShiftRepresentsAreRefused() {
    assertThat(LayerScaling.of("layer x", new double[] {0x1p29}, 0).shift()).isEqualTo(1);
    assertThat(LayerScaling.of("layer x", new double[] {1}, 0).multiplier(0)).isEqualTo(1 << 30);
    assertThat(LayerScaling.of("layer x", new double[] {Math.nextDown(1.0)}, 0).multiplier(0))
        .isEqualTo(1 << 30);
    assertThatThrownBy(() -> LayerScaling.of("layer x", new double[] {1, 0x1p30}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer x: factor 1.073741824E9")
        .hasMessageContaining("below 2^30");
    assertThatThrownBy(() -> LayerScaling.of("layer x", new double[] {Double.NaN}, 0))
        .hasMessageContaining("factor NaN");
    assertThatThrownBy(() -> LayerScaling.of("layer x", new double[] {0}, 0))
        .hasMessageContaining("must be positive");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void sumsAreTheRealSumRoundedToTheNearestAndFit32Bits(long seed) {
    RandomGenerator random = random(seed);
    Quantisation left = quantisation(random);
    Quantisation right = quantisation(random);
    Quantisation output = quantisation(random);
    SumScaling scaling = SumScaling.of("sum x", left, right, output);
    BigDecimal step = new BigDecimal(output.scale());
    for (int l = -128; l < 128; l++) {
      for (int r = -128; r < 128; r += 5) {
        long wide =
            (long) (l - left.zeroPoint()) * scaling.leftMultiplier()
                + (long) (r - right.zeroPoint()) * scaling.rightMultiplier()
                + (1L << (scaling.shift() - 1));
        assertThat(Math.abs(wide)).isLessThan(1L << 31);
        double real =
            new BigDecimal(left.scale())
                .multiply(BigDecimal.valueOf(l - left.zeroPoint()))
                .add(
                    new BigDecimal(right.scale())
                        .multiply(BigDecimal.valueOf(r - right.zeroPoint())))
                .divide(step, new MathContext(20, RoundingMode.HALF_UP))
                .doubleValue();
        double nearest = Math.min(127, Math.max(-128, real + output.zeroPoint()));
        assertThat(Math.abs(scaling.apply((byte) l, (byte) r) - nearest))
            .as("seed %d: %d + %d", seed, l, r)
            .isLessThanOrEqualTo(0.5 + 1e-3);
      }
    }
  }

  private static Quantisation quantisation(RandomGenerator random) {
    return new Quantisation(
        (float) Math.exp(-6 + 3 * random.nextDouble()), random.nextInt(-128, 128));
  }

  @Test
  void quantisationsSpanTheirRangeAndHoldZeroExactly() {
    Quantisation unit = Quantisation.spanning(0, 1);
    assertThat(unit).isEqualTo(new Quantisation(1f / 255, -128));
    assertThat(unit.quantised(2)).isEqualTo((byte) 127);
    assertThat(unit.quantised(-1)).isEqualTo((byte) -128);
    assertThat(unit.real(127)).isEqualTo(1f);
    assertThat(Quantisation.spanning(-3, -1).zeroPoint()).isEqualTo(127);
    assertThat(Quantisation.spanning(2, 3)).isEqualTo(Quantisation.spanning(0, 3));
    assertThat(Quantisation.spanning(0, 0)).isEqualTo(new Quantisation(1, 0));
    assertThatThrownBy(() -> Quantisation.spanning(0, Double.POSITIVE_INFINITY))
        .hasMessageContaining("range 0.0 to Infinity cannot be quantised");
    assertThatThrownBy(() -> new Quantisation(0, 0)).hasMessageContaining("scale 0.0");
    assertThatThrownBy(() -> new Quantisation(1, 128)).hasMessageContaining("zero point 128");
  }
}
