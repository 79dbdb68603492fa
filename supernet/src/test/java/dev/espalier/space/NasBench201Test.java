package dev.espalier.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NasBench201Test {
  private static final NasBench201 SPACE =
      new NasBench201(new NasBench201Definition(32, 3, 16, 5, 10));
  private static final String ALL_3X3 =
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|"
          + "+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";
  private static final String ALL_SKIPS =
      "|skip_connect~0|+|skip_connect~0|skip_connect~1|"
          + "+|skip_connect~0|skip_connect~1|skip_connect~2|";
  private static final String ALL_NONE = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";

  /** Edges, in the order of the code, of the four ways from node 0 to node 3. */
  private static final int[][] PATHS = {{3}, {0, 4}, {1, 5}, {0, 2, 5}};

  private static void forEveryCode(Consumer<byte[]> action) {
    SPACE.forEachCode(1, code -> action.accept(code.clone()));
  }

  /** What a cell computes: its ways from input to output, each with its operations by edge. */
  private static Set<List<String>> ways(byte[] code) {
    Set<List<String>> ways = new HashSet<>();
    for (int[] path : PATHS) {
      List<String> operations = new ArrayList<>();
      for (int edge : path) {
        operations.add(edge + ":" + code[edge]);
      }
      if (operations.stream().noneMatch(o -> o.endsWith(":0"))) {
        ways.add(operations);
      }
    }
    return ways;
  }

  private static Set<Integer> effectiveEdges(byte[] code) {
    Set<Integer> edges = new LinkedHashSet<>();
    ways(code).forEach(way -> way.forEach(o -> edges.add(Integer.parseInt(o.substring(0, 1)))));
    return edges;
  }

  @Test
  void decisionsStandInTheOrderOfThePapersArchitectureStrings() {
    assertThat(SPACE.decisions())
        .extracting(Decision::name)
        .containsExactly(
            "node1.input0",
            "node2.input0",
            "node2.input1",
            "node3.input0",
            "node3.input1",
            "node3.input2");
    assertThat(SPACE.decisions())
        .allSatisfy(
            d ->
                assertThat(d.options())
                    .containsExactly(
                        "none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"));
    assertThat(SPACE.slots())
        .extracting(Slot::name)
        .containsExactly(
            "stem", "stage1", "reduce1", "stage2", "reduce2", "stage3", "pool", "classifier");
  }

  @Test
  void codesAreEqualExactlyWhereTheWaysThroughTheCellAre() {
    Map<Architecture, Set<List<String>>> waysByCode = new HashMap<>();
    Set<Set<List<String>>> networks = new HashSet<>();
    int[] count = {0};
    forEveryCode(
        code -> {
          Architecture architecture = SPACE.architecture(code);
          Set<List<String>> ways = ways(code);
          assertThat(waysByCode.computeIfAbsent(architecture, a -> ways)).isEqualTo(ways);
          networks.add(ways);
          count[0]++;
        });

    assertThat(count[0]).isEqualTo(15_625);
    assertThat(waysByCode).hasSameSizeAs(networks);
    assertThat(SPACE.size()).isEqualTo(waysByCode.size()).isEqualTo(9_445);
  }

  @Test
  void canonicalCodesAreFixedPointsWithTheSameOperators() {
    forEveryCode(
        code -> {
          byte[] canonical = code.clone();
          SPACE.canonicalize(canonical);
          byte[] again = canonical.clone();
          SPACE.canonicalize(again);
          assertThat(again).isEqualTo(canonical);
          Set<Integer> effective = effectiveEdges(code);
          for (int edge = 0; edge < 6; edge++) {
            assertThat(canonical[edge]).isEqualTo(effective.contains(edge) ? code[edge] : 0);
          }
          for (int slot = 0; slot < SPACE.slots().size(); slot++) {
            assertThat(SPACE.operators(slot, canonical)).isEqualTo(SPACE.operators(slot, code));
          }
        });
  }

  @Test
  void everyFormAndEveryDigitsReadBack() {
    Set<String> forms = new HashSet<>();
    forEveryCode(
        code -> {
          Architecture architecture = SPACE.architecture(code);
          String form = SPACE.format(architecture);
          assertThat(SPACE.parse(form)).as(form).isEqualTo(architecture);
          StringBuilder digits = new StringBuilder();
          for (byte option : code) {
            digits.append(option);
          }
          assertThat(SPACE.parse(digits.toString())).as("%s", digits).isEqualTo(architecture);
          forms.add(form);
        });
    assertThat(forms).hasSize(SPACE.size().intValueExact());
  }

  @Test
  void edgesWithoutEffectMayBeWrittenAndAreLeftOut() {
    assertThat(
            SPACE.format(
                SPACE.parse(
                    " |none~0|+|avg_pool_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_1x1~1|none~2| ")))
        .isEqualTo("|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|");
    assertThat(SPACE.parse("333000")).isEqualTo(SPACE.smallest());
    assertThat(SPACE.parse("300043").toBytes()).containsExactly(3, 0, 0, 0, 4, 0);
    assertThat(SPACE.parse("123412").toBytes()).containsExactly(1, 2, 3, 4, 1, 2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "00012;5 digits, where 6 are needed",
        "000523;digit 4 is 5, which is none of 0 to 4, for [none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3] (node3.input0)",
        "|none~0|;expected 3 nodes between plus signs, found 1, or 6 digits",
        "|none~0|+|none~0|+|none~0|none~1|none~2|;'|none~0|' is not the 2 inputs of node 2",
        "|none~0|+none~0|none~1+|none~0|none~1|none~2|;'none~0|none~1' is not the 2 inputs of node 2",
        "|none~0|+|none~0|conv~1|+|none~0|none~1|none~2|;'conv~1' is not one of [none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3] followed by ~1 (node2.input1)",
        "|none~0|+|none~0|none~0|+|none~0|none~1|none~2|;'none~0' is not one of",
        "|none|+|none~0|none~1|+|none~0|none~1|none~2|;'none' is not one of",
      })
  void wrongFormsAreRefusedWithWhatIsAllowed(String text, String message) {
    assertThatThrownBy(() -> SPACE.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("architecture '" + text + "': ")
        .hasMessageContaining(message)
        .hasMessageEndingWith("an example: " + ALL_NONE);
  }

  /** What a cell costs in each stage: its sides are halved where its channels are doubled. */
  @Test
  void macsAreThoseOfTheConvolutionsThatHaveAnEffect() {
    long skeleton = SPACE.macs(SPACE.smallest());
    long positions = 32 * 32 * 16 * 16;
    forEveryCode(
        code -> {
          long inCell = 0;
          for (int edge : effectiveEdges(code)) {
            inCell += code[edge] == 3 ? 9 * positions : code[edge] == 2 ? positions : 0;
          }
          assertThat(SPACE.macs(SPACE.architecture(code))).isEqualTo(skeleton + 3 * 5 * inCell);
        });
  }

  /**
   * Least and most FLOPs and parameters of NAS-Bench-201's networks, as its API states them: FLOPs
   * count the classifier's biases; see {@link NasBench201} for the parameters.
   */
  @ParameterizedTest
  @CsvSource({
    "32, 10, 7_783_050, 220_119_690, 73_306, 1_531_546", // CIFAR-10
    "32, 100, 7_788_900, 220_125_540, 79_156, 1_537_396", // CIFAR-100
    "16, 120, 1_953_400, 55_037_560, 80_456, 1_538_696", // ImageNet-16-120
  })
  void costsAreThePublishedOnes(
      int side,
      int classes,
      String leastFlops,
      String mostFlops,
      String leastParameters,
      String mostParameters) {
    NasBench201 space = new NasBench201(new NasBench201Definition(side, 3, 16, 5, classes));
    Architecture least = space.parse(ALL_SKIPS);
    Architecture most = space.parse(ALL_3X3);

    assertThat(space.largest()).isEqualTo(most);
    assertThat(space.macs(space.smallest())).isEqualTo(space.macs(least));
    assertThat(space.macs(least) + classes).isEqualTo(number(leastFlops));
    assertThat(space.macs(most) + classes).isEqualTo(number(mostFlops));
    assertThat(space.parameters(least) - 64).isEqualTo(number(leastParameters));
    assertThat(space.parameters(most) - 64).isEqualTo(number(mostParameters));
  }

  private static long number(String digits) {
    return Long.parseLong(digits.replace("_", ""));
  }

  @Test
  void anArchitectureLowersToItsOperators() {
    NasBench201 small = new NasBench201(new NasBench201Definition(8, 1, 4, 2, 3));
    List<Operator> operators =
        small.lower(
            small.parse(
                "|nor_conv_3x3~0|+|skip_connect~0|avg_pool_3x3~1|"
                    + "+|none~0|nor_conv_1x1~1|skip_connect~2|"));

    assertThat(operators)
        .extracting(
            o ->
                "%s %s %s k%d s%d %s"
                    .formatted(
                        o.kind(), o.input(), o.output(), o.kernel(), o.stride(), o.activation()))
        .containsExactly(
            "CONV 8x8x1 8x8x4 k3 s1 NONE",
            "CONV 8x8x4 8x8x4 k3 s1 RELU",
            "AVERAGE_POOL 8x8x4 8x8x4 k3 s1 NONE",
            "ADD 8x8x4 8x8x4 k1 s1 NONE",
            "CONV 8x8x4 8x8x4 k1 s1 RELU",
            "ADD 8x8x4 8x8x4 k1 s1 NONE",
            "CONV 8x8x4 8x8x4 k3 s1 RELU",
            "AVERAGE_POOL 8x8x4 8x8x4 k3 s1 NONE",
            "ADD 8x8x4 8x8x4 k1 s1 NONE",
            "CONV 8x8x4 8x8x4 k1 s1 RELU",
            "ADD 8x8x4 8x8x4 k1 s1 NONE",
            "CONV 8x8x4 4x4x8 k3 s2 RELU",
            "CONV 4x4x8 4x4x8 k3 s1 RELU",
            "AVERAGE_POOL 8x8x4 4x4x4 k2 s2 NONE",
            "CONV 4x4x4 4x4x8 k1 s1 NONE",
            "ADD 4x4x8 4x4x8 k1 s1 NONE",
            "CONV 4x4x8 4x4x8 k3 s1 RELU",
            "AVERAGE_POOL 4x4x8 4x4x8 k3 s1 NONE",
            "ADD 4x4x8 4x4x8 k1 s1 NONE",
            "CONV 4x4x8 4x4x8 k1 s1 RELU",
            "ADD 4x4x8 4x4x8 k1 s1 NONE",
            "CONV 4x4x8 4x4x8 k3 s1 RELU",
            "AVERAGE_POOL 4x4x8 4x4x8 k3 s1 NONE",
            "ADD 4x4x8 4x4x8 k1 s1 NONE",
            "CONV 4x4x8 4x4x8 k1 s1 RELU",
            "ADD 4x4x8 4x4x8 k1 s1 NONE",
            "CONV 4x4x8 2x2x16 k3 s2 RELU",
            "CONV 2x2x16 2x2x16 k3 s1 RELU",
            "AVERAGE_POOL 4x4x8 2x2x8 k2 s2 NONE",
            "CONV 2x2x8 2x2x16 k1 s1 NONE",
            "ADD 2x2x16 2x2x16 k1 s1 NONE",
            "CONV 2x2x16 2x2x16 k3 s1 RELU",
            "AVERAGE_POOL 2x2x16 2x2x16 k3 s1 NONE",
            "ADD 2x2x16 2x2x16 k1 s1 NONE",
            "CONV 2x2x16 2x2x16 k1 s1 RELU",
            "ADD 2x2x16 2x2x16 k1 s1 NONE",
            "CONV 2x2x16 2x2x16 k3 s1 RELU",
            "AVERAGE_POOL 2x2x16 2x2x16 k3 s1 NONE",
            "ADD 2x2x16 2x2x16 k1 s1 NONE",
            "CONV 2x2x16 2x2x16 k1 s1 RELU",
            "ADD 2x2x16 2x2x16 k1 s1 NONE",
            "GLOBAL_POOL 2x2x16 1x1x16 k1 s1 NONE",
            "LINEAR 1x1x16 1x1x3 k1 s1 NONE");
  }

  @Test
  void aCellWhoseOutputReceivesNothingHasNoOperators() {
    byte[] code = SPACE.parse("444000").toBytes();
    for (int slot : new int[] {1, 3, 5}) {
      assertThat(SPACE.operators(slot, code)).isEmpty();
    }
    assertThat(SPACE.lower(SPACE.smallest())).hasSize(1 + 2 * 5 + 2);
  }

  @Test
  void aNodeOfThreeAddendsIsTwoSums() {
    assertThat(SPACE.operators(1, SPACE.parse(ALL_SKIPS).toBytes()))
        .hasSize(5 * 3)
        .allMatch(o -> o.kind() == OperatorKind.ADD);
  }

  @ParameterizedTest
  @CsvSource({
    "30, 3, 16, 5, 10, 'resolution 30: a multiple of 4 is needed, because it is halved twice'",
    "0, 3, 16, 5, 10, 'resolution 0: a multiple of 4'",
    "32, 0, 16, 5, 10, 'inputChannels must be at least 1, found 0'",
    "32, 3, 0, 5, 10, 'channels must be at least 1, found 0'",
    "32, 3, 16, 0, 10, 'cells must be at least 1, found 0'",
    "32, 3, 16, 5, -1, 'classes must be at least 1, found -1'",
  })
  void definitionsThatCannotBeBuiltAreRefused(
      int resolution, int inputs, int channels, int cells, int classes, String message) {
    assertThatThrownBy(
            () -> new NasBench201Definition(resolution, inputs, channels, cells, classes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  /** LatBench (Dudziak et al., BRP-NAS, NeurIPS 2020) names networks by their six digits. */
  @Test
  void everyNetworkOfLatBenchIsRead() throws Exception {
    Path file =
        Path.of(
            System.getProperty("espalier.shared", "../../shared"),
            "data/latbench-nb201/latbench_latency_ms.csv");
    assumeThat(file).as("published latencies %s, see -Despalier.shared", file).exists();
    List<String> vectors =
        Files.readAllLines(file).stream().skip(1).map(l -> l.split(",", 2)[0]).toList();
    assertThat(vectors).hasSize(15_284);
    assertThat(vectors)
        .allSatisfy(
            vector -> {
              byte[] code = new byte[6];
              for (int edge = 0; edge < 6; edge++) {
                code[edge] = (byte) (vector.charAt(edge) - '0');
              }
              assertThat(SPACE.parse(vector)).isEqualTo(SPACE.architecture(code));
            });
  }

  @Test
  void everyArchitectureComesOnceInTheOrderOfCodes() {
    Set<Architecture> expected = new TreeSet<>();
    forEveryCode(code -> expected.add(SPACE.architecture(code)));
    List<Architecture> found = new ArrayList<>();
    SPACE.forEachArchitecture(found::add);
    assertThat(found).hasSize(9_445).containsExactlyElementsOf(expected);
    assertThat(SPACE.codes()).isEqualTo(15_625);
  }
}
