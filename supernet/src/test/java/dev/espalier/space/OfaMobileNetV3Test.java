package dev.espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.TensorShape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfaMobileNetV3Test {
  private static final OfaMobileNetV3 TINY = TestSpaces.tiny();
  private static final OfaMobileNetV3 OFA = TestSpaces.ofaImageNet();
  private static final long SEED = 17;

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
  }

  /** Calls for every code, canonical or not; the array is reused. */
  private static void forEveryCode(SearchSpace space, Consumer<byte[]> action) {
    byte[] code = new byte[space.length()];
    while (true) {
      action.accept(code);
      int d = 0;
      while (d < code.length && ++code[d] == space.decisions().get(d).options().size()) {
        code[d++] = 0;
      }
      if (d == code.length) {
        return;
      }
    }
  }

  @Test
  void theSizeIsTheNumberOfDistinctNetworks() {
    Set<Architecture> codes = new HashSet<>();
    Set<List<Operator>> networks = new HashSet<>();
    int[] count = {0};
    forEveryCode(
        TINY,
        code -> {
          Architecture architecture = TINY.architecture(code);
          codes.add(architecture);
          networks.add(TINY.lower(architecture));
          count[0]++;
        });

    assertThat(count[0]).isEqualTo(2 * (2 * 36) * (2 * 36));
    assertThat(TINY.size()).isEqualTo(2 * (6 + 36) * (6 + 36));
    assertThat(codes).hasSize(TINY.size().intValueExact());
    assertThat(networks).hasSameSizeAs(codes);
  }

  @Test
  void canonicalCodesAreFixedPointsWithTheSameOperators() {
    forEveryCode(
        TINY,
        code -> {
          byte[] canonical = code.clone();
          TINY.canonicalize(canonical);
          byte[] again = canonical.clone();
          TINY.canonicalize(again);
          assertThat(again).isEqualTo(canonical);
          for (int slot = 0; slot < TINY.slots().size(); slot++) {
            assertThat(TINY.operators(slot, canonical)).isEqualTo(TINY.operators(slot, code));
          }
        });
  }

  @Test
  void everyReadableFormReadsBackAndIsUnique() {
    Set<String> forms = new HashSet<>();
    forEveryCode(
        TINY,
        code -> {
          Architecture architecture = TINY.architecture(code);
          String form = TINY.format(architecture);
          assertThat(TINY.parse(form)).as(form).isEqualTo(architecture);
          assertThat(Architecture.ofHex(architecture.toHex())).isEqualTo(architecture);
          forms.add(form);
        });

    assertThat(forms).hasSize(TINY.size().intValueExact());
    assertThat(TINY.format(TINY.largest())).isEqualTo("r12 d2:k7e3,k7e3 d2:k7e3,k7e3");
    assertThat(TINY.format(TINY.smallest())).isEqualTo("r9 d1:k3e2 d1:k3e2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "r9 d1:k3e2|expected the resolution and 2 stages",
        "r10 d1:k3e2 d1:k3e2|'r10' is not r followed by one of [9, 12] (resolution)",
        "r9 d1:k4e2 d1:k3e2|'k4' is not k followed by one of [3, 5, 7] (stage1.block1.kernel)",
        "r9 d1:k3e2 d1:k3e9|'e9' is not e followed by one of [2, 3] (stage2.block1.expansion)",
        "r9 d1:k3 d1:k3e2|'' is not e followed by one of [2, 3] (stage1.block1.expansion)",
        "r9 d3:k3e2 d1:k3e2|'d3' is not d followed by one of [1, 2] (stage1.depth)",
        "r9 d2:k3e2 d1:k3e2|stage 1 of depth 2 lists 1 blocks",
        "r9 d1 d1:k3e2|stage 1 of depth 1 lists 0 blocks",
      })
  void wrongTextIsRefusedByItsPart(String text, String message) {
    assertThatThrownBy(() -> TINY.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageEndingWith("an example: r9 d1:k3e2 d1:k3e2");
  }

  @Test
  void aSlotsScopeDeterminesItsOperators() {
    List<Map<List<Byte>, List<Operator>>> seen = new ArrayList<>();
    TINY.slots().forEach(s -> seen.add(new HashMap<>()));
    forEveryCode(
        TINY,
        code -> {
          for (int slot = 0; slot < seen.size(); slot++) {
            List<Byte> options = TINY.slots().get(slot).scope().stream().map(d -> code[d]).toList();
            List<Operator> operators = TINY.operators(slot, code);
            List<Operator> before = seen.get(slot).putIfAbsent(options, operators);
            if (before != null) {
              assertThat(operators).as("slot %d", slot).isEqualTo(before);
            }
          }
        });
    Set<Integer> covered = new TreeSet<>();
    TINY.slots().forEach(s -> covered.addAll(s.scope()));

    assertThat(covered).hasSize(TINY.length());
  }

  @Test
  void everyOperatorTakesWhatTheOneBeforeItGives() {
    RandomGenerator random = random();
    for (int i = 0; i < 500; i++) {
      Architecture architecture = OFA.sample(random);
      List<Operator> operators = OFA.lower(architecture);
      for (int o = 1; o < operators.size(); o++) {
        assertThat(operators.get(o).input())
            .as("seed %d, %s, operator %d", SEED, OFA.format(architecture), o)
            .isEqualTo(operators.get(o - 1).output());
      }
    }
  }

  @Test
  void compiledMacsEqualTheSumOverOperators() {
    AdditiveFunction macs =
        AdditiveFunction.compile(
            OFA,
            3,
            (slot, code) -> OFA.operators(slot, code).stream().mapToLong(Operator::macs).sum());
    RandomGenerator random = random();
    int count = 300;
    byte[] codes = new byte[count * OFA.length()];
    double[] values = new double[count];
    List<Architecture> architectures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Architecture architecture = OFA.sample(random);
      architectures.add(architecture);
      System.arraycopy(architecture.toBytes(), 0, codes, i * OFA.length(), OFA.length());
    }
    macs.at(codes, count, values);
    for (int i = 0; i < count; i++) {
      Architecture architecture = architectures.get(i);
      assertThat(values[i])
          .as("seed %d, %s", SEED, OFA.format(architecture))
          .isEqualTo(OFA.macs(architecture) + 3)
          .isEqualTo(macs.at(architecture));
      assertThat(macs.terms(architecture).stream().mapToDouble(t -> t).sum() + macs.constant())
          .isEqualTo(values[i]);
      assertThat(macs.scaled(0.5, 1).at(architecture)).isEqualTo(values[i] / 2 + 1);
    }
    assertThat(macs.slots()).isEqualTo(OFA.slots().size());
    assertThat(macs.scope(2)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void largestAndSmallestBoundTheCostOfAll() {
    RandomGenerator random = random();
    long most = OFA.macs(OFA.largest());
    long least = OFA.macs(OFA.smallest());
    for (int i = 0; i < 500; i++) {
      assertThat(OFA.macs(OFA.sample(random))).as("seed %d", SEED).isBetween(least, most);
    }
  }

  /** Section 4.1 of the paper: ((3·3)² + (3·3)³ + (3·3)⁴)⁵ ≈ 2·10¹⁹ networks at each resolution. */
  @Test
  void ofasSpaceHasItsPublishedSize() {
    assertThat(OFA.size())
        .isEqualTo(BigInteger.valueOf(81 + 729 + 6561).pow(5).multiply(BigInteger.valueOf(25)));
    assertThat(OFA.size().divide(BigInteger.valueOf(25)).doubleValue()).isBetween(2e19, 2.5e19);
    assertThat(OFA.length()).isEqualTo(1 + 5 * (1 + 4 * 2));
  }

  /** Multiply-accumulates by the definitions in the paper alone, with no type of this project. */
  private static long macsByHand(int resolution, int depth, int kernel, int ratio) {
    int[] widths = {24, 40, 80, 112, 160};
    int[] strides = {2, 2, 2, 1, 2};
    int[] reductions = {0, 4, 0, 4, 4};
    long side = resolution / 2;
    long macs = side * side * 3 * 16 * 9;
    macs += side * side * 16 * 9 + side * side * 16 * 16;
    int input = 16;
    for (int s = 0; s < 5; s++) {
      for (int b = 0; b < depth; b++) {
        long mid = (long) input * ratio;
        macs += side * side * input * mid;
        if (b == 0) {
          side = (side + strides[s] - 1) / strides[s];
        }
        macs += side * side * mid * kernel * kernel + side * side * mid * widths[s];
        if (reductions[s] > 0) {
          long squeezed = (mid / 4 + 4) / 8 * 8;
          squeezed += squeezed < 0.9 * (mid / 4) ? 8 : 0;
          macs += 2 * mid * squeezed;
        }
        input = widths[s];
      }
    }
    return macs + side * side * 160 * 960 + 960 * 1280 + 1280 * 1000;
  }

  @Test
  void ofasLargestAndSmallestCostWhatThePapersDefinitionsSay() {
    Architecture largest = OFA.largest();
    byte[] code = OFA.smallest().toBytes();
    code[0] = (byte) OFA.decisions().get(0).options().indexOf("224");
    Architecture smallest = OFA.architecture(code);

    assertThat(OFA.format(largest)).startsWith("r224 d4:k7e6,k7e6,k7e6,k7e6 d4:");
    assertThat(OFA.format(smallest)).startsWith("r224 d2:k3e3,k3e3 d2:");
    assertThat(OFA.macs(largest)).isEqualTo(macsByHand(224, 4, 7, 6));
    assertThat(OFA.macs(smallest)).isEqualTo(macsByHand(224, 2, 3, 3));
    assertThat(OFA.macs(OFA.smallest())).isEqualTo(macsByHand(128, 2, 3, 3));
  }

  @Test
  void ofasOperatorsAreThoseOfItsReleasedNetwork() {
    List<Operator> operators = OFA.lower(OFA.largest());

    assertThat(operators).hasSize(2 + 20 + 4);
    assertThat(operators.get(0))
        .isEqualTo(Operator.conv(new TensorShape(224, 224, 3), 16, 3, 2, Activation.H_SWISH));
    assertThat(operators.get(1).key())
        .isEqualTo(
            "mbconv in=112x112x16 out=112x112x16 k=3 s=1 g=1 mid=16 se=0 act=relu shortcut=identity precision=float32");
    assertThat(operators.get(6).key())
        .isEqualTo(
            "mbconv in=56x56x24 out=28x28x40 k=7 s=2 g=1 mid=144 se=40 act=relu shortcut=none precision=float32");
    assertThat(operators.get(21).key())
        .isEqualTo(
            "mbconv in=7x7x160 out=7x7x160 k=7 s=1 g=1 mid=960 se=240 act=h_swish shortcut=identity precision=float32");
    assertThat(operators.subList(22, 26))
        .extracting(Operator::kind)
        .containsExactly(
            OperatorKind.CONV, OperatorKind.GLOBAL_POOL, OperatorKind.CONV, OperatorKind.LINEAR);
  }

  @Test
  void samplingIsUniformOverTheOptionsOfEveryActiveDecision() {
    RandomGenerator random = random();
    int[] resolutions = new int[2];
    int[] kernels = new int[3];
    int draws = 9000;
    for (int i = 0; i < draws; i++) {
      Architecture architecture = TINY.sample(random);
      byte[] code = architecture.toBytes();
      TINY.canonicalize(code);
      assertThat(code).isEqualTo(architecture.toBytes());
      resolutions[architecture.option(0)]++;
      kernels[architecture.option(2)]++;
    }
    // five standard deviations of a binomial
    for (int n : resolutions) {
      assertThat(n).as("seed %d", SEED).isBetween(draws / 2 - 240, draws / 2 + 240);
    }
    for (int n : kernels) {
      assertThat(n).as("seed %d", SEED).isBetween(draws / 3 - 225, draws / 3 + 225);
    }
  }

  @Test
  void codesThatDoNotExistAreRefused() {
    assertThatThrownBy(() -> TINY.architecture(new byte[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an architecture code of ofa-mobilenetv3 has 11 bytes, not 3");
    byte[] code = new byte[11];
    code[2] = 3;
    assertThatThrownBy(() -> TINY.architecture(code))
        .hasMessage("decision stage1.block1.kernel has no option 3: options are [3, 5, 7]");
  }

  @Test
  void architecturesAreOrderedByTheirCode() {
    byte[] code = new byte[11];
    code[0] = 1;
    Architecture larger = TINY.architecture(code);

    assertThat(TINY.smallest()).isLessThan(larger);
    assertThat(larger).isLessThan(TINY.largest()).hasToString("01" + "00".repeat(10));
    assertThat(larger.length()).isEqualTo(11);
    code[0] = 0;
    assertThat(larger.option(0)).isEqualTo(1);
    Arrays.fill(larger.toBytes(), (byte) 9);
    assertThat(larger.option(0)).isEqualTo(1);
  }

  @Test
  void theFamilyMakesAnEqualSpaceOfItsDefinition() {
    SpaceFamily family = SpaceFamily.named("ofa-mobilenetv3");

    for (OfaMobileNetV3 space : List.of(TINY, OFA)) {
      assertThat(family.create(family.definition(space))).isEqualTo(space).hasSameHashCodeAs(space);
    }
    assertThat(TINY).isNotEqualTo(OFA);
    assertThatThrownBy(() -> SpaceFamily.named("ofa-vit"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown space family 'ofa-vit'; known families: [nasbench201, ofa-mobilenetv3, ofa-proxyless, ofa-resnet50]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kernels|[3,4]|kernels [3, 4]: 4 is not odd",
        "kernels|[5,3]|kernels [5, 3] must ascend and be at least 1",
        "resolutions|[]|resolutions: at least one is needed",
        "stages|[]|stages: at least one is needed",
        "classes|0|channels and classes must be at least 1, found 0",
        "classes|null|ofa-mobilenetv3, at classes: Cannot map `null`",
        "colour|1|at colour: unknown key 'colour'; allowed: [classes, ",
      })
  void wrongDefinitionsAreRefusedByField(String field, String value, String message)
      throws Exception {
    SpaceFamily family = SpaceFamily.named("ofa-mobilenetv3");
    ObjectNode definition = family.definition(TINY).deepCopy();
    JsonNode replacement = new ObjectMapper().readTree(value);
    definition.set(field, replacement);

    assertThatThrownBy(() -> family.create(definition))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("ofa-mobilenetv3")
        .hasMessageContaining(message);
  }

  @Test
  void aMissingFieldIsNamed() {
    SpaceFamily family = SpaceFamily.named("ofa-mobilenetv3");
    ObjectNode definition = family.definition(TINY).deepCopy();
    definition.remove("stemChannels");

    assertThatThrownBy(() -> family.create(definition))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stemChannels");
  }

  @Test
  void decisionsAndSlotsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> new Decision("kernel", List.of("3", "3")))
        .hasMessage("decision kernel repeats an option: [3, 3]");
    assertThatThrownBy(() -> new Decision("kernel", List.of()))
        .hasMessage("decision kernel has 0 options; 1 to 127 are allowed");
    assertThatThrownBy(() -> new Decision(" ", List.of("3"))).hasMessage("a decision needs a name");
    assertThatThrownBy(() -> new Slot("stem", List.of(1, 0)))
        .hasMessage("slot stem: scope [1, 0] must ascend");
  }
}
