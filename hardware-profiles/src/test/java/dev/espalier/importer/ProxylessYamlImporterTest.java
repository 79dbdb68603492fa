package dev.espalier.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import dev.espalier.provenance.Origin;
import dev.espalier.table.LatencyEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProxylessYamlImporterTest extends TableImporterContract {
  @Override
  TableImporter importer() {
    return new ProxylessYamlImporter();
  }

  @Override
  ImportSettings settings() {
    return new ImportSettings(Precision.FLOAT32, Origin.MEASURED, Optional.empty());
  }

  @Override
  String sample() {
    return """
        expanded_conv-input:28x28x40-output:14x14x80-expand:3-kernel:5-stride:2-idskip:0:
          count: 164
          mean: 6.24
          var: 0.09
        expanded_conv-input:14x14x80-output:14x14x80-expand:6-kernel:7-stride:1-idskip:1:
          count: 161
          mean: 9.14
          var: 0.1
        expanded_conv-input:112x112x32-output:112x112x16-expand:1-kernel:3-stride:1-idskip:0:
          count: 318
          mean: 3.88
          var: 0.08
        Conv-input:224x224x3-output:112x112x32: {count: 982, mean: 4.08, var: 0.25}
        Conv_1-input:7x7x320-output:7x7x1280: {count: 982, mean: 3.08, var: 0.19}
        """;
  }

  @Override
  String latency() {
    return "6.24";
  }

  @Override
  Optional<Map.Entry<String, String>> absurdSpread() {
    return Optional.of(Map.entry("0.09", "1000"));
  }

  @Override
  String samples() {
    return "164";
  }

  @Override
  String repetition() {
    return "expanded_conv-input:28x28x40-output:14x14x80-expand:3-kernel:5-stride:2-idskip:0: {count: 1, mean: 6.3, var: 0}\n";
  }

  @Test
  void readsKeysAsProxylessMeansThem() {
    ImportedTable table = read(sample());
    assertThat(table.table().entries().keySet().stream().map(Operator::key))
        .containsExactly(
            "conv in=224x224x3 out=112x112x32 k=3 s=2 g=1 mid=0 se=0 act=relu6 shortcut=none precision=float32",
            "conv in=7x7x320 out=7x7x1280 k=1 s=1 g=1 mid=0 se=0 act=relu6 shortcut=none precision=float32",
            "mbconv in=112x112x32 out=112x112x16 k=3 s=1 g=1 mid=32 se=0 act=relu6 shortcut=none precision=float32",
            "mbconv in=14x14x80 out=14x14x80 k=7 s=1 g=1 mid=480 se=0 act=relu6 shortcut=identity precision=float32",
            "mbconv in=28x28x40 out=14x14x80 k=5 s=2 g=1 mid=120 se=0 act=relu6 shortcut=none precision=float32");
    LatencyEntry entry =
        table
            .table()
            .find(
                Operator.parse(
                    "mbconv in=28x28x40 out=14x14x80 k=5 s=2 g=1 mid=120 se=0 act=relu6 shortcut=none precision=float32"))
            .orElseThrow();
    assertThat(entry.meanMicros()).isEqualTo(6240);
    assertThat(entry.stdMicros()).hasValue(300);
    assertThat(entry.samples()).hasValue(164);
  }

  @Test
  void leavesPoolingAndClassifierTimedAsOneOut() {
    ImportedTable table =
        read(sample() + "Logits-input:7x7x1280-output:1000: {count: 9, mean: 0.3, var: 0.05}\n");
    assertThat(table.table()).isEqualTo(read(sample()).table());
    assertThat(table.leftOut())
        .containsExactly(
            "table1, line 15: Logits of 7x7x1280 and 1000 outputs is the pooling and the classifier timed as one, which is the latency of neither");
    assertThat(
            read("Logits-input:1x1x1280-output:1000: {count: 9, mean: 0.3, var: 0.05}\n")
                .table()
                .entries())
        .containsOnlyKeys(Operator.linear(1280, 1000));
  }

  @Test
  void readsWhatItLeavesOutAllTheSame() {
    assertThat(
            refused(
                    sample()
                        + "Logits-input:7x7x1280-output:1x1: {count: 9, mean: 0.3, var: 0.05}\n")
                .problems())
        .singleElement()
        .asString()
        .startsWith("table1, line 15: key 'Logits-input:7x7x1280-output:1x1': output '1x1' is not");
    assertThat(
            refused("Logits-input:7x7x8-output:10: {count: 9, mean: 0.3, var: 0.05}\n").problems())
        .singleElement()
        .asString()
        .startsWith("no entry is left: table1, line 1: Logits of 7x7x8 and 10 outputs is");
  }

  @Test
  void refusesOfaKeys() {
    assertThat(
            refused(
                    with("-idskip:1:", "-idskip:1-se:0-hs:0:")
                        + "AvgPool2D-input:7x7x8-output:1x1x8: {count: 9, mean: 0.3, var: 0}\n")
                .problems())
        .containsExactly(
            "table1, line 5: key 'expanded_conv-input:14x14x80-output:14x14x80-expand:6-kernel:7-stride:1-idskip:1-se:0-hs:0': a expanded_conv has no se, hs",
            "table1, line 15: key 'AvgPool2D-input:7x7x8-output:1x1x8': 'AvgPool2D' is not one of Conv, Conv_1, Logits and expanded_conv");
  }

  @Test
  void readsThePublishedTableOfAPixel1() {
    ImportedTable imported =
        TableImport.read(
            importer(),
            List.of(PublishedTables.file(PublishedTables.PIXEL1, "mobile_trim.yaml")),
            settings());
    assertThat(imported.table().size()).isEqualTo(71);
    assertThat(imported.entries()).isEqualTo(71);
    assertThat(imported.leftOut())
        .singleElement()
        .asString()
        .startsWith("mobile_trim.yaml, line 9: Logits of 7x7x1280 and 1000 outputs");
    assertThat(imported.table().entries().keySet().stream().map(Operator::kind).distinct())
        .containsExactly(OperatorKind.CONV, OperatorKind.MBCONV);
    LatencyEntry stem =
        imported
            .table()
            .find(Operator.conv(new TensorShape(224, 224, 3), 32, 3, 2, Activation.RELU6))
            .orElseThrow();
    assertThat(stem.meanMicros()).isCloseTo(4083.755600814664, within(1e-9));
    assertThat(stem.stdMicros().orElseThrow())
        .isCloseTo(1000 * Math.sqrt(0.2502372872758427), within(1e-9));
    assertThat(stem.samples()).hasValue(982);
  }
}
