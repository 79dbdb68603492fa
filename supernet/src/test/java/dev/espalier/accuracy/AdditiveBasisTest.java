package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.OfaMobileNetV3;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdditiveBasisTest {
  private final OfaMobileNetV3 space = TestSpaces.small();

  private static List<String> encoded(AdditiveBasis basis, Architecture architecture) {
    return Arrays.stream(basis.encode(architecture.toBytes()))
        .mapToObj(basis.names()::get)
        .toList();
  }

  @Test
  void orderOneIsTheOneHotEncoding() {
    AdditiveBasis basis = new AdditiveBasis(space, 1);

    assertThat(basis.names())
        .containsExactlyInAnyOrderElementsOf(new OneHotEncoding(space).names());
  }

  @Test
  void orderTwoAddsThePairsWithinASlotOnly() {
    AdditiveBasis basis = new AdditiveBasis(space, 2);

    assertThat(encoded(basis, space.parse("r24 d2:k3e3,k5e4 d1:k7e6 d1:k3e6")))
        .contains(
            "resolution=24",
            "resolution=24 & stage1.depth=2",
            "resolution=24 & stage2.block1.kernel=7",
            "stage2.block1.kernel=7 & stage2.block1.expansion=6")
        .doesNotContain("stage2.block2.kernel=3")
        .noneMatch(n -> n.contains("stage1") && n.contains("stage2"));
  }

  @Test
  void hasNoFeatureForCombinationsThatCannotOccur() {
    assertThat(new AdditiveBasis(space, 3).names())
        .contains("stage1.depth=3 & stage1.block3.kernel=5")
        .noneMatch(n -> n.contains("stage1.depth=2") && n.contains("stage1.block3"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void compiledFunctionIsTheWeightedSumOfFeatures(int order) {
    AdditiveBasis basis = new AdditiveBasis(space, order);
    long seed = 5;
    RandomGenerator random = TestSpaces.random(seed);
    double[] weights = random.doubles(basis.features(), -1, 1).toArray();
    AdditiveFunction function = basis.function(0.25, weights);

    for (int i = 0; i < 200; i++) {
      Architecture architecture = space.sample(random);
      double expected =
          0.25
              + Arrays.stream(basis.encode(architecture.toBytes()))
                  .mapToDouble(f -> weights[f])
                  .sum();
      assertThat(function.at(architecture)).as("seed %d", seed).isCloseTo(expected, within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void compiledFunctionOfCellsIsTheWeightedSumOfFeatures(int order) {
    NasBench201 cells = TestSpaces.nasBench201();
    AdditiveBasis basis = new AdditiveBasis(cells, order);
    double[] weights = TestSpaces.random(6).doubles(basis.features(), -1, 1).toArray();
    AdditiveFunction function = basis.function(0.25, weights);

    cells.forEachCode(
        1,
        code -> {
          Architecture architecture = cells.architecture(code);
          double expected = 0.25;
          for (int feature : basis.encode(architecture.toBytes())) {
            expected += weights[feature];
          }
          assertThat(function.at(architecture)).isCloseTo(expected, within(1e-9));
        });
  }

  @Test
  void refusesCoefficientsThatDoNotFit() {
    AdditiveBasis basis = new AdditiveBasis(space, 1);
    double[] coefficients = new double[basis.features()];
    coefficients[1] = Double.NaN;

    assertThatThrownBy(() -> basis.function(0, coefficients))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("coefficient of resolution=24 is NaN");
    assertThatThrownBy(() -> basis.function(0, new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 coefficients for 58 features");
  }
}
