package dev.espalier.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.OfaMobileNetV3;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OneHotEncodingTest {
  private final OfaMobileNetV3 space = TestSpaces.small();
  private final OneHotEncoding encoding = new OneHotEncoding(space);

  private List<String> encoded(Architecture architecture) {
    int[] ones = new int[encoding.decisions()];
    int count = encoding.encode(architecture.toBytes(), 0, ones);
    return IntStream.range(0, count).mapToObj(i -> encoding.names().get(ones[i])).toList();
  }

  @Test
  void hasAColumnPerOptionOfEveryDecision() {
    // Resolutions 3; depths 2, 3 and 2; 8 blocks of 3 kernels and 3 expansions.
    assertThat(encoding.columns()).isEqualTo(3 + 2 + 3 + 2 + 8 * 6);
    assertThat(encoding.names()).doesNotHaveDuplicates().contains("stage2.block3.kernel=5");
  }

  @Test
  void writesOneForEachChoiceAndNothingForSkippedBlocks() {
    assertThat(encoded(space.parse("r24 d2:k3e3,k5e4 d1:k7e6 d1:k3e6")))
        .containsExactly(
            "resolution=24",
            "stage1.depth=2",
            "stage1.block1.kernel=3",
            "stage1.block1.expansion=3",
            "stage1.block2.kernel=5",
            "stage1.block2.expansion=4",
            "stage2.depth=1",
            "stage2.block1.kernel=7",
            "stage2.block1.expansion=6",
            "stage3.depth=1",
            "stage3.block1.kernel=3",
            "stage3.block1.expansion=6");
  }

  @Test
  void tellsASkippedBlockFromOneWithTheFirstOptions() {
    assertThat(encoded(space.parse("r20 d2:k3e3,k3e3 d1:k3e3 d2:k3e3,k3e3")))
        .contains("stage3.block2.kernel=3", "stage3.block2.expansion=3")
        .doesNotContain("stage2.block2.kernel=3");
  }

  @Test
  void differentArchitecturesHaveDifferentEncodings() {
    long seed = 11;
    RandomGenerator random = TestSpaces.random(seed);
    Map<List<String>, Architecture> seen = new HashMap<>();
    for (int i = 0; i < 3000; i++) {
      Architecture architecture = space.sample(random);
      Architecture other = seen.putIfAbsent(encoded(architecture), architecture);
      assertThat(other == null ? architecture : other).as("seed %d", seed).isEqualTo(architecture);
    }
  }

  /** An edge has an effect where some way through it has its other edges, whatever they do. */
  @Test
  void encodesEdgesThatSeveralOthersSwitch() {
    NasBench201 cells = TestSpaces.nasBench201();
    OneHotEncoding edges = new OneHotEncoding(cells);
    Map<List<Integer>, Architecture> seen = new HashMap<>();
    cells.forEachCode(
        1,
        code -> {
          Architecture architecture = cells.architecture(code);
          int[] ones = new int[edges.decisions()];
          int count = edges.encode(architecture.toBytes(), 0, ones);
          List<Integer> columns = IntStream.of(ones).limit(count).boxed().toList();
          assertThat(seen.computeIfAbsent(columns, c -> architecture)).isEqualTo(architecture);
        });
    assertThat(seen).hasSize(cells.size().intValueExact());

    int[] ones = new int[6];
    int count = edges.encode(cells.parse("300043").toBytes(), 0, ones);
    assertThat(IntStream.of(ones).limit(count).mapToObj(edges.names()::get))
        .containsExactly(
            "node1.input0=nor_conv_3x3", "node3.input0=none", "node3.input1=avg_pool_3x3");
  }

  @Test
  void encodesTheCodeAtItsOffset() {
    byte[] codes = new byte[2 * space.length()];
    System.arraycopy(space.largest().toBytes(), 0, codes, space.length(), space.length());
    int[] ones = new int[encoding.decisions()];

    int count = encoding.encode(codes, space.length(), ones);

    assertThat(count).isEqualTo(space.length());
    assertThat(encoding.names().get(ones[count - 1])).isEqualTo("stage3.block2.expansion=6");
  }
}
