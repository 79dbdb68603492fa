package dev.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.checkpoint.TorchFiles.Format;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.TestWeights;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.TestSpaces;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OfaCheckpointTest {
  static List<SearchSpace> spaces() {
    return TestSpaces.families();
  }

  private static Weights weights(ElasticNetwork network) {
    return TestWeights.random(network, RandomGeneratorFactory.of("L64X128MixRandom").create(4));
  }

  /** The tensors under one of OFA's spellings: the first, the last, or by turns. */
  private static SortedMap<String, WeightTensor> renamed(ElasticNetwork network, int spelling) {
    OfaNames names = OfaNames.of(network.space());
    SortedMap<String, WeightTensor> theirs = new TreeMap<>();
    for (Map.Entry<String, WeightTensor> entry : weights(network).tensors().entrySet()) {
      List<String> spellings = names.spellings(entry.getKey());
      theirs.put(spellings.get(Math.floorMod(spelling, spellings.size())), entry.getValue());
    }
    return theirs;
  }

  private static Weights read(ElasticNetwork network, SortedMap<String, WeightTensor> theirs) {
    return OfaCheckpoint.weights(
        network, new TorchCheckpoint(new Weights(theirs), new TreeSet<>()), "net.pth");
  }

  @ParameterizedTest
  @MethodSource("spaces")
  void everySpellingIsReadAsTheSameWeights(SearchSpace space) {
    ElasticNetwork network = ElasticNetworks.of(space);
    for (int spelling : new int[] {0, 1, -1}) {
      SortedMap<String, WeightTensor> theirs = renamed(network, spelling);
      assertThat(theirs).hasSameSizeAs(weights(network).tensors());
      SortedMap<String, WeightTensor> read = read(network, theirs).tensors();
      weights(network)
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertThat(read.get(name).values()).as(name).isEqualTo(tensor.values()));
    }
  }

  @Test
  void namesAreThoseOfTheReleasedFiles() {
    OfaNames mobile = OfaNames.of(TestSpaces.tiny());
    assertThat(mobile.spellings("stage1.block2.kernel_7to5"))
        .contains("blocks.2.mobile_inverted_conv.depth_conv.conv.7to5_matrix");
    assertThat(mobile.spellings("stage2.block1.expand_bn.running_var"))
        .contains("blocks.3.mobile_inverted_conv.inverted_bottleneck.bn.bn.running_var")
        .contains("blocks.3.conv.inverted_bottleneck.bn.running_var");
    assertThat(mobile.spellings("stage2.block1.depthwise.weight"))
        .contains("blocks.3.conv.depth_conv.conv.conv.weight")
        .contains("blocks.3.mobile_inverted_conv.depth_conv.conv.weight");
    assertThat(mobile.spellings("final.conv.weight")).contains("final_expand_layer.conv.weight");
    assertThat(mobile.spellings("feature.weight")).contains("feature_mix_layer.conv.weight");
    assertThat(OfaNames.of(TestSpaces.tinyProxyless()).spellings("final.bn.bias"))
        .contains("feature_mix_layer.bn.bias");
    OfaNames resNet = OfaNames.of(TestSpaces.tinyResNet());
    assertThat(resNet.spellings("stage2.block1.project.weight"))
        .contains("blocks.2.downsample.conv.conv.weight");
    assertThat(resNet.spellings("classifier.bias"))
        .contains("classifier.linear.linear.bias", "classifier.linear.bias");
  }

  @Test
  void whatDoesNotFitIsNamedTogether() {
    ElasticNetwork network = ElasticNetworks.of(TestSpaces.tiny());
    SortedMap<String, WeightTensor> theirs = renamed(network, 0);
    theirs.remove("first_conv.bn.bias");
    theirs.put("classifier.linear.bias", new WeightTensor(new int[] {7}, new float[7]));
    theirs.put("blocks.9.conv.depth_conv.bn.bn.bias", new WeightTensor(new int[1], new float[0]));
    theirs.put(
        "blocks.1.mobile_inverted_conv.point_linear.bn.bn.bias",
        new WeightTensor(new int[] {8}, new float[8]));

    assertThatThrownBy(() -> read(network, theirs))
        .isInstanceOf(ArtefactException.class)
        .hasMessageStartingWith("net.pth does not fit this space of family ofa-mobilenetv3: ")
        .hasMessageContaining("stem.bn.bias is missing, looked for as first_conv.bn.bias")
        .hasMessageContaining(
            "classifier.linear.bias has shape [7], the space needs [5] for classifier.bias")
        .hasMessageContaining("blocks.9.conv.depth_conv.bn.bn.bias has no place in the space")
        .hasMessageContaining("stage1.block1.project_bn.bias could be any of ")
        .hasMessageEndingWith("is it the space of this checkpoint?");
  }

  @Test
  void manyProblemsAreCounted() {
    ElasticNetwork network = ElasticNetworks.of(TestSpaces.tinyResNet());

    assertThatThrownBy(
            () -> read(network, renamed(ElasticNetworks.of(TestSpaces.tinyProxyless()), 0)))
        .isInstanceOf(ArtefactException.class)
        .hasMessageMatching("(?s).*; and \\d+ more; is it the space of this checkpoint\\?");
  }

  private static Supernet imported(ElasticNetwork network, byte[] file) {
    return Supernet.of(
        network,
        OfaCheckpoint.weights(network, TorchCheckpoint.read(file, "net.pth"), "net.pth"),
        new SupernetDescription(
            "tiny",
            new DatasetDescription(
                "made up",
                List.of(0.5),
                List.of(0.25),
                "none",
                List.of("a", "b", "c", "d", "e"),
                new TreeMap<>()),
            Json.tree(Map.of())));
  }

  static List<Arguments> spacesAndFormats() {
    return spaces().stream()
        .flatMap(space -> Arrays.stream(Format.values()).map(f -> Arguments.of(space, f)))
        .toList();
  }

  /** Old files have no check sums: there a changed weight is read as what it has become. */
  @ParameterizedTest
  @MethodSource("spacesAndFormats")
  @Timeout(60)
  void aMutatedCheckpointMakesAWholeSupernetOrIsRefused(SearchSpace space, Format format) {
    ElasticNetwork network = ElasticNetworks.of(space);
    byte[] file = TorchFiles.stateDict(format, renamed(network, 0));
    Weights whole = imported(network, file).weights();
    assertThat(whole).isEqualTo(weights(network));
    long seed = 23;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int accepted = 0;
    for (int i = 0; i < 2000; i++) {
      String what = "seed %d, mutant %d".formatted(seed, i);
      try {
        Supernet supernet = imported(network, TorchFiles.mutated(file, random));
        NetworkParameters.shapesOf(network)
            .forEach(
                (name, shape) ->
                    assertThat(supernet.weights().tensors().get(name).shape())
                        .as("%s, %s", what, name)
                        .isEqualTo(shape));
        if (format == Format.ZIP) {
          assertThat(supernet.weights()).as(what).isEqualTo(whole);
        }
        accepted++;
      } catch (ArtefactException e) {
        assertThat(e).as(what).hasMessageStartingWith("net.pth");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail(what, e);
      }
    }
    assertThat(accepted).as("accepted, seed %d", seed).isBetween(1, 1999);
  }
}
