package dev.espalier.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorShapeTest {
  @Test
  void textReadsBackEqual() {
    TensorShape shape = new TensorShape(14, 7, 96);

    assertThat(shape).hasToString("14x7x96");
    assertThat(TensorShape.parse("14x7x96")).isEqualTo(shape);
    assertThat(shape.elements()).isEqualTo(9408);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "14x7", "14x7x96x1", "axbxc", "14 x 7 x 96", "1x1x99999999999"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> TensorShape.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape '" + text + "' is not HxWxC, as in 14x14x96");
  }

  @Test
  void emptyDimensionsAreRefused() {
    assertThatThrownBy(() -> TensorShape.parse("14x0x3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shape 14x0x3: every dimension must be at least 1");
  }

  /** PyTorch: floor((size + 2 (k / 2) - k) / stride) + 1, which is the same for every odd k. */
  @ParameterizedTest
  @CsvSource({"28, 1, 28", "28, 2, 14", "7, 2, 4", "1, 2, 1", "224, 2, 112", "10, 3, 4"})
  void aConvolutionPaddedByHalfItsKernelDividesRoundingUp(int size, int stride, int expected) {
    assertThat(new TensorShape(size, size + 1, 8).convolved(stride, 16))
        .isEqualTo(new TensorShape(expected, (size + stride) / stride, 16));
  }
}
