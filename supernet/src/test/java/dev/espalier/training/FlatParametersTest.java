package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FlatParametersTest {
  private final ElasticNetwork network = TinyTraining.network();
  private final FlatParameters parameters = new FlatParameters(network);
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);

  private float[] logits(float[] weights, Architecture architecture, float[] images) {
    try (TorchNetwork torch =
        new TorchNetwork(network, Weights.of(parameters.unflatten(weights)))) {
      BatchNormStatistics statistics = torch.calibrate(architecture, images, 8, 4);
      return torch.logits(architecture, statistics, images, 8);
    }
  }

  @Test
  void anotherOrderOfSortableChannelsIsTheSameFullNetwork() {
    float[] weights = parameters.initialize(random);
    Architecture full = network.space().largest();
    float[] images = new float[8 * 12 * 12];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) random.nextGaussian();
    }
    float[] before = logits(weights, full, images);

    for (ElasticNetwork.SortableChannels channels : network.sortableChannels()) {
      int size =
          parameters.l1(weights, channels.importance(), channels.importanceDimension()).length;
      int[] reversed = new int[size];
      for (int i = 0; i < size; i++) {
        reversed[i] = size - 1 - i;
      }
      for (ElasticNetwork.SortableChannels.Use use : channels.uses()) {
        if (!dev.espalier.network.NetworkParameters.isStatistic(use.tensor())) {
          parameters.reorder(weights, use.tensor(), use.dimension(), reversed);
        }
      }
    }

    assertThat(logits(weights, full, images)).containsExactly(before, Offset.offset(1e-4f));
    Architecture small = network.space().smallest();
    float[] smallImages = java.util.Arrays.copyOf(images, 8 * 8 * 8);
    assertThat(logits(weights, small, smallImages))
        .as("a smaller subnet uses other channels now")
        .isNotEqualTo(logits(parameters.initialize(random), small, smallImages));
  }

  @Test
  void kernelTransformationsStartAsTheIdentity() {
    float[] weights = parameters.initialize(random);
    FlatParameters.Tensor matrix = parameters.tensor("stage1.block1.kernel_5to3");

    for (int i = 0; i < matrix.length(); i++) {
      assertThat(weights[matrix.offset() + i]).isEqualTo(i / 9 == i % 9 ? 1 : 0);
    }
  }

  @Test
  void theClassifierStartsCloseToUndecided() {
    float[] weights = parameters.initialize(random);
    FlatParameters.Tensor classifier = parameters.tensor("classifier.weight");
    double squares = 0;
    for (int i = 0; i < classifier.length(); i++) {
      squares += Math.pow(weights[classifier.offset() + i], 2);
    }

    int inputs = classifier.shape().get(1);
    assertThat(squares / classifier.length()).isBetween(0.4 / inputs, 2.5 / inputs);
  }
}
