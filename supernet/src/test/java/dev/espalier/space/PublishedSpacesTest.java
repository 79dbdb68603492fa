package dev.espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import java.math.BigInteger;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedSpacesTest {
  private static final Storage STORAGE = new Storage(new Configuration(false));
  private static final SpaceCatalogue CATALOGUE =
      new SpaceCatalogue(STORAGE, List.of(new Path("spaces"), new Path("no-such-folder")));

  static Set<String> names() {
    return CATALOGUE.spaces().keySet();
  }

  @Test
  void theReleasedSpacesAreThere() {
    assertThat(names())
        .containsExactly(
            "nasbench201",
            "ofa-mobilenetv3-w1.0",
            "ofa-mobilenetv3-w1.2",
            "ofa-proxyless-w1.3",
            "ofa-resnet50");
    assertThat(CATALOGUE.read("ofa-mobilenetv3-w1.0")).isEqualTo(TestSpaces.ofaImageNet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSpaceIsItsDefinitionAndItsFormsReadBack(String name) {
    SearchSpace space = CATALOGUE.read(name);
    assertThat(SpaceFamily.space(SpaceFamily.tree(space)))
        .isEqualTo(space)
        .hasSameHashCodeAs(space);
    long seed = 5;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 200; i++) {
      Architecture architecture = space.sample(random);
      String form = space.format(architecture);
      assertThat(space.parse(form)).as("seed %d, %s", seed, form).isEqualTo(architecture);
      assertThat(space.architecture(architecture.toBytes())).isEqualTo(architecture);
    }
    assertThat(space.macs(space.smallest())).isLessThan(space.macs(space.largest()));
    assertThat(space.parse(space.format(space.largest()))).isEqualTo(space.largest());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSlotDependsOnItsScopeAlone(String name) {
    SearchSpace space = CATALOGUE.read(name);
    long seed = 9;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 100; i++) {
      byte[] one = space.sample(random).toBytes();
      byte[] other = space.sample(random).toBytes();
      for (int slot = 0; slot < space.slots().size(); slot++) {
        byte[] mixed = other.clone();
        for (int decision : space.slots().get(slot).scope()) {
          mixed[decision] = one[decision];
        }
        assertThat(space.operators(slot, mixed))
            .as("seed %d, slot %s", seed, space.slots().get(slot).name())
            .isEqualTo(space.operators(slot, one));
      }
    }
  }

  /** Where a space lowers to sums it branches: an operator may take what an earlier one gives. */
  @ParameterizedTest
  @MethodSource("names")
  void eachOperatorTakesWhatOneBeforeGives(String name) {
    SearchSpace space = CATALOGUE.read(name);
    boolean branches =
        space.lower(space.largest()).stream().anyMatch(o -> o.kind() == OperatorKind.ADD);
    assertThat(branches).isEqualTo(name.equals("nasbench201"));
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    for (int i = 0; i < 100; i++) {
      List<Operator> operators = space.lower(space.sample(random));
      for (int o = 1; o < operators.size(); o++) {
        assertThat(operators.subList(branches ? 0 : o - 1, o))
            .extracting(Operator::output)
            .contains(operators.get(o).input());
      }
    }
  }

  /** Sizes: per stage of depths 2, 3, 4, (9² + 9³ + 9⁴); OFA's paper speaks of more than 10¹⁹. */
  @Test
  void sizesAreThoseOfThePaper() {
    BigInteger stage = BigInteger.valueOf(81 + 729 + 6561);
    assertThat(CATALOGUE.read("ofa-mobilenetv3-w1.2").size())
        .isEqualTo(stage.pow(5).multiply(BigInteger.valueOf(25)))
        .isGreaterThan(BigInteger.TEN.pow(19));
    assertThat(CATALOGUE.read("ofa-proxyless-w1.3").size())
        .isEqualTo(stage.pow(5).multiply(BigInteger.valueOf(25 * 9)));
  }

  /**
   * With OFA's middle options this is ResNet-50-D, of 25.58 million parameters and 4.35 GMAC at 224
   * (Wightman's model table; He et al., CVPR 2019, table 5, gives 4.3 GFLOPs).
   */
  @Test
  void ofaResNet50HoldsResNet50D() {
    SearchSpace space = CATALOGUE.read("ofa-resnet50");
    Architecture resNet50D =
        space.parse(
            "r224 d1w1.0w1.0 d3w1.0:e0.25,e0.25,e0.25 d4w1.0:e0.25,e0.25,e0.25,e0.25"
                + " d6w1.0:e0.25,e0.25,e0.25,e0.25,e0.25,e0.25 d3w1.0:e0.25,e0.25,e0.25");
    assertThat(space.parameters(resNet50D)).isEqualTo(25_576_264);
    assertThat((double) space.macs(resNet50D)).isCloseTo(4.35e9, Percentage.withPercentage(0.5));
  }

  @Test
  void channelsAreRoundedAsOfaRounds() {
    SearchSpace resNet = CATALOGUE.read("ofa-resnet50");
    List<Operator> smallest = resNet.lower(resNet.smallest());
    assertThat(smallest.get(0).output().channels()).isEqualTo(24);
    assertThat(smallest.get(1).output().channels()).isEqualTo(40);
    List<Operator> bottlenecks =
        smallest.stream().filter(o -> o.kind() == OperatorKind.BOTTLENECK).toList();
    assertThat(bottlenecks).hasSize(10);
    assertThat(bottlenecks.get(0).output().channels()).isEqualTo(168);
    assertThat(bottlenecks.get(0).expansionChannels()).isEqualTo(32);
    assertThat(bottlenecks.get(9).output().channels()).isEqualTo(1328);
    assertThat(bottlenecks.get(9).expansionChannels()).isEqualTo(264);

    SearchSpace proxyless = CATALOGUE.read("ofa-proxyless-w1.3");
    Set<Integer> widths = new HashSet<>();
    proxyless.lower(proxyless.largest()).forEach(o -> widths.add(o.output().channels()));
    assertThat(widths).containsExactlyInAnyOrder(40, 24, 32, 56, 104, 128, 248, 416, 1664, 1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "family: ofa-vit|unknown space family 'ofa-vit'",
        "classes: 10|a space needs a family",
        "family: ofa-resnet50|ofa-resnet50, at resolutions",
        "family: [|line 2",
      })
  void filesThatAreNoSpacesAreRefusedWithTheirPath(
      String content, @TempDir java.nio.file.Path folder) throws Exception {
    String[] parts = content.split("\\|");
    java.nio.file.Path file = folder.resolve("mine.yaml");
    Files.writeString(file, parts[0] + "\n");

    assertThatThrownBy(() -> CATALOGUE.read(file.toString()))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("mine.yaml")
        .hasMessageContaining(parts[1]);
  }

  @Test
  void someResolutionsCanBeKept() {
    SearchSpace space = CATALOGUE.read("ofa-mobilenetv3-w1.2@224,160");
    assertThat(space.decisions().get(0).options()).containsExactly("160", "224");
    assertThat(space).isNotEqualTo(CATALOGUE.read("ofa-mobilenetv3-w1.2"));
    assertThatThrownBy(() -> CATALOGUE.read("ofa-mobilenetv3-w1.2@160,161"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "space ofa-mobilenetv3-w1.2 has no resolution '161'; it has 128, 132, ");
    assertThatThrownBy(() -> CATALOGUE.read("nasbench201@16"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("space nasbench201 has no list of resolutions to keep some of: leave @16 away");
  }

  @Test
  void anUnknownNameListsTheKnown() {
    assertThatThrownBy(() -> CATALOGUE.read("ofa-mobilenetv3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "unknown space 'ofa-mobilenetv3'; there is nasbench201, ofa-mobilenetv3-w1.0, ");
  }

  @Test
  void ownSpacesHideShippedOnes(@TempDir java.nio.file.Path own) throws Exception {
    Files.copy(
        java.nio.file.Path.of("spaces", "ofa-resnet50.yaml"),
        own.resolve("ofa-proxyless-w1.3.yaml"));
    SpaceCatalogue catalogue =
        new SpaceCatalogue(STORAGE, List.of(new Path(own.toUri()), new Path("spaces")));

    assertThat(catalogue.read("ofa-proxyless-w1.3").family()).isEqualTo("ofa-resnet50");
    assertThat(catalogue.spaces()).hasSize(5);
  }
}
