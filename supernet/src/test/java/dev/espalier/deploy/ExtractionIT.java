package dev.espalier.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The emitted file in ONNX Runtime against the elastic network in PyTorch. */
class ExtractionIT {
  private static final int IMAGES = 32;

  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void onnxRuntimeAndPyTorchAgreeOnReCalibratedSubnets(SearchSpace space) {
    long seed = 21;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    ElasticNetwork network = ElasticNetworks.of(space);
    Weights weights = TestWeights.random(network, random);
    try (TorchNetwork torch = new TorchNetwork(network, weights)) {
      for (int i = 0; i < 10; i++) {
        Architecture architecture = network.space().sample(random);
        int side = network.input(architecture).side();
        float[] images = new float[IMAGES * side * side];
        for (int p = 0; p < images.length; p++) {
          images[p] = (float) random.nextGaussian();
        }
        BatchNormStatistics statistics = torch.calibrate(architecture, images, IMAGES, 16);
        float[] expected = torch.logits(architecture, statistics, images, IMAGES);
        float[] logits = new float[expected.length];
        byte[] file =
            new OnnxEmitter().emit(Extraction.extract(network, weights, architecture, statistics));
        try (OnnxModel model = OnnxModel.load(file, 1)) {
          model.run(images, IMAGES, logits);
        }

        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        float difference = 0;
        for (int l = 0; l < expected.length; l++) {
          least = Math.min(least, expected[l]);
          most = Math.max(most, expected[l]);
          difference = Math.max(difference, Math.abs(expected[l] - logits[l]));
        }
        assertThat(difference / (most - least))
            .as("seed %d, %s", seed, network.space().format(architecture))
            .isLessThan(1e-4f);
      }
    }
  }
}
