package dev.espalier.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.DatasetDescription.Split;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.TestSpaces;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupernetFolderTest {
  private static final ElasticNetwork NETWORK = ElasticNetworks.of(TestSpaces.tiny());
  private static final Weights WEIGHTS =
      TestWeights.random(NETWORK, RandomGeneratorFactory.of("L64X128MixRandom").create(1));
  private static final SortedMap<String, byte[]> FILES =
      new TreeMap<>(Map.of("predictor.json", "{}".getBytes(UTF_8)));

  @TempDir java.nio.file.Path folder;
  private final Storage storage = new Storage(new Configuration());

  private Path path() {
    return new Path("file://" + folder.resolve("net"));
  }

  private static SupernetDescription description(int seconds, String... labels) {
    return new SupernetDescription(
        "tiny",
        new DatasetDescription(
            "made up",
            List.of(0.5),
            List.of(0.25),
            "none",
            List.of(labels),
            new TreeMap<>(Map.of("train", new Split(3, "all", "00")))),
        Json.tree(Map.of("seconds", seconds)));
  }

  private static Supernet supernet() {
    return Supernet.of(NETWORK, WEIGHTS, description(9, "a", "b", "c", "d", "e"));
  }

  @Test
  void whatIsWrittenReadsBackEqual() {
    SupernetFolder.write(storage, path(), supernet(), FILES);

    SupernetFolder read = SupernetFolder.open(storage, path());
    assertThat(read.name()).isEqualTo("tiny");
    assertThat(read.space()).isEqualTo(TestSpaces.tiny());
    assertThat(read.files()).containsExactly("predictor.json", "weights.safetensors");
    assertThat(read.file("predictor.json")).isEqualTo("{}".getBytes(UTF_8));
    assertThat(read.otherFiles()).containsOnlyKeys("predictor.json");
    Supernet supernet = read.supernet();
    assertThat(supernet.weights()).isEqualTo(WEIGHTS);
    assertThat(supernet.space()).isEqualTo(TestSpaces.tiny());
    assertThat(supernet.description()).isEqualTo(supernet().description());
    assertThat(supernet.digest()).isEqualTo(supernet().digest());
  }

  @Test
  void equalSupernetsGiveEqualBytes() throws Exception {
    SupernetFolder.write(storage, path(), supernet(), FILES);
    SupernetFolder.write(storage, new Path(folder.resolve("again").toUri()), supernet(), FILES);

    assertThat(Digest.ofFolder(storage, path()))
        .isEqualTo(Digest.ofFolder(storage, new Path(folder.resolve("again").toUri())));
  }

  @Test
  void theDigestFollowsTheWeightsAndNotTheTrainingTime() {
    SortedMap<String, WeightTensor> other = new TreeMap<>(WEIGHTS.tensors());
    other.put("classifier.bias", new WeightTensor(new int[] {5}, new float[5]));
    String[] labels = {"a", "b", "c", "d", "e"};

    assertThat(Supernet.of(NETWORK, WEIGHTS, description(8, labels)).digest())
        .isEqualTo(supernet().digest());
    assertThat(Supernet.of(NETWORK, new Weights(other), description(9, labels)).digest())
        .isNotEqualTo(supernet().digest());
  }

  @Test
  void alteredAndTruncatedFilesAreRefusedByName() throws Exception {
    SupernetFolder.write(storage, path(), supernet(), FILES);
    java.nio.file.Path weights = folder.resolve("net/weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    byte[] altered = bytes.clone();
    altered[bytes.length - 1] ^= 1;

    for (byte[] damaged : List.of(altered, Arrays.copyOf(bytes, bytes.length / 2))) {
      Files.write(weights, damaged);
      assertThatThrownBy(() -> SupernetFolder.open(storage, path()).supernet())
          .isInstanceOf(ArtefactException.class)
          .hasMessageContaining("net/weights.safetensors: SHA-256 is ")
          .hasMessageContaining("the file (" + damaged.length + " bytes) was truncated or altered")
          .hasMessageEndingWith("copy the supernet again from where it came");
    }
    Files.delete(weights);
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()).supernet())
        .hasMessageContaining("weights.safetensors does not exist");
    Files.writeString(folder.resolve("net/predictor.json"), "{ }");
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()).file("predictor.json"))
        .hasMessageContaining("predictor.json: SHA-256 is ");
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()).file("other.json"))
        .hasMessageContaining(
            "has no file 'other.json'; it has [predictor.json, weights.safetensors]");
  }

  @Test
  void foldersThatAreNoSupernetsOfThisFormatAreRefused() throws Exception {
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("net does not exist; name a folder that 'supernet train' wrote");
    Files.createDirectory(folder.resolve("net"));
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()))
        .hasMessageContaining("net is not a supernet: it has no supernet.json");
    Files.writeString(folder.resolve("net/supernet.json"), "{\"format\": 2}");
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()))
        .hasMessageContaining("supernet.json: format 2; this version reads format 1");
  }

  @Test
  void anUnknownFamilyAndAnUnknownKeyAreNamed() throws Exception {
    SupernetFolder.write(storage, path(), supernet(), FILES);
    java.nio.file.Path json = folder.resolve("net/supernet.json");
    String text = Files.readString(json);

    Files.writeString(json, text.replace("ofa-mobilenetv3", "ofa-something"));
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()).space())
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("supernet.json, space: unknown space family 'ofa-something'");
    Files.writeString(json, text.replace("\"name\": \"tiny\"", "\"name\": \"t\", \"colour\": 1"));
    assertThatThrownBy(() -> SupernetFolder.open(storage, path()))
        .hasMessageContaining("unknown key 'colour'");
  }

  @Test
  void everyMisfitOfWeightsAndDataIsReportedTogether() {
    SortedMap<String, WeightTensor> other = new TreeMap<>(WEIGHTS.tensors());
    other.remove("stem.conv.weight");
    other.put("classifier.bias", new WeightTensor(new int[] {4}, new float[4]));
    other.put("extra", new WeightTensor(new int[] {1}, new float[1]));

    assertThatThrownBy(() -> Supernet.of(NETWORK, new Weights(other), description(1, "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "weights and data do not fit the space: tensor 'classifier.bias' has shape [4], the"
                + " network needs [5]; tensor 'stem.conv.weight' is missing; tensor 'extra' is not"
                + " part of the network; the data set has 1 labels, the network 5 classes");
  }
}
