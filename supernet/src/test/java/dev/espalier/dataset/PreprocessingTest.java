package dev.espalier.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
  private static ImageSet ramp() {
    byte[] pixels = new byte[8 * 8];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 8 * 30);
    }
    return new ImageSet(1, 8, pixels, new byte[] {0});
  }

  @Test
  void normalisesToZeroMeanAndUnitDeviation() {
    ImageSet set = ramp();

    float[] values = Preprocessing.fittedOn(set).images(set, 8);

    double sum = 0;
    double squares = 0;
    for (float v : values) {
      sum += v;
      squares += v * v;
    }
    assertThat(sum / values.length).isCloseTo(0, Offset.offset(1e-6));
    assertThat(squares / values.length).isCloseTo(1, Offset.offset(1e-5));
  }

  @Test
  void resamplingKeepsConstantsAndTheMiddleOfARamp() {
    Preprocessing identity = new Preprocessing(0, 1);
    byte[] grey = new byte[8 * 8];
    java.util.Arrays.fill(grey, (byte) 51);
    float[] constant = identity.images(new ImageSet(1, 8, grey, new byte[] {0}), 5);
    for (float v : constant) {
      assertThat(v).isCloseTo(0.2f, Offset.offset(1e-6f));
    }
    float[] half = identity.images(ramp(), 4);
    // The centre of output column 1 lies between input columns 2 and 3; the filter is symmetric.
    assertThat(half[1] * 255).isCloseTo(75f, Offset.offset(1e-3f));
    assertThat(half[2] * 255).isCloseTo(135f, Offset.offset(1e-3f));
  }

  @Test
  void augmentationIsSeededAndMovesPixels() {
    Preprocessing identity = new Preprocessing(0, 1);
    ImageSet set = ramp();
    int[] indices = new int[16];
    var factory = RandomGeneratorFactory.of("L64X128MixRandom");

    float[] first =
        identity.images(
            set, indices, 8, Preprocessing.Augmentation.FLIP_AND_SHIFT, factory.create(1));
    float[] again =
        identity.images(
            set, indices, 8, Preprocessing.Augmentation.FLIP_AND_SHIFT, factory.create(1));

    assertThat(first).isEqualTo(again);
    assertThat(java.util.Arrays.copyOfRange(first, 0, 64))
        .isNotEqualTo(java.util.Arrays.copyOfRange(first, 64, 128));
  }
}
