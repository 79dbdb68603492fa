package dev.espalier.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.profile.Coverage;
import dev.espalier.provenance.Origin;
import dev.espalier.table.LatencyEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ultra96CsvImporterTest extends TableImporterContract {
  private static final String RESIDUAL =
      "ResidualBlock-in_96x14x14-out_136-k_7-e_3-s_1-act_h_swish-use_se_True";

  @Override
  TableImporter importer() {
    return new Ultra96CsvImporter();
  }

  @Override
  ImportSettings settings() {
    return new ImportSettings(Precision.INT8, Origin.MEASURED, Optional.empty());
  }

  @Override
  String sample() {
    return """
        ,Kernel Name,Number Of Runs,CU Full Name,Minimum Time (ms),Average Time (ms),Maximum Time (ms),Workload(GOP),DPU Performance(GOP/s),Mem IO(MB),Mem Bandwidth(MB/s),
        1,%s,501,DPU:batch-1,0.5,0.719,0.868,0.032,10.596,0.162,244.496,
        3,Linear_in-1536_out-1000,500,DPU:batch-1,0.810,0.822,1.435,0.003,0.874,1.468,1923.635,

        47,Conv_in-192x7x7_out-1152_k-1_act-h_swish_shape,500,DPU:batch-1,0.521,0.525,0.737,0.022,10.075,0.275,584.119,
        65,Conv_in-3x224x224_out-24_k-3_act-relu,500,DPU:batch-1,0.338,0.352,0.771,0.017,12.693,0.503,1777.023,
        89,ResidualBlock-in_24x112x112-out_24-k_3-e_1-s_1-act_relu-use_se_False,500,DPU:batch-1,0.886,0.903,1.267,0.021,5.529,1.436,1736.415,
        185,Conv_in-1152x1x1_out-1536_k-1_act-h_swish,500,DPU:batch-1,1.093,1.112,1.719,0.004,0.730,1.692,1606.156,
        """
        .formatted(RESIDUAL);
  }

  @Override
  String latency() {
    return "0.719";
  }

  @Override
  Optional<Map.Entry<String, String>> absurdSpread() {
    return Optional.empty();
  }

  @Override
  String samples() {
    return "501";
  }

  @Override
  String repetition() {
    return "187," + RESIDUAL + ",500,DPU:batch-1,0.5,0.72,0.9,0.032,0,0,0,\n";
  }

  @Test
  void readsNamesAtTheirWord() {
    ImportedTable table = read(sample());
    assertThat(table.table().entries().keySet().stream().map(Operator::key))
        .containsExactly(
            "conv in=1x1x1152 out=1x1x1536 k=1 s=1 g=1 mid=0 se=0 act=h_swish shortcut=none precision=int8",
            "conv in=224x224x3 out=112x112x24 k=3 s=2 g=1 mid=0 se=0 act=relu shortcut=none precision=int8",
            "conv in=7x7x192 out=7x7x1152 k=1 s=1 g=1 mid=0 se=0 act=h_swish shortcut=none precision=int8",
            "linear in=1x1x1536 out=1x1x1000 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=int8",
            "mbconv in=112x112x24 out=112x112x24 k=3 s=1 g=1 mid=24 se=0 act=relu shortcut=identity precision=int8",
            "mbconv in=14x14x96 out=14x14x136 k=7 s=1 g=1 mid=288 se=72 act=h_swish shortcut=none precision=int8");
    LatencyEntry entry =
        table.table().find(Operator.linear(1536, 1000).withPrecision(Precision.INT8)).orElseThrow();
    assertThat(entry.meanMicros()).isEqualTo(822);
    assertThat(entry.samples()).hasValue(500);
  }

  @Test
  void inventsNoSpread() {
    assertThat(read(sample()).table().entries().values())
        .allSatisfy(
            entry -> {
              assertThat(entry.stdMicros()).isEmpty();
              assertThat(entry.medianMicros()).isEmpty();
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "-k_7-; -k_3-; the name and the work disagree",
        "-e_3-; -e_4-; the name and the work disagree",
        "in_96x14x14; in_96x28x28; the name and the work disagree",
        "act_h_swish; act_gelu; activation 'gelu' is not relu, relu6 or h_swish",
        "-s_1-; -s_0-; stride 0 must be at least 1",
        "-e_3-; -e_0-; expansion 0 must be at least 1",
        "use_se_True; use_se_Maybe; is not ResidualBlock-in_CxHxW-out_C-k_K-e_E-s_S-act_A-use_se_B",
      })
  void refusesNamesThatCannotBe(String from, String to, String message) {
    assertThat(refused(with(RESIDUAL, RESIDUAL.replace(from, to))).problems())
        .singleElement()
        .asString()
        .startsWith("table1, line 2: ")
        .contains(message);
  }

  @Test
  void findsTheStrideOfAConvolutionInItsWork() {
    String dense = with("0.771,0.017", "0.771,0.066");
    assertThat(read(dense).table().entries().keySet().stream().map(Operator::key))
        .contains(
            "conv in=224x224x3 out=224x224x24 k=3 s=1 g=1 mid=0 se=0 act=relu shortcut=none precision=int8");
    assertThat(refused(with("0.771,0.017", "0.771,0.03")).problems())
        .singleElement()
        .asString()
        .startsWith("table1, line 6: its work is 0.03 GOP, but that of conv in=224x224x3 ");
  }

  @Test
  void refusesAnAverageOutsideItsBounds() {
    assertThat(refused(with("0.719,0.868", "0.719,0.7")).problems())
        .containsExactly(
            "table1, line 2: the average 0.719 ms is not between the minimum 0.5 and the maximum 0.7");
  }

  @Test
  void refusesAnotherPrecision() {
    assertThatThrownBy(
            () ->
                TableImport.read(
                    importer(),
                    List.of(new SourceFile("table1", sample())),
                    new ImportSettings(Precision.FLOAT16, Origin.MEASURED, Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "format ultra96-csv is of a DPU that computes in int8: precision float16 cannot be");
  }

  @Test
  void namesColumnsThatAreMissingAndShortLines() {
    assertThat(refused(sample().replace("Average Time (ms)", "Mean")).problems())
        .singleElement()
        .asString()
        .startsWith(
            "table1, line 1: column 'Average Time (ms)' is missing; there are Kernel Name, ");
    assertThat(refused(sample() + "1,2,3\n").problems())
        .containsExactly("table1, line 9: 3 values, not 12");
  }

  @Test
  void readsThePublishedTableOfAnUltra96() {
    ImportedTable imported =
        TableImport.read(
            importer(),
            List.of(PublishedTables.file(PublishedTables.ULTRA96, "all_blocks_latency_raw.csv")),
            settings());
    assertThat(imported.table().size()).isEqualTo(97);
    requireSound(imported.table());
    Coverage coverage =
        Coverage.of(
            PublishedTables.space("ofa-mobilenetv3-w1.2"), imported.table(), Precision.INT8);
    Coverage.Part largest = coverage.resolutions().get(24);
    assertThat(largest.name()).isEqualTo("224");
    assertThat(largest.operators()).isEqualTo(96);
    // Its stem has ReLU where the space has h-swish, and it has no pooling.
    assertThat(largest.missing().stream().map(Operator::key))
        .containsExactly(
            "conv in=224x224x3 out=112x112x24 k=3 s=2 g=1 mid=0 se=0 act=h_swish shortcut=none precision=int8",
            "global_pool in=7x7x1152 out=1x1x1152 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=int8");
  }

  @Test
  void refusesTheRepeatedRunForItsOutlierAlone() {
    List<SourceFile> both =
        List.of(
            PublishedTables.file(PublishedTables.ULTRA96, "all_blocks_latency_raw.csv"),
            PublishedTables.file(PublishedTables.ULTRA96, "repeat_run_27_blocks_raw.csv"));
    assertThatThrownBy(() -> TableImport.read(importer(), both, settings()))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageMatching(
            "import as ultra96-csv: repeat_run_27_blocks_raw.csv, line \\d+: \\S+ us here and 543.000 us in all_blocks_latency_raw.csv, line \\d+ are of the same operator, mbconv in=56x56x32 out=28x28x48 k=3 .*");
  }
}
