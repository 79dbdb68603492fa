package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.network.WeightTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseKernelTest {
  private static final int COLUMNS = 70;
  private static final int MOST = 30;

  private static WeightTensor tensor(RandomGenerator random, int... shape) {
    int size = 1;
    for (int d : shape) {
      size *= d;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian() / 8;
    }
    return new WeightTensor(shape, values);
  }

  private static List<DenseNetwork.Layer> layers(RandomGenerator random, int... widths) {
    List<DenseNetwork.Layer> layers = new ArrayList<>();
    for (int l = 1; l < widths.length; l++) {
      layers.add(
          new DenseNetwork.Layer(
              tensor(random, widths[l], widths[l - 1]), tensor(random, widths[l])));
    }
    return layers;
  }

  private static float[] outputs(DenseNetwork network, int[] ones, int[] counts, int rows) {
    float[] outputs = new float[rows];
    DenseNetwork.Scratch scratch = DenseNetwork.scratch(network.widest());
    network.outputs(ones, MOST, counts, rows, scratch, outputs);
    return outputs;
  }

  @Test
  void theBuildsOwnJvmHasVectors() {
    assertThat(DenseKernel.fastest().name()).startsWith("vectors of ");
  }

  /** Widths below, at and above a panel, and above a block of inputs; rows around a tile. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 63, DenseNetwork.ROWS})
  void everyKernelGivesTheSameBits(int rows) {
    long seed = 100 + rows;
    RandomGenerator random = TestSpaces.random(seed);
    for (int[] widths :
        new int[][] {
          {COLUMNS, 1},
          {COLUMNS, 7, 1},
          {COLUMNS, 80, 3, 1},
          {COLUMNS, 81, 160, 1},
          {COLUMNS, 400, 400, 400, 1}
        }) {
      List<DenseNetwork.Layer> layers = layers(random, widths);
      int[] ones = new int[rows * MOST];
      int[] counts = new int[rows];
      for (int row = 0; row < rows; row++) {
        counts[row] = random.nextInt(MOST + 1);
        int next = 0;
        for (int i = 0; i < counts[row]; i++) {
          next += 1 + random.nextInt(2);
          ones[row * MOST + i] = next - 1;
        }
      }

      float[] plain = outputs(new DenseNetwork(layers, new PlainDenseKernel()), ones, counts, rows);
      float[] fast = outputs(new DenseNetwork(layers, DenseKernel.fastest()), ones, counts, rows);

      assertThat(fast).as("seed %d, widths %s", seed, List.of(widths)).isEqualTo(plain);
      for (int row = 0; row < rows; row++) {
        assertThat((double) plain[row])
            .isCloseTo(
                naive(layers, ones, row * MOST, counts[row]),
                org.assertj.core.data.Offset.offset(1e-3));
      }
    }
  }

  private static double naive(List<DenseNetwork.Layer> layers, int[] ones, int first, int count) {
    double[] x = new double[COLUMNS];
    for (int i = first; i < first + count; i++) {
      x[ones[i]] = 1;
    }
    for (int l = 0; l < layers.size(); l++) {
      WeightTensor weight = layers.get(l).weight();
      double[] y = new double[weight.size(0)];
      for (int o = 0; o < y.length; o++) {
        y[o] = layers.get(l).bias().value(o);
        for (int i = 0; i < x.length; i++) {
          y[o] += weight.value(o * x.length + i) * x[i];
        }
        if (l < layers.size() - 1) {
          y[o] = Math.max(0, y[o]);
        }
      }
      x = y;
    }
    return x[0];
  }
}
