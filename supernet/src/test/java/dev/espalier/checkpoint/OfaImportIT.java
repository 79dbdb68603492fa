package dev.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.network.DebianPython;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import dev.espalier.space.OfaResNet50;
import dev.espalier.space.ResNet50Definition;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imported supernets against a reference in PyTorch; see {@code src/test/python}. */
class OfaImportIT {
  private static final long SEED = 31;
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  private static SearchSpace space(String family) {
    if (family.equals("ofa-resnet50")) {
      return quarterResNet();
    }
    SpaceCatalogue catalogue =
        new SpaceCatalogue(
            new Storage(new Configuration(false)),
            List.of(new org.apache.hadoop.fs.Path("spaces")));
    return catalogue.read(
        family.equals("ofa-proxyless") ? "ofa-proxyless-w1.3" : "ofa-mobilenetv3-w1.0");
  }

  /** A quarter of the released widths, so that the files stay small. */
  private static OfaResNet50 quarterResNet() {
    return new OfaResNet50(
        new ResNet50Definition(
            List.of(128, 132, 148, 160, 176),
            3,
            32,
            List.of(0.65, 0.8, 1.0),
            List.of(
                new ResNet50Definition.Stage(64, 1, List.of(2, 3, 4)),
                new ResNet50Definition.Stage(128, 2, List.of(2, 3, 4)),
                new ResNet50Definition.Stage(256, 2, List.of(4, 5, 6)),
                new ResNet50Definition.Stage(512, 2, List.of(2, 3, 4))),
            List.of(0.2, 0.25, 0.35),
            1000));
  }

  private float[] floats(String file) throws IOException {
    FloatBuffer buffer =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"ofa-mobilenetv3", "ofa-proxyless", "ofa-resnet50"})
  void importedSubnetsComputeWhatTheReferenceComputes(String family) throws Exception {
    assumeTrue(DebianPython.has("torch"), DebianPython.lacks("torch"));
    assertThat(
            DebianPython.run(
                "src/test/python/ofa_reference.py", family, folder.toString(), Long.toString(SEED)))
        .isEmpty();
    ElasticNetwork network = ElasticNetworks.of(space(family));
    Weights weights = read(network, "zip.pth");
    Weights legacy = read(network, "legacy.pth");
    weights
        .tensors()
        .forEach(
            (name, tensor) ->
                assertThat(legacy.tensor(name).values()).as(name).isEqualTo(tensor.values()));

    JsonNode subnets =
        Json.read(
            Files.readAllBytes(folder.resolve("subnets.json")), JsonNode.class, "subnets.json");
    assertThat(subnets).hasSizeGreaterThanOrEqualTo(20);
    float[] images = floats("images.f32");
    float[] expected = floats("logits.f32");
    int image = 0;
    try (TorchNetwork torch = new TorchNetwork(network, weights)) {
      for (int s = 0; s < subnets.size(); s++) {
        String form = subnets.get(s).get("architecture").asText();
        Architecture architecture = network.space().parse(form);
        int side = subnets.get(s).get("side").asInt();
        float[] one = Arrays.copyOfRange(images, image, image + 3 * side * side);
        image += one.length;
        float[] logits =
            torch.logits(architecture, TestWeights.running(network, architecture, weights), one, 1);

        float range = 0;
        float difference = 0;
        for (int c = 0; c < logits.length; c++) {
          float reference = expected[s * logits.length + c];
          range = Math.max(range, Math.abs(reference));
          difference = Math.max(difference, Math.abs(reference - logits[c]));
        }
        assertThat(range).as(form).isGreaterThan(0.1f);
        assertThat(difference / range).as("seed %d, %s", SEED, form).isLessThan((float) TOLERANCE);
        assertThat(network.space().macs(architecture))
            .as(form)
            .isEqualTo(subnets.get(s).get("macs").asLong());
      }
    }
  }

  private Weights read(ElasticNetwork network, String file) throws IOException {
    TorchCheckpoint checkpoint =
        TorchCheckpoint.read(Files.readAllBytes(folder.resolve(file)), file);
    assertThat(checkpoint.others()).allMatch(name -> name.endsWith(".num_batches_tracked"));
    return OfaCheckpoint.weights(network, checkpoint, file);
  }
}
