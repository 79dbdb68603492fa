package dev.espalier.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.espalier.deploy.onnx.Onnx.ModelProto;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class OnnxModelTest {
  private static final byte[] FILE = new OnnxEmitter().emit(OnnxEmitterTest.largest());

  @Test
  void anImagesLogitsDoNotDependOnItsCompany() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    try (OnnxModel model = OnnxModel.load(FILE, 1)) {
      int length = model.imageLength();
      float[] images = new float[5 * length];
      for (int i = 0; i < images.length; i++) {
        images[i] = (float) random.nextGaussian();
      }
      float[] together = new float[5 * model.logitsLength()];
      model.run(images, 5, together);

      for (int n = 0; n < 5; n++) {
        float[] alone = new float[model.logitsLength()];
        model.run(Arrays.copyOfRange(images, n * length, (n + 1) * length), 1, alone);
        for (int c = 0; c < alone.length; c++) {
          assertThat(alone[c]).isCloseTo(together[n * alone.length + c], offset(1e-4f));
        }
      }
      float[] again = new float[together.length];
      model.run(images, 5, again);
      assertThat(again).isEqualTo(together);
    }
  }

  @Test
  void executingAgainReadsWhatWasFedLast() {
    try (OnnxModel model = OnnxModel.load(FILE, 1)) {
      assertThatThrownBy(model::execute)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("nothing was fed");
      float[] image = new float[model.imageLength()];
      Arrays.fill(image, 1);
      float[] expected = new float[model.logitsLength()];
      model.run(image, 1, expected);
      float[] found = new float[expected.length];
      model.execute();
      model.execute();
      model.fetch(found);

      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void wrongSizesAndNoThreadsAreRefused() {
    try (OnnxModel model = OnnxModel.load(FILE, 1)) {
      assertThatThrownBy(() -> model.feed(new float[143], 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("images: 143 values for 1 images of 144 each");
      assertThatThrownBy(() -> model.run(new float[288], 2, new float[9]))
          .hasMessage("logits: 9 values for 2 images of 5 each");
      assertThatThrownBy(() -> model.feed(new float[144], 0))
          .hasMessage("count 0: at least 1 image is needed");
    }
    assertThatThrownBy(() -> OnnxModel.load(FILE, 0)).hasMessage("threads 0: at least 1 is needed");
  }

  @Test
  void aDamagedFileIsRefusedWithTheEnginesReason() {
    assertThatThrownBy(() -> OnnxModel.load(Arrays.copyOf(FILE, FILE.length / 2), 1))
        .isInstanceOf(DeploymentException.class)
        .hasMessageMatching("ONNX Runtime 1\\.[0-9.]+ refuses a model of \\d+ bytes: .+");
  }

  @Test
  void aModelWithOtherNamesIsRefused() throws Exception {
    ModelProto.Builder model = ModelProto.parseFrom(FILE).toBuilder();
    model.getGraphBuilder().getInputBuilder(0).setName("picture");
    model.getGraphBuilder().getNodeBuilder(0).setInput(0, "picture");

    assertThatThrownBy(() -> OnnxModel.load(model.build().toByteArray(), 1))
        .isInstanceOf(DeploymentException.class)
        .hasMessageContaining("the model has [picture] where one tensor 'image' is needed");
  }
}
