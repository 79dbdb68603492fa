package dev.espalier.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.deploy.Predictions;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormatPolicyTest {
  @Test
  void everyClassGetsWhatItsToolsTake() {
    assertThat(FormatPolicy.formats(DeviceClass.CPU)).containsExactly("onnx");
    assertThat(FormatPolicy.formats(DeviceClass.MCU)).contains("tflite-int8");
    assertThat(FormatPolicy.formats(DeviceClass.DSP)).containsExactly("onnx-int8");
    assertThat(FormatPolicy.formats(DeviceClass.FPGA)).containsExactly("onnx-int8");
    assertThat(FormatPolicy.formats(DeviceClass.MOBILE_GPU))
        .containsExactly("tflite", "onnx-float16");
  }

  @Test
  void aRequestsFormatsTakeThePlaceOfTheClasss() {
    assertThat(FormatPolicy.besidesOnnx(List.of(), DeviceClass.CPU)).isEmpty();
    assertThat(FormatPolicy.besidesOnnx(List.of("onnx", "tflite"), DeviceClass.DSP))
        .containsExactly("tflite");
    assertThat(FormatPolicy.besidesOnnx(List.of(), DeviceClass.FPGA)).containsExactly("onnx-int8");
  }

  /** A model that gives the first images class 1, all others class 0. */
  private static Predictions ones(int ones) {
    ImageSet images = new ImageSet(1, 1, new byte[1000], new byte[1000]);
    int[] next = {0};
    return Predictions.of(
        (batch, count) -> {
          float[] logits = new float[2 * count];
          for (int n = 0; n < count; n++) {
            logits[2 * n + 1] = next[0]++ < ones ? 1 : -1;
          }
          return logits;
        },
        new Preprocessing(0, 1),
        images,
        1);
  }

  @Test
  void anIntegerFileMayLoseItsAllowanceAndWhatChanceExplains() {
    Predictions floats = ones(0);
    Predictions file = ones(12);
    ImageSet labels = new ImageSet(1, 1, new byte[1000], new byte[1000]);
    double loss = floats.accuracy(labels) - file.accuracy(labels);

    assertThat(loss).isCloseTo(0.012, within(1e-9));
    assertThat(file.agreement(floats)).isCloseTo(0.988, within(1e-9));
    assertThat(FormatRule.of(Precision.INT8).refuse(loss, file, floats)).isEmpty();
    assertThat(FormatRule.of(Precision.FLOAT32).refuse(loss, file, floats).orElseThrow())
        .isEqualTo(
            "it is 1.20 points less accurate than float32 ONNX on 1000 images, allowed: 0.69");
    assertThat(FormatRule.of(Precision.INT8).refuse(0.05, ones(50), floats)).isPresent();
  }
}
