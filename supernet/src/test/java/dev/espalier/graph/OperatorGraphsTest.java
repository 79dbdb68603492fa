package dev.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.deploy.OnnxEmitter;
import dev.espalier.deploy.OnnxModel;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorGraphsTest {
  private static final TensorShape SHAPE = new TensorShape(5, 6, 2);

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static float[] image(long seed) {
    RandomGenerator random = random(seed);
    float[] image = new float[(int) SHAPE.elements()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    return image;
  }

  private static float[] run(Operator operator, float[] image) {
    byte[] file = new OnnxEmitter().emit(OperatorGraphs.of(operator, random(1)));
    try (OnnxModel model = OnnxModel.load(file, 1)) {
      float[] output = new float[model.logitsLength()];
      model.run(image, 1, output);
      return output;
    }
  }

  /** The average of what lies inside of windows that begin {@code padding} before the border. */
  private static float[] average(float[] image, TensorShape output, Operator pool, int padding) {
    float[] expected = new float[(int) output.elements()];
    int next = 0;
    for (int c = 0; c < output.channels(); c++) {
      for (int row = 0; row < output.height(); row++) {
        for (int column = 0; column < output.width(); column++) {
          double sum = 0;
          int count = 0;
          for (int i = 0; i < pool.kernel(); i++) {
            for (int j = 0; j < pool.kernel(); j++) {
              int y = row * pool.stride() - padding + i;
              int x = column * pool.stride() - padding + j;
              if (y >= 0 && y < SHAPE.height() && x >= 0 && x < SHAPE.width()) {
                sum += image[(c * SHAPE.height() + y) * SHAPE.width() + x];
                count++;
              }
            }
          }
          expected[next++] = (float) (sum / count);
        }
      }
    }
    return expected;
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 1", "3, 2, 1", "5, 1, 2", "2, 2, 0", "3, 3, 0", "1, 1, 0"})
  void anAveragePoolLeavesItsPaddingOut(int kernel, int stride, int padding) {
    Operator pool = Operator.averagePool(SHAPE, kernel, stride);
    float[] image = image(7);

    assertThat(run(pool, image))
        .containsExactly(average(image, pool.output(), pool, padding), within(1e-6f));
  }

  @Test
  void aSumAddsTwoMaps() {
    float[] image = image(8);
    float[] expected = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      expected[i] = image[i] + Math.max(0, image[i]);
    }

    assertThat(run(Operator.add(SHAPE), image)).containsExactly(expected, within(1e-6f));
  }

  @Test
  void otherPrecisionsAreRefused() {
    assertThatThrownBy(
            () -> OperatorGraphs.of(Operator.add(SHAPE).withPrecision(Precision.INT8), random(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no float32 graph: ask for it withPrecision(FLOAT32)");
  }
}
