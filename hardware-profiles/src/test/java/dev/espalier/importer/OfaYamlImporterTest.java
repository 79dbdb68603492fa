package dev.espalier.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import dev.espalier.profile.Coverage;
import dev.espalier.provenance.Origin;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfaYamlImporterTest extends TableImporterContract {
  /** Found by OFA's notebook, which prints 24.73 ms for it. */
  private static final String PUBLISHED =
      "r192 d2:k5e3,k3e3 d2:k5e4,k3e4 d3:k7e6,k7e3,k3e4 d4:k5e4,k5e4,k7e4,k3e3 d3:k3e6,k3e6,k5e6";

  private static final String BLOCK =
      "expanded_conv-input:12x12x136-output:12x12x136-expand:408-kernel:3-stride:1-idskip:1-se:1-hs:1";

  @Override
  TableImporter importer() {
    return new OfaYamlImporter();
  }

  @Override
  ImportSettings settings() {
    return new ImportSettings(Precision.FLOAT32, Origin.MEASURED, Optional.empty());
  }

  @Override
  String sample() {
    return """
        %s:
          count: 100
          mean: 1.195
          std: 0.017
        AvgPool2D-input:6x6x1152-output:1x1x1152:
          count: 493
          mean: 0.0116
          std: 0.0008
        Conv-input:192x192x3-output:96x96x24:
          count: 499
          mean: 0.723
          std: 0.013
        Conv_1-input:6x6x192-output:6x6x1152: {count: 498, mean: 0.535, std: 0.018}
        Conv_2-input:1x1x1152-output:1x1x1536: {count: 500, mean: 0.757, std: 0.1}
        Logits-input:1x1x1536-output:1000: {count: 500, mean: 0.664, std: 0.077}
        expanded_conv-input:96x96x24-output:96x96x24-expand:24-kernel:3-stride:1-idskip:1-se:0-hs:0:
          count: 497
          mean: 1.2
          std: 0.02
        """
        .formatted(BLOCK);
  }

  @Override
  String latency() {
    return "1.195";
  }

  @Override
  Optional<Map.Entry<String, String>> absurdSpread() {
    return Optional.of(Map.entry("0.017", "6.1"));
  }

  @Override
  String samples() {
    return "497";
  }

  @Override
  String repetition() {
    return BLOCK + ": {count: 100, mean: 1.196, std: 0.017}\n";
  }

  @Test
  void readsKeysAsOfaMeansThem() {
    LatencyTable table = read(sample()).table();
    assertThat(table.entries().keySet().stream().map(Operator::key))
        .containsExactly(
            "conv in=192x192x3 out=96x96x24 k=3 s=2 g=1 mid=0 se=0 act=h_swish shortcut=none precision=float32",
            "conv in=1x1x1152 out=1x1x1536 k=1 s=1 g=1 mid=0 se=0 act=h_swish shortcut=none precision=float32",
            "conv in=6x6x192 out=6x6x1152 k=1 s=1 g=1 mid=0 se=0 act=h_swish shortcut=none precision=float32",
            "global_pool in=6x6x1152 out=1x1x1152 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float32",
            "linear in=1x1x1536 out=1x1x1000 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float32",
            "mbconv in=12x12x136 out=12x12x136 k=3 s=1 g=1 mid=408 se=104 act=h_swish shortcut=identity precision=float32",
            "mbconv in=96x96x24 out=96x96x24 k=3 s=1 g=1 mid=24 se=0 act=relu shortcut=identity precision=float32");
    LatencyEntry stem =
        table
            .find(Operator.conv(new TensorShape(192, 192, 3), 24, 3, 2, Activation.H_SWISH))
            .orElseThrow();
    assertThat(stem.meanMicros()).isEqualTo(723);
    assertThat(stem.stdMicros()).hasValue(13);
    assertThat(stem.samples()).hasValue(499);
  }

  @Test
  void poolsAsIfAllSamplesWereOne() {
    // 100 samples of mean 1 ms and deviation 0.1, 300 of mean 1.08 and deviation 0.2.
    String one = "Conv_2-input:1x1x8-output:1x1x8: {count: 100, mean: 1, std: 0.1}\n";
    String other = "Conv_2-input:1x1x8-output:1x1x8: {count: 300, mean: 1.08, std: 0.2}\n";
    LatencyEntry pooled = read(one, other).table().entries().values().iterator().next();
    assertThat(pooled.meanMicros()).isCloseTo(1060, within(1e-9));
    assertThat(pooled.stdMicros().orElseThrow())
        .isCloseTo(Math.sqrt((100 * (1e4 + 3600) + 300 * (4e4 + 400)) / 400.0), within(1e-9));
    assertThat(pooled.samples()).hasValue(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "-expand:408-; -; lacks expand:",
        "-expand:408-; -expand:100-; 100 expansion channels are fewer than its 136 input channels",
        "-expand:408-; -expand:0-; expand '0' is not a whole number from 1 to 999999",
        "-kernel:3-; -kernel:3-kernel:5-; 'kernel:5' is not a single name:value",
        "-idskip:1-; -idskip:2-; idskip '2' is not 0 or 1",
        "-hs:1; -hs:1-bias:1; a expanded_conv has no bias",
        "-stride:1-; -stride:2-; an identity shortcut needs equal shapes|output 12x12x136 is not",
        "input:12x12x136; input:12x12; input '12x12' is not HxWxC",
        "output:12x12x136; output:13x12x136; an identity shortcut needs equal shapes",
        "expanded_conv-; mystery-; 'mystery' is not one of Conv, Conv_1,",
      })
  void refusesKeysThatAreNoOperator(String from, String to, String message) {
    String changed = BLOCK.replace(from, to);
    assertThat(refused(with(BLOCK, changed)).problems())
        .singleElement()
        .asString()
        .startsWith("table1, line 1: ")
        .containsAnyOf(message.split("\\|"));
  }

  @Test
  void refusesShapesThatTheStrideDoesNotMake() {
    assertThat(refused(with("192x192x3-output:96x96x24", "192x192x3-output:97x96x24")).problems())
        .containsExactly(
            "table1, line 9: output 97x96x24 is not what a conv with stride 2 makes of input 192x192x3, which is 96x96x24");
    assertThat(refused(with("6x6x1152-output:1x1x1152", "6x6x1152-output:2x1x1152")).problems())
        .containsExactly("table1, line 5: AvgPool2D makes 1x1x1152 of 6x6x1152, not 2x1x1152");
    assertThat(refused(with("Logits-input:1x1", "Logits-input:7x7")).problems())
        .containsExactly(
            "table1, line 15: Logits of input 7x7x1536: a classifier's input is 1x1 after the pooling");
  }

  @Test
  void refusesEntriesOfAnotherForm() {
    assertThat(refused(with("  std: 0.017\n", "  median: 1\n")).problems())
        .containsExactly("table1, line 1: unknown key 'median'; an entry has mean, std, count");
    assertThat(refused(with("  std: 0.017\n", "")).problems())
        .containsExactly("table1, line 1: std is missing");
    assertThat(refused(with("  std: 0.017\n", "  std: 0.017\n  std: 0.017\n")).problems())
        .containsExactly("table1, line 1: std is given twice");
    assertThat(refused(with("mean: 1.195", "mean: [1.195]")).problems())
        .containsExactly("table1, line 1: an entry holds single values, not lists or objects");
    assertThat(refused(sample() + "Conv_2: 5\n").problems())
        .containsExactly("table1, line 20: 'Conv_2' needs mean, std, count");
    assertThat(refused(sample() + "  - 5\n").problems())
        .singleElement()
        .asString()
        .startsWith("table1, line 2")
        .contains("this is not YAML: ");
    assertThat(refused("- 1\n").problems())
        .containsExactly("table1, line 1: entries 'key: {mean: ...}' are needed");
    assertThat(refused(with("count: 100", "count: \u0001100")).problems())
        .containsExactly(
            "table1, line 2: this is not YAML: it holds a character that YAML forbids");
  }

  @Test
  void oneResolutionAloneGivesTheSumThatOfaPublished() {
    LatencyTable table =
        TableImport.read(
                importer(),
                List.of(PublishedTables.file(PublishedTables.NOTE10, "192_lookup_table.yaml")),
                settings())
            .table();
    assertThat(table.size()).isEqualTo(96);
    SearchSpace space = PublishedTables.space("ofa-mobilenetv3-w1.2");
    assertThat(PublishedTables.millis(table, space, PUBLISHED)).isCloseTo(24.730, within(0.0005));
    Coverage coverage = Coverage.of(space, table, Precision.FLOAT32);
    assertThat(coverage.resolutions().stream().filter(Coverage.Part::complete))
        .containsExactly(new Coverage.Part("192", 96, List.of()));
  }

  @Test
  void allResolutionsTogetherPoolTheShapesThatTheyShare() {
    ImportedTable imported = TableImport.read(importer(), PublishedTables.note10(), settings());
    assertThat(imported.entries()).isEqualTo(1632);
    assertThat(imported.table().size()).isEqualTo(870);
    assertThat(imported.pooled()).isEqualTo(312);
    assertThat(imported.largestRatio()).isCloseTo(1.0206, within(0.0001));
    requireSound(imported.table());

    SearchSpace space = PublishedTables.space("ofa-mobilenetv3-w1.2");
    // 0.15 % below what is published: shapes of 24x24 and less were timed for other resolutions
    // too.
    assertThat(PublishedTables.millis(imported.table(), space, PUBLISHED))
        .isCloseTo(24.694, within(0.0005))
        .isCloseTo(24.730, within(0.002 * 24.730));
    Coverage coverage = Coverage.of(space, imported.table(), Precision.FLOAT32);
    assertThat(coverage.whole().covered()).isEqualTo(870);
    assertThat(coverage.resolutions()).hasSize(25);
    assertThat(coverage.resolutions().stream().filter(Coverage.Part::complete))
        .extracting(Coverage.Part::name)
        .hasSize(17)
        .startsWith("160")
        .endsWith("224");
  }
}
