package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.TorchCheckpoint;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class OfaAccuracyPredictorTest {
  private static final Path DATA = Path.of("..", "..", "shared", "data");
  private static final String KNOWN = "@160,176,192,208,224";
  private static final SpaceCatalogue SPACES =
      new SpaceCatalogue(
          new Storage(new Configuration(false)), List.of(new org.apache.hadoop.fs.Path("spaces")));

  private static Path data(String file) {
    Path path = DATA.resolve(file);
    assumeTrue(Files.exists(path), "published files are not here: " + path.toAbsolutePath());
    return path;
  }

  private static TorchCheckpoint released() throws IOException {
    Path file = data("ofa-mbv3-note10/acc_predictor.pth");
    return TorchCheckpoint.read(Files.readAllBytes(file), file.toString());
  }

  private static TorchCheckpoint checkpoint(Map<String, WeightTensor> tensors) {
    return new TorchCheckpoint(Weights.of(tensors), new TreeSet<>());
  }

  private static WeightTensor zeros(int... shape) {
    int size = 1;
    for (int d : shape) {
      size *= d;
    }
    return new WeightTensor(shape, new float[size]);
  }

  /** The network of OFA's notebook: 81.71 % predicted. */
  @Test
  void theNotebooksNetworkIsPredictedAsPublished() throws Exception {
    SearchSpace space = SPACES.read("ofa-mobilenetv3-w1.2" + KNOWN);
    MlpEnsemble predictor = OfaAccuracyPredictor.read(space, released(), "acc_predictor.pth");

    assertThat(
            predictor.predict(
                space.parse(
                    "r192 d2:k5e3,k3e3 d2:k5e4,k3e4 d3:k7e6,k7e3,k3e4 d4:k5e4,k5e4,k7e4,k3e3"
                        + " d3:k3e6,k3e6,k5e6")))
        .isCloseTo(0.81713, within(5e-6));
  }

  /** MIT's supernet of width 1.0, as measured by MOOFA's authors. */
  @Test
  void itOrdersMeasuredSubnets() throws Exception {
    SearchSpace space = SPACES.read("ofa-mobilenetv3-w1.0" + KNOWN);
    MlpEnsemble predictor = OfaAccuracyPredictor.read(space, released(), "acc_predictor.pth");
    List<Double> predicted = new ArrayList<>();
    List<Double> measured = new ArrayList<>();
    for (String line : Files.readAllLines(data("moofa-accuracy/MIT_OFA.csv"))) {
      String[] cells = line.split(",");
      if (cells[3].equals("160") || cells[3].equals("192")) {
        predicted.add(predictor.predict(architecture(space, cells)));
        measured.add(Double.parseDouble(cells[4]));
      }
    }

    assertThat(predicted).hasSize(1671);
    assertThat(PredictorError.spearman(array(predicted), array(measured)))
        .isGreaterThanOrEqualTo(0.955);
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(v -> v).toArray();
  }

  /** Columns: kernels of 20 blocks, expansions of 20 blocks, depths, resolution. */
  private static Architecture architecture(SearchSpace space, String[] cells) {
    String[] kernels = cells[0].split(" ");
    String[] expansions = cells[1].split(" ");
    String[] depths = cells[2].split(" ");
    StringBuilder form = new StringBuilder("r").append(cells[3]);
    for (int stage = 0; stage < depths.length; stage++) {
      form.append(" d").append(depths[stage]);
      for (int block = 0; block < Integer.parseInt(depths[stage]); block++) {
        int index = 4 * stage + block;
        form.append(block == 0 ? ':' : ',')
            .append('k')
            .append(kernels[index])
            .append('e')
            .append(expansions[index]);
      }
    }
    return space.parse(form.toString());
  }

  @Test
  void spacesThatItCannotTellApartAreRefused() {
    assertThatThrownBy(
            () ->
                OfaAccuracyPredictor.read(
                    SPACES.read("ofa-mobilenetv3-w1.2@160,164"), checkpoint(Map.of()), "p.pth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "does not know what this space has: resolution 164; it knows 5 stages");
    assertThatThrownBy(
            () ->
                OfaAccuracyPredictor.read(
                    SPACES.read("ofa-proxyless-w1.3@224"), checkpoint(Map.of()), "p.pth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stage6.block1.kernel 3");
    assertThatThrownBy(
            () ->
                OfaAccuracyPredictor.read(
                    SPACES.read("ofa-resnet50@224"), checkpoint(Map.of()), "p.pth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its family is ofa-resnet50");
  }

  @Test
  void otherCheckpointsAreRefused() {
    SearchSpace space = SPACES.read("ofa-mobilenetv3-w1.0" + KNOWN);
    assertThatThrownBy(() -> OfaAccuracyPredictor.read(space, checkpoint(Map.of()), "p.pth"))
        .isInstanceOf(ArtefactException.class)
        .hasMessage("p.pth holds no weights: it is no accuracy predictor");
    assertThatThrownBy(
            () ->
                OfaAccuracyPredictor.read(
                    space,
                    checkpoint(Map.of("0.weight", zeros(1, 127), "0.bias", zeros(1))),
                    "p.pth"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("OFA's accuracy predictors take 128 inputs");
    assertThatThrownBy(
            () ->
                OfaAccuracyPredictor.read(
                    space,
                    checkpoint(
                        Map.of(
                            "0.weight", zeros(4, 128),
                            "0.bias", zeros(4),
                            "2.weight", zeros(1, 5),
                            "2.bias", zeros(1))),
                    "p.pth"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("layer 1 takes 5 inputs, but the layer before it gives 4");
  }
}
