package dev.espalier.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
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
        identity.images(set, indices, 8, new Preprocessing.Augmentation(0.5, 2), factory.create(1));
    float[] again =
        identity.images(set, indices, 8, new Preprocessing.Augmentation(0.5, 2), factory.create(1));

    assertThat(first).isEqualTo(again);
    assertThat(java.util.Arrays.copyOfRange(first, 0, 64))
        .isNotEqualTo(java.util.Arrays.copyOfRange(first, 64, 128));
  }

  @Test
  void augmentationFlipsAndShiftsByWholePixels() {
    byte[] pixels = new byte[16];
    pixels[5] = (byte) 255; // second row, second column
    ImageSet set = new ImageSet(1, 4, pixels, new byte[1]);
    Preprocessing identity = new Preprocessing(0, 1);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);

    float[] flipped =
        identity.images(set, new int[1], 4, new Preprocessing.Augmentation(1, 0), random);
    assertThat(flipped[6]).isCloseTo(1, Offset.offset(1e-6f));

    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      float[] shifted =
          identity.images(set, new int[1], 4, new Preprocessing.Augmentation(0, 1), random);
      places.add(IntStream.range(0, 16).filter(p -> shifted[p] > 0.9f).findFirst().orElse(-1));
    }
    assertThat(places).containsExactlyInAnyOrder(0, 1, 2, 4, 5, 6, 8, 9, 10);
  }

  @Test
  void augmentationsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Preprocessing.Augmentation(1.5, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flipShare is 1.5")
        .hasMessageContaining("maxShift is -1");
  }
}
