package dev.espalier.space;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.operator.Activation;
import dev.espalier.space.OfaNetConfigs.Writer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OfaNetConfigTest {
  private static final java.nio.file.Path PUBLISHED =
      java.nio.file.Path.of("..", "..", "shared", "data", "proxylessnas-pixel1");
  private static final SpaceCatalogue CATALOGUE =
      new SpaceCatalogue(new Storage(new Configuration(false)), List.of(new Path("spaces")));

  /** What a mutation puts in place of a number. */
  private static final List<String> NUMBERS =
      List.of("0", "-1", "3", "5", "7", "3.0", "24", "1e400", "99999999999", "null", "[3]");

  static List<String> releasedSpaces() {
    return CATALOGUE.spaces().keySet().stream().filter(n -> n.startsWith("ofa-")).toList();
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static int resolution(SearchSpace space, Architecture architecture) {
    return Integer.parseInt(space.decisions().get(0).options().get(architecture.option(0)));
  }

  private static Architecture read(SearchSpace space, int resolution, ObjectNode config) {
    return OfaNetConfig.read(space, resolution, Json.write(config), "net.config");
  }

  private static ObjectNode convolution(ObjectNode config, int block) {
    return (ObjectNode) config.path("blocks").path(block).path("mobile_inverted_conv");
  }

  @ParameterizedTest
  @MethodSource("releasedSpaces")
  void whatOfaWritesIsReadAsTheArchitectureItCameFrom(String name) {
    assertRoundTrips(CATALOGUE.read(name));
  }

  @Test
  void soItIsInTinySpaces() {
    List.of(TestSpaces.tiny(), TestSpaces.tinyProxyless(), tinyResNet())
        .forEach(OfaNetConfigTest::assertRoundTrips);
  }

  private static void assertRoundTrips(SearchSpace space) {
    long seed = 31;
    RandomGenerator random = random(seed);
    for (int i = 0; i < 50; i++) {
      Architecture architecture = space.sample(random);
      for (Writer writer : Writer.values()) {
        Architecture read =
            read(
                space,
                resolution(space, architecture),
                OfaNetConfigs.of(writer, space, architecture));
        if (space instanceof OfaResNet50) { // where two widths round to one, codes may differ
          assertThat(space.lower(read))
              .as("seed %d, %s", seed, space.format(architecture))
              .isEqualTo(space.lower(architecture));
        } else {
          assertThat(read)
              .as("seed %d, %s", seed, space.format(architecture))
              .isEqualTo(architecture);
        }
      }
    }
  }

  @Test
  void ofWidthsThatRoundToTheSameChannelsTheFirstIsTaken() {
    SearchSpace space = CATALOGUE.read("ofa-resnet50");
    String blocks =
        " d2w0.8:e0.2,e0.2 d2w1.0:e0.25,e0.35 d4w0.65:e0.2,e0.2,e0.2,e0.2 d2w0.8:e0.2,e0.2";
    Architecture architecture = space.parse("r224 d1w0.8w1.0" + blocks);

    assertThat(space.format(read(space, 224, OfaNetConfigs.of(Writer.NEW, space, architecture))))
        .isEqualTo("r224 d1w0.65w1.0" + blocks); // 64 · 0.65 / 2 and 64 · 0.8 / 2 both make 24
  }

  private static byte[] published(String file) throws IOException {
    assumeTrue(Files.exists(PUBLISHED), "published files are not here: " + PUBLISHED);
    return Files.readAllBytes(PUBLISHED.resolve(file));
  }

  private static OfaProxyless proxylessMobile() {
    List<Integer> depths = List.of(1, 2, 3, 4);
    return new OfaProxyless(
        new ProxylessDefinition(
            List.of(192, 224),
            3,
            32,
            16,
            List.of(
                new ProxylessDefinition.Stage(32, 2, depths),
                new ProxylessDefinition.Stage(40, 2, depths),
                new ProxylessDefinition.Stage(80, 2, depths),
                new ProxylessDefinition.Stage(96, 1, depths),
                new ProxylessDefinition.Stage(192, 2, depths),
                new ProxylessDefinition.Stage(320, 1, List.of(1))),
            List.of(3, 5, 7),
            List.of(3, 6),
            1280,
            1000));
  }

  /** ProxylessNAS (Cai et al., ICLR 2019) states 320 M MACs and 4.1 M parameters for it. */
  @Test
  void theNetworkThatProxylessNasPublishedIsReadInItsSpace() throws IOException {
    OfaProxyless space = proxylessMobile();
    Architecture architecture =
        OfaNetConfig.read(space, 224, published("proxyless_mobile.config"), "mobile");

    assertThat(space.format(architecture))
        .isEqualTo(
            "r224 d2:k5e3,k3e3 d4:k7e3,k3e3,k5e3,k5e3 d4:k7e6,k5e3,k5e3,k5e3"
                + " d4:k5e6,k5e3,k5e3,k5e3 d4:k7e6,k7e6,k7e3,k7e3 d1:k7e6");
    assertThat(space.parameters(architecture)).isBetween(4_000_000L, 4_200_000L);
    assertThat(space.macs(architecture)).isBetween(310_000_000L, 330_000_000L);
  }

  @Test
  void thePublishedNetworkIsRefusedInAnotherSpaceWithAllThatDoesNotFit() throws IOException {
    byte[] file = published("proxyless_mobile.config");

    assertThatThrownBy(
            () -> OfaNetConfig.read(CATALOGUE.read("ofa-proxyless-w1.3"), 225, file, "mobile"))
        .isInstanceOf(ArtefactException.class)
        .hasMessageStartingWith("mobile is no network of this space of family ofa-proxyless")
        .hasMessageContaining("\n  resolution 225 is not in the space, which has 128, 132, ")
        .hasMessageContaining("\n  first_conv: out_channels is 32, allowed is 40\n")
        .hasMessageContaining(
            "\n"
                + "  blocks[0] (first): in_channels is 32, allowed is 40, out_channels is 16,"
                + " allowed is 24\n")
        .hasMessageContaining("\n  blocks[5] (stage2.block1): out_channels is 40, allowed is 56\n")
        .hasMessageContaining(
            "\n"
                + "  blocks[21] (stage6.block1): in_channels is 192, allowed is 248, out_channels"
                + " is 320, allowed is 416\n")
        .hasMessageContaining("\n  classifier: in_features is 1280, allowed is 1664");
  }

  /** The second stage has blocks 3 to 6; blocks 1 and 2 are the first. */
  private static ObjectNode mobileNet() {
    SearchSpace space = TestSpaces.ofaImageNet();
    return OfaNetConfigs.of(
        Writer.OLD,
        space,
        space.parse(
            "r192 d2:k3e3,k3e3 d4:k5e4,k3e3,k3e3,k7e6 d2:k3e3,k3e3 d2:k3e3,k3e3 d2:k3e3,k3e3"));
  }

  private static void assertMisfit(Consumer<ObjectNode> change, String... problems) {
    ObjectNode config = mobileNet();
    change.accept(config);
    assertThatThrownBy(() -> read(TestSpaces.ofaImageNet(), 192, config))
        .isInstanceOf(ArtefactException.class)
        .hasMessage(
            "net.config is no network of this space of family ofa-mobilenetv3; mend these, or name"
                + " the space that it was found in:\n  "
                + String.join("\n  ", problems));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "in_channels | 32 | in_channels is 32, allowed is 24",
        "out_channels | 48 | out_channels is 48, allowed is 40",
        "kernel_size | 9 | kernel_size is 9, allowed is 3, 5, 7",
        "kernel_size | [3,3] | kernel_size is [3,3], allowed is 3, 5, 7",
        "stride | 1 | stride is 1, allowed is 2",
        "mid_channels | 100 | mid_channels is 100, allowed is 72 (expansion 3), 96 (expansion 4),"
            + " 144 (expansion 6)",
        "act_func | \"h_swish\" | act_func is \"h_swish\", allowed is relu",
        "act_func | null | act_func is null, allowed is relu",
        "use_se | false | use_se is false, allowed is true",
        "groups | 1 | groups is given, allowed is null: one for each channel",
        "name | \"ConvLayer\" | name is \"ConvLayer\", allowed is MBConvLayer or"
            + " MBInvertedConvLayer",
        "dilation | 2 | unknown key 'dilation'",
        "expand_ratio | 1 | expand_ratio is 1, which leaves out the convolution that expands",
      })
  void aFieldThatDoesNotFitIsNamedWithWhatIsAllowed(String key, String value, String problem) {
    assertMisfit(
        config ->
            convolution(config, 3)
                .set(key, Json.read(value.getBytes(UTF_8), JsonNode.class, "value")),
        "blocks[3] (stage2.block1): " + problem);
  }

  @Test
  void withoutMiddleChannelsTheRatioCounts() {
    ObjectNode config = mobileNet();
    convolution(config, 3).remove("mid_channels");
    convolution(config, 4).putNull("mid_channels").put("expand_ratio", 4.0);
    SearchSpace space = TestSpaces.ofaImageNet();
    assertThat(space.format(read(space, 192, config))).contains(" d4:k5e4,k3e4,k3e3,k7e6 ");

    assertMisfit(
        c -> {
          convolution(c, 3).remove("mid_channels");
          convolution(c, 3).put("expand_ratio", 5);
        },
        "blocks[3] (stage2.block1): expand_ratio is 5, allowed is 3, 4, 6");
  }

  @Test
  void whatIsLeftOutHasTheDefaultOfOfasLayer() {
    assertMisfit(
        config -> convolution(config, 3).remove(List.of("act_func", "use_se", "stride")),
        "blocks[3] (stage2.block1): stride is missing, act_func is left out, which is relu6,"
            + " allowed is relu, use_se is left out, which is false, allowed is true");
  }

  @Test
  void tooFewOrTooManyBlocksAreCountedForTheirStage() {
    assertMisfit(
        config -> ((ArrayNode) config.path("blocks")).insert(5, convolutionBlock(config, 5)),
        "stage2: has 5 blocks, allowed is 2, 3, 4");
    assertMisfit(
        config -> ((ArrayNode) config.path("blocks")).remove(2),
        "stage1: has 1 blocks, allowed is 2, 3, 4");
    assertMisfit(
        config -> {
          ArrayNode blocks = (ArrayNode) config.path("blocks");
          for (int i = 0; i < 100; i++) {
            blocks.insert(5, convolutionBlock(config, 5));
          }
        },
        "blocks: are 112 behind the first, allowed is at most 20");
    assertMisfit(config -> config.remove("blocks"), "blocks: is missing, or no list of blocks");
  }

  private static ObjectNode convolutionBlock(ObjectNode config, int block) {
    return config.path("blocks").path(block).deepCopy();
  }

  @Test
  void unknownBlocksAndWrongShortcutsAreNamed() {
    assertMisfit(
        config -> ((ObjectNode) config.path("blocks").path(4)).put("name", "DenseBlock"),
        "blocks[4] (stage2.block2): block's name is 'DenseBlock', allowed is"
            + " MobileInvertedResidualBlock or ResidualBlock");
    assertMisfit(
        config -> ((ObjectNode) config.path("blocks").path(4)).putNull("shortcut"),
        "blocks[4] (stage2.block2): shortcut is null, allowed is IdentityLayer");
    assertMisfit(
        config ->
            ((ObjectNode) config.path("blocks").path(3))
                .set("shortcut", config.path("blocks").path(4).path("shortcut")),
        "blocks[3] (stage2.block1): shortcut is IdentityLayer, allowed is null");
    assertMisfit(
        config -> ((ObjectNode) config.path("blocks").path(4)).remove("mobile_inverted_conv"),
        "blocks[4] (stage2.block2): is missing");
  }

  @Test
  void layersOutsideTheBlocksAreChecked() {
    assertMisfit(
        config -> {
          ((ObjectNode) config.path("first_conv")).put("groups", 2).put("stride", 1);
          config.remove("final_expand_layer");
          ((ObjectNode) config.path("feature_mix_layer")).put("use_bn", true);
          ((ObjectNode) config.path("classifier")).put("out_features", 10);
        },
        "first_conv: groups is 2, allowed is 1, stride is 1, allowed is 2",
        "final_expand_layer: is missing",
        "feature_mix_layer: use_bn is true, allowed is false",
        "classifier: out_features is 10, allowed is 1000");
  }

  @Test
  void blocksThatPassTheirInputOnAreLeftOut() {
    ObjectNode config = mobileNet();
    ((ObjectNode) config.path("blocks").path(4))
        .putObject("mobile_inverted_conv")
        .put("name", "ZeroLayer")
        .put("stride", 1);
    SearchSpace space = TestSpaces.ofaImageNet();

    assertThat(space.format(read(space, 192, config))).contains(" d3:k5e4,k3e3,k7e6 ");
  }

  @Test
  void stagesThatCannotBeToldApartAreNotGuessed() {
    ProxylessDefinition.Stage stage = new ProxylessDefinition.Stage(16, 1, List.of(1, 2));
    OfaProxyless space =
        new OfaProxyless(
            new ProxylessDefinition(
                List.of(32), 3, 16, 16, List.of(stage, stage), List.of(3), List.of(3), 32, 10));

    assertThat(read(space, 32, OfaNetConfigs.of(Writer.NEW, space, space.largest())))
        .isEqualTo(space.largest());
    assertThatThrownBy(
            () ->
                read(
                    space,
                    32,
                    OfaNetConfigs.of(Writer.NEW, space, space.parse("r32 d2:k3e3,k3e3 d1:k3e3"))))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining(
            "blocks: fit into the stages in several ways, and the file does not say which");
  }

  @Test
  void squeezeAndExcitationOfAnotherReductionThanOfasIsAMisfit() {
    OfaMobileNetV3 space =
        new OfaMobileNetV3(
            new MobileNetV3Definition(
                List.of(32),
                3,
                16,
                16,
                List.of(new MobileNetV3Definition.Stage(24, 2, Activation.RELU, 8, List.of(1))),
                List.of(3),
                List.of(3),
                32,
                64,
                10));

    assertThatThrownBy(() -> read(space, 32, OfaNetConfigs.of(Writer.NEW, space, space.largest())))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining(
            "blocks[1] (stage1.block1): use_se divides channels by 4, the space by 8");
  }

  /** Unlike the usual tiny one its first bottleneck changes channels, as every one of OFA's. */
  private static OfaResNet50 tinyResNet() {
    return new OfaResNet50(
        new ResNet50Definition(
            List.of(17, 20),
            1,
            16,
            List.of(0.65, 1.0),
            List.of(
                new ResNet50Definition.Stage(32, 1, List.of(1, 2)),
                new ResNet50Definition.Stage(64, 2, List.of(1, 2))),
            List.of(0.5, 1.0),
            5));
  }

  private static ObjectNode resNet() {
    SearchSpace space = tinyResNet();
    return OfaNetConfigs.of(
        Writer.NEW, space, space.parse("r17 d1w1.0w1.0 d2w0.65:e0.5,e0.5 d2w1.0:e1.0,e0.5"));
  }

  private static void assertResNetMisfit(Consumer<ObjectNode> change, String... problems) {
    ObjectNode config = resNet();
    change.accept(config);
    assertThatThrownBy(() -> read(tinyResNet(), 17, config))
        .isInstanceOf(ArtefactException.class)
        .hasMessageEndingWith(
            "mend these, or name the space that it was found in:\n  "
                + String.join("\n  ", problems));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "in_channels | 16 | in_channels is 16, allowed is 64",
        "kernel_size | 5 | kernel_size is 5, allowed is 3",
        "stride | 2 | stride is 2, allowed is 1",
        "mid_channels | 24 | mid_channels is 24, allowed is 32 (expansion 0.5), 64 (expansion 1.0)",
        "act_func | \"relu6\" | act_func is \"relu6\", allowed is relu",
        "groups | 4 | groups is 4, allowed is 1",
        "downsample_mode | \"conv\" | downsample_mode is \"conv\", allowed is avgpool_conv",
        "name | \"BasicBlock\" | name is \"BasicBlock\", allowed is ResNetBottleneckBlock",
        "width | 3 | unknown key 'width'",
      })
  void aFieldOfABottleneckThatDoesNotFitIsNamed(String key, String value, String problem) {
    assertResNetMisfit(
        config ->
            ((ObjectNode) config.path("blocks").path(3))
                .set(key, Json.read(value.getBytes(UTF_8), JsonNode.class, "value")),
        "blocks[3] (stage2.block2): " + problem);
  }

  @Test
  void aStageOfBottlenecksHasOneWidth() {
    assertResNetMisfit(
        config -> {
          ((ObjectNode) config.path("blocks").path(3)).put("out_channels", 40);
          ((ObjectNode) config.path("blocks").path(3)).put("mid_channels", 24);
          ((ObjectNode) config.path("classifier")).put("in_features", 40);
        },
        "blocks[3] (stage2.block2): has other channels than the block before it in its stage",
        "classifier: in_features is 40, allowed is 64");
  }

  @Test
  void theStemOfAResNetIsChecked() {
    assertResNetMisfit(
        config -> {
          ArrayNode stem = (ArrayNode) config.path("input_stem");
          ((ObjectNode) stem.path(0)).put("out_channels", 16);
          ((ObjectNode) stem.path(1)).putNull("shortcut");
          ((ObjectNode) stem.path(2)).put("act_func", "relu6");
        },
        "input_stem[0]: out_channels is 16, allowed is 8",
        "input_stem[1]: is not a ResidualBlock whose shortcut is an IdentityLayer",
        "input_stem[2]: act_func is \"relu6\", allowed is relu");
    assertResNetMisfit(
        config -> config.putArray("input_stem"),
        "input_stem: has 0 layers, allowed is 2 or 3, with a ResidualBlock in the middle");
  }

  @Test
  void filesThatAreNoNetworkAreRefused() {
    for (String text : List.of("", "[]", "null", "3", "{", "{\"blocks\": [}", "{} {}", "\"x\"")) {
      assertThatThrownBy(
              () -> OfaNetConfig.read(TestSpaces.tiny(), 9, text.getBytes(UTF_8), "net.config"))
          .as(text)
          .isInstanceOf(ArtefactException.class)
          .hasMessageStartingWith("net.config");
    }
    for (SearchSpace space : TestSpaces.families()) {
      assertThatThrownBy(() -> OfaNetConfig.read(space, 9, "{}".getBytes(UTF_8), "net.config"))
          .isInstanceOf(ArtefactException.class)
          .hasMessageContaining("blocks: is missing, or no list of blocks");
    }
  }

  static List<SearchSpace> fuzzedSpaces() {
    return List.of(TestSpaces.ofaImageNet(), CATALOGUE.read("ofa-proxyless-w1.3"), tinyResNet());
  }

  @ParameterizedTest
  @MethodSource("fuzzedSpaces")
  @Timeout(60)
  void aMutatedFileIsRefusedOrReadAsTheNetworkThatItStates(SearchSpace space) {
    long seed = 41;
    RandomGenerator random = random(seed);
    int accepted = 0;
    for (int i = 0; i < 2000; i++) {
      Architecture architecture = space.sample(random);
      byte[] mutant =
          mutated(
              Json.write(OfaNetConfigs.of(Writer.values()[random.nextInt(2)], space, architecture)),
              random);
      String what = "seed %d, mutant %d:\n%s".formatted(seed, i, new String(mutant, UTF_8));
      try {
        Architecture read =
            OfaNetConfig.read(space, resolution(space, architecture), mutant, "net.config");
        assertThat(space.architecture(read.toBytes())).as(what).isEqualTo(read);
        assertThat(read.option(0)).as(what).isEqualTo(architecture.option(0));
        assertThat(stated(OfaNetConfigs.of(Writer.NEW, space, read)))
            .as(what)
            .isEqualTo(stated(Json.read(mutant, JsonNode.class, "mutant")));
        accepted++;
      } catch (ArtefactException e) {
        assertThat(e).as(what).hasMessageStartingWith("net.config");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail(what, e);
      }
    }
    assertThat(accepted).as("accepted, seed %d", seed).isBetween(1, 1999);
  }

  /** What the blocks of a file state, however they are written. */
  private static List<String> stated(JsonNode config) {
    List<String> stated = new ArrayList<>();
    for (JsonNode block : config.path("blocks")) {
      JsonNode layer =
          block.has("mobile_inverted_conv")
              ? block.path("mobile_inverted_conv")
              : block.has("conv") ? block.path("conv") : block;
      int input = layer.path("in_channels").asInt();
      int output = layer.path("out_channels").asInt();
      double made = layer.path("expand_ratio").asDouble() * (layer == block ? output : input);
      stated.add(
          "%d to %d, k %d, s %d, mid %d"
              .formatted(
                  input,
                  output,
                  layer.path("kernel_size").asInt(),
                  layer.path("stride").asInt(),
                  layer
                      .path("mid_channels")
                      .asInt(ChannelRounding.toMultipleOfEight(Math.rint(made)))));
    }
    return stated;
  }

  /** One to three changes: of a byte, of a number, or of a line. */
  private static byte[] mutated(byte[] json, RandomGenerator random) {
    byte[] mutant = json;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      List<String> lines = new ArrayList<>(List.of(new String(mutant, UTF_8).split("\n")));
      int at = random.nextInt(lines.size());
      switch (random.nextInt(5)) {
        case 0 -> {
          mutant = mutant.clone();
          mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
          continue;
        }
        case 1 -> lines.remove(at);
        case 2 -> lines.add(at, lines.get(random.nextInt(lines.size())));
        case 3 -> Collections.swap(lines, at, random.nextInt(lines.size()));
        default ->
            lines.set(
                at,
                lines.get(at).replaceFirst("[0-9]+", NUMBERS.get(random.nextInt(NUMBERS.size()))));
      }
      mutant = String.join("\n", lines).getBytes(UTF_8);
    }
    return mutant;
  }
}
