package dev.espalier.importer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Origin;
import dev.espalier.table.LatencyEntry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvImporterTest extends TableImporterContract {
  private static final String MAPPING =
      """
      latency: {column: time, unit: ms}
      spread: {column: spread, unit: ms, statistic: standard-deviation}
      samples: n
      columns:
        inputHeight: size
        inputWidth: size
        inputChannels: cin
        outputChannels: cout
        kernel: k
        stride: s
        activation: act
      values:
        activation: [{text: "1", means: h_swish}, {text: "0", means: relu}, {text: "-", means: none}]
        squeezeReduction: [{text: "yes", means: 4}, {text: "no", means: 0}]
      select: op
      rows:
        - {text: conv, constants: {kind: conv}}
        - text: block
          columns: {expansionRatio: e, squeezeReduction: se}
          constants: {kind: mbconv, shortcut: auto}
        - {text: pool, constants: {kind: global_pool}}
        - {text: fc, constants: {kind: linear}}
      """;

  @Override
  TableImporter importer() {
    return new CsvImporter();
  }

  private static ImportSettings settings(String mapping) {
    return new ImportSettings(
        Precision.FLOAT16, Origin.EMULATED, Optional.of(new SourceFile("columns.yaml", mapping)));
  }

  @Override
  ImportSettings settings() {
    return settings(MAPPING);
  }

  @Override
  String sample() {
    return """
        op,size,cin,cout,k,s,e,se,act,time,spread,n
        conv,32,3,16,3,2,,,1,0.9,0.1,10
        block,16,16,16,5,1,4,yes,0,1.7,0.2,11
        block,16,16,24,3,2,1,no,0,1.1,0.3,12

        pool,8,24,,,,,,,0.05,0.01,13
        fc,1,24,10,,,,,,0.04,0.06,14
        """;
  }

  @Override
  String latency() {
    return "1.7";
  }

  @Override
  Optional<Map.Entry<String, String>> absurdSpread() {
    return Optional.of(Map.entry("0.3", "5.6"));
  }

  @Override
  String samples() {
    return "14";
  }

  @Override
  String repetition() {
    return "conv,32,3,16,3,2,,,1,0.91,0.1,10\n";
  }

  private static ImportedTable read(String mapping, String file) {
    return TableImport.read(
        new CsvImporter(), List.of(new SourceFile("table1", file)), settings(mapping));
  }

  private static List<String> problems(String mapping, String file) {
    InvalidDocumentException thrown =
        catchThrowableOfType(InvalidDocumentException.class, () -> read(mapping, file));
    assertThat(thrown).as("it should be refused").isNotNull();
    return thrown.problems();
  }

  private static List<String> keys(ImportedTable table) {
    return table.table().entries().keySet().stream().map(Operator::key).toList();
  }

  @Test
  void readsColumnsAsTheMappingSays() {
    ImportedTable table = read(sample());
    assertThat(keys(table))
        .containsExactly(
            "conv in=32x32x3 out=16x16x16 k=3 s=2 g=1 mid=0 se=0 act=h_swish shortcut=none precision=float16",
            "global_pool in=8x8x24 out=1x1x24 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float16",
            "linear in=1x1x24 out=1x1x10 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float16",
            "mbconv in=16x16x16 out=16x16x16 k=5 s=1 g=1 mid=64 se=16 act=relu shortcut=identity precision=float16",
            "mbconv in=16x16x16 out=8x8x24 k=3 s=2 g=1 mid=16 se=0 act=relu shortcut=none precision=float16");
    LatencyEntry conv = table.table().entries().values().iterator().next();
    assertThat(conv.meanMicros()).isEqualTo(900);
    assertThat(conv.stdMicros()).hasValue(100);
    assertThat(conv.samples()).hasValue(10);
  }

  @ParameterizedTest
  @CsvSource({"us, 0.9", "ms, 900", "s, 900000"})
  void readsEveryUnit(String unit, double micros) {
    String mapping =
        MAPPING.replace("{column: time, unit: ms}", "{column: time, unit: " + unit + "}");
    String exact = mapping.replace("unit: ms, statistic", "unit: us, statistic");
    assertThat(
            read(exact, sample().replace(",0.06,", ",0.01,").replace(",0.3,", ",0.1,"))
                .table()
                .entries()
                .values())
        .first()
        .extracting(LatencyEntry::meanMicros)
        .isEqualTo(micros);
  }

  @Test
  void readsVariances() {
    String mapping = MAPPING.replace("standard-deviation", "variance");
    assertThat(
            read(mapping, with("0.06", "0.01"))
                .table()
                .entries()
                .values()
                .iterator()
                .next()
                .stdMicros())
        .hasValue(1000 * Math.sqrt(0.1));
  }

  @Test
  void spreadAndSamplesThatNoColumnHoldsStayUnknown() {
    String mapping = MAPPING.replaceAll("(?m)^(spread|samples):.*\n", "");
    assertThat(read(mapping, sample()).table().entries().values())
        .allSatisfy(
            entry -> {
              assertThat(entry.stdMicros()).isEmpty();
              assertThat(entry.samples()).isEmpty();
            });
    ImportedTable pooled =
        TableImport.read(
            importer(),
            List.of(new SourceFile("a", sample()), new SourceFile("b", with("1.7", "1.8"))),
            settings(mapping));
    assertThat(pooled.table().entries().values())
        .anySatisfy(
            entry -> {
              assertThat(entry.meanMicros()).isEqualTo(1750);
              assertThat(entry.stdMicros()).isEmpty();
              assertThat(entry.samples()).isEmpty();
            });
  }

  @Test
  void readsWholeShapesOtherSeparatorsAndWordsOfLatencyCsv() {
    String mapping =
        """
        separator: ";"
        latency: {column: us, unit: us}
        columns: {input: in, output: out, activation: act, shortcut: add, precision: type}
        constants: {kind: bottleneck, kernel: 3, stride: 2, expansionChannels: 16}
        """;
    assertThat(
            keys(
                read(mapping, "us;in;out;act;add;type\n5;8x8x64;4x4x64;relu;projection;float16\n")))
        .containsExactly(
            "bottleneck in=8x8x64 out=4x4x64 k=3 s=2 g=1 mid=16 se=0 act=relu shortcut=projection precision=float16");
    assertThat(problems(mapping, "us;in;out;act;add;type\n5;8x8;4x4x64;gelu;maybe;int8\n"))
        .containsExactly(
            "table1, line 2: column in: '8x8' is not HxWxC, as in 14x14x96",
            "table1, line 2: column act: 'gelu' is not one of none, relu, relu6, h_swish; or say what it stands for under values",
            "table1, line 2: column add: 'maybe' is not one of none, identity, projection; or say what it stands for under values",
            "table1, line 2: column type: 'int8' is not float16, the precision of the profile");
  }

  @Test
  void poolsAndSumsNeedNoOutputChannels() {
    String mapping =
        """
        latency: {column: us, unit: us}
        columns: {kind: op, input: in, kernel: k, stride: s}
        """;
    assertThat(
            keys(
                read(
                    mapping,
                    "op,in,k,s,us\naverage_pool,9x9x8,3,2,1\nmax_pool,9x9x8,3,1,2\nadd,9x9x8,1,1,3\n")))
        .containsExactlyInAnyOrder(
            "average_pool in=9x9x8 out=5x5x8 k=3 s=2 g=1 mid=0 se=0 act=none shortcut=none precision=float16",
            "max_pool in=9x9x8 out=9x9x8 k=3 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float16",
            "add in=9x9x8 out=9x9x8 k=1 s=1 g=1 mid=0 se=0 act=none shortcut=none precision=float16");
  }

  @Test
  void runsWithinAFileMayTimeAnOperatorAnew() {
    String mapping =
        """
        latency: {column: us, unit: us}
        run: day
        columns: {inputChannels: a, outputChannels: b}
        constants: {kind: linear}
        """;
    ImportedTable table = read(mapping, "day,a,b,us\n1,8,9,100\n2,8,9,104\n2,8,10,50\n");
    assertThat(table.pooled()).isEqualTo(1);
    assertThat(table.table().entries().values())
        .extracting(LatencyEntry::meanMicros)
        .containsExactly(50.0, 102.0);
    assertThat(problems(mapping, "day,a,b,us\n1,8,9,100\n1,8,9,104\n"))
        .singleElement()
        .asString()
        .startsWith("table1, line 3: 104.000 us here and 100.000 us in table1, line 2 are of the ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "conv,32,3 | mystery,32,3 | line 2: column op: 'mystery' is not among the rows of the mapping: conv, block, pool, fc",
        ",4,yes, | ,4,perhaps, | line 3: column se: 'perhaps' is not among the values of the mapping: yes, no",
        ",4,yes, | ,1.3,yes, | line 3: column e: '1.3' is not a ratio that makes a whole number of 16 channels; or map expansionChannels",
        ",4,yes, | ,0.5,yes, | line 3: mbconv in=16x16x16: 8 expansion channels are fewer than its 16 input channels",
        ",4,yes, | ,,yes, | line 3: column e: '' is not a finite number",
        "16,5,1 | 16,5,0 | line 3: column s: '0' is not a whole number from 1 to 999999999",
      })
  void namesLineColumnAndValue(String from, String to, String problem) {
    assertThat(refused(with(from, to)).problems())
        .anySatisfy(p -> assertThat(p).isEqualTo("table1, " + problem));
  }

  @Test
  void tellsOnceWhatTheMappingLacks() {
    String mapping =
        MAPPING.replace("  kernel: k\n", "").replace("constants: {kind: linear}", "columns: {}");
    assertThat(problems(mapping, sample()))
        .containsExactly(
            "table1, line 2: the mapping has no column and no constant for kernel, which rows of conv need",
            "table1, line 3: the mapping has no column and no constant for kernel, which rows of block need",
            "table1, line 7: the mapping has no column and no constant for kind, which rows of fc need");
  }

  @Test
  void namesEverythingWrongWithAMapping() {
    assertThat(
            problems(
                """
                latency: {column: t, unit: minutes}
                spread: {column: t}
                separator: ab
                colums: {}
                columns: {kernel: k, input: in, inputWidth: w, speed: v}
                constants: {kernel: 3}
                select: op
                """,
                sample()))
        .anyMatch(p -> p.contains("latency.unit: 'minutes' is not one of us, ms, s"))
        .anyMatch(p -> p.contains("spread.unit: missing"))
        .anyMatch(p -> p.contains("spread.statistic: missing"))
        .anyMatch(p -> p.contains("separator: 'ab' is not a single character"))
        .anyMatch(p -> p.contains("colums: unknown key"))
        .anyMatch(p -> p.contains("columns.speed: unknown key"))
        .anyMatch(p -> p.contains("constants.kernel: it has a column too: keep one"))
        .anyMatch(p -> p.contains("select: select names the column"));
    assertThat(
            problems(
                "latency: {column: t, unit: us}\ncolumns: {input: in, inputWidth: w}\n", sample()))
        .singleElement()
        .asString()
        .endsWith("columns: input is given, and so is inputWidth: keep one");
  }

  @Test
  void namesWhatIsWrongWithinTheListsOfAMapping() {
    String mapping =
        MAPPING
            .replace("text: pool", "text: conv")
            .replace("text: fc, ", "")
            .replace("{text: \"0\", means: relu}", "{text: \"1\", means: relu}")
            .replace("means: 0}", "stands: 0}")
            .replace("kind: mbconv,", "kind: mbconv, expansionChannels: 8,");
    assertThat(problems(mapping, sample()))
        .anyMatch(p -> p.contains("values.activation[1].text: '1' is given twice: keep one"))
        .anyMatch(p -> p.contains("values.squeezeReduction[1].means: missing"))
        .anyMatch(p -> p.contains("values.squeezeReduction[1].stands: unknown key"))
        .anyMatch(p -> p.contains("rows[1]: expansionChannels is given, and so is expansionRatio"))
        .anyMatch(p -> p.contains("rows[2].text: 'conv' is given twice: keep one"))
        .anyMatch(p -> p.contains("rows[3].text: missing"));
    assertThat(problems(MAPPING.replaceAll("(?s)rows:.*", "rows: {conv: {}}\n"), sample()))
        .anyMatch(p -> p.contains("rows.conv: unknown key; known here: "));
  }

  @Test
  void namesColumnsThatAreNotThere() {
    assertThat(
            problems(
                MAPPING, sample().replaceFirst("size", "side").replaceFirst("cin,cout", "cin,cin")))
        .containsExactlyInAnyOrder(
            "table1, line 1: column 'size' is missing; there are op, side, cin, cin, k, s, e, se, act, time, spread, n",
            "table1, line 1: column 'cout' is missing; there are op, side, cin, cin, k, s, e, se, act, time, spread, n",
            "table1, line 1: column 'cin' is there 2 times");
  }

  @Test
  @Timeout(300)
  void aMutatedMappingIsRefusedOrMakesASoundTable() {
    long seed = 7;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int accepted = 0;
    for (int i = 0; i < 2_000; i++) {
      String what = "seed %d, mutant %d".formatted(seed, i);
      SourceFile mapping;
      try {
        mapping = SourceFile.of("columns.yaml", mutated(MAPPING, random));
      } catch (InvalidDocumentException e) {
        continue;
      }
      try {
        accepted += attempt(what, sample().getBytes(UTF_8), settings(mapping.text()));
      } catch (RuntimeException e) {
        fail(what + ":\n" + mapping.text(), e);
      }
    }
    assertThat(accepted).as("accepted, seed %d", seed).isBetween(1, 1_999);
  }

  private static final String NOTE10 =
      """
      latency: {column: mean_ms, unit: ms}
      spread: {column: std_ms, unit: ms, statistic: standard-deviation}
      samples: count
      run: resolution
      columns:
        inputHeight: in_hw
        inputWidth: in_hw
        inputChannels: in_c
        outputHeight: out_hw
        outputWidth: out_hw
        outputChannels: out_c
      values:
        activation: [{text: "1", means: h_swish}, {text: "0", means: relu}]
        squeezeReduction: [{text: "1", means: 4}, {text: "0", means: 0}]
        shortcut: [{text: "1", means: identity}, {text: "0", means: none}]
      select: op
      rows:
        - {text: Conv, constants: {kind: conv, kernel: 3, stride: 2, activation: h_swish}}
        - {text: Conv_1, constants: {kind: conv, kernel: 1, stride: 1, activation: h_swish}}
        - {text: Conv_2, constants: {kind: conv, kernel: 1, stride: 1, activation: h_swish}}
        - {text: AvgPool2D, constants: {kind: global_pool}}
        - {text: Logits, constants: {kind: linear}}
        - text: expanded_conv
          constants: {kind: mbconv}
          columns:
            kernel: kernel
            stride: stride
            expansionChannels: mid_c
            squeezeReduction: se
            activation: hswish
            shortcut: idskip
      """;

  @Test
  void aFlatFileMakesTheTableThatOfasOwnFilesMake() {
    ImportSettings settings =
        new ImportSettings(
            Precision.FLOAT32, Origin.MEASURED, Optional.of(new SourceFile("note10.yaml", NOTE10)));
    ImportedTable flat =
        TableImport.read(
            importer(),
            List.of(PublishedTables.file(PublishedTables.NOTE10, "note10_lut_flat.csv")),
            settings);
    ImportedTable own =
        TableImport.read(
            new OfaYamlImporter(),
            PublishedTables.note10(),
            new ImportSettings(Precision.FLOAT32, Origin.MEASURED, Optional.empty()));
    assertThat(flat).isEqualTo(own);
  }

  private static final String ULTRA96 =
      """
      latency: {column: avg_ms, unit: ms}
      samples: runs
      columns:
        inputHeight: in_hw
        inputWidth: in_hw
        inputChannels: in_c
        outputChannels: out_c
        kernel: kernel
        stride: stride
        expansionChannels: mid_c
        squeezeReduction: se
        activation: act
      constants: {shortcut: auto}
      values:
        squeezeReduction: [{text: "1", means: 4}, {text: "0", means: 0}]
      select: op
      rows:
        - {text: mbconv, constants: {kind: mbconv}}
        - {text: conv, constants: {kind: conv, shortcut: none}}
        - {text: linear, constants: {kind: linear}}
      """;

  @Test
  void aFlatFileMakesTheTableThatTheProfilersSummaryMakes() {
    ImportedTable flat =
        TableImport.read(
            importer(),
            List.of(PublishedTables.file(PublishedTables.ULTRA96, "ultra96v2_lut_flat.csv")),
            new ImportSettings(
                Precision.INT8,
                Origin.MEASURED,
                Optional.of(new SourceFile("ultra96.yaml", ULTRA96))));
    ImportedTable own =
        TableImport.read(
            new Ultra96CsvImporter(),
            List.of(PublishedTables.file(PublishedTables.ULTRA96, "all_blocks_latency_raw.csv")),
            new ImportSettings(Precision.INT8, Origin.MEASURED, Optional.empty()));
    assertThat(flat).isEqualTo(own);
  }
}
