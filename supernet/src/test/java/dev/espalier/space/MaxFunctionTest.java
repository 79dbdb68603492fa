package dev.espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class MaxFunctionTest {
  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @Test
  void isTheLargestOfItsTermsOneByOneAndInBatches() {
    for (SearchSpace space : TestSpaces.families()) {
      RandomGenerator random = random(1);
      MaxFunction function = MaxFunction.compile(space, (slot, code) -> random.nextInt(1000) / 8.0);
      int count = 700;
      int length = space.length();
      byte[] codes = new byte[count * length];
      for (int i = 0; i < count; i++) {
        System.arraycopy(space.sample(random).toBytes(), 0, codes, i * length, length);
      }
      double[] values = new double[2 * count];
      function.at(codes, count, values, 1, 2);
      for (int i = 0; i < count; i++) {
        double largest = 0;
        for (int slot = 0; slot < function.slots(); slot++) {
          largest = Math.max(largest, function.term(slot, codes, i * length));
        }
        assertThat(values[2 * i + 1]).isEqualTo(largest);
        assertThat(function.at(codes, i * length)).isEqualTo(largest);
        assertThat(function.distinctTerms()).contains(largest);
      }
    }
  }

  @Test
  void refusesTermsBelowZeroAndNaN() {
    for (double term : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> MaxFunction.compile(TestSpaces.tiny(), (slot, code) -> term))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "has the term " + term + "; the largest is taken of terms from 0 up");
    }
  }
}
