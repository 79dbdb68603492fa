package dev.espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.provenance.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class LatencyTableTest {
  private static final String HEADER =
      "kind,input,output,kernel,stride,groups,expansion_channels,squeeze_channels,activation,"
          + "shortcut,precision,mean_us,std_us,median_us,samples,origin\n";
  private static final String ROW =
      "mbconv,14x14x96,14x14x96,7,1,1,576,144,h_swish,identity,float32,52.5,1.25,52.0,30,measured\n";
  private static final Operator BLOCK =
      new Operator(
          OperatorKind.MBCONV,
          new TensorShape(14, 14, 96),
          new TensorShape(14, 14, 96),
          7,
          1,
          1,
          576,
          144,
          Activation.H_SWISH,
          Shortcut.IDENTITY,
          Precision.FLOAT32);

  private static LatencyTable read(String csv) {
    return LatencyTable.ofCsv("latency.csv", csv.getBytes(StandardCharsets.UTF_8));
  }

  static LatencyTable random(RandomGenerator random, int size) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    while (entries.size() < size) {
      Operator operator =
          switch (random.nextInt(4)) {
            case 0 ->
                Operator.conv(
                    new TensorShape(
                        1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)),
                    1 + random.nextInt(20),
                    1 + 2 * random.nextInt(3),
                    1 + random.nextInt(2),
                    Activation.values()[random.nextInt(3)]);
            case 1 -> Operator.linear(1 + random.nextInt(20), 1 + random.nextInt(20));
            case 2 ->
                Operator.globalPool(
                    new TensorShape(
                        1 + random.nextInt(9), 1 + random.nextInt(9), 1 + random.nextInt(9)));
            default -> BLOCK.withPrecision(Precision.values()[random.nextInt(3)]);
          };
      entries.put(
          operator,
          new LatencyEntry(
              random.nextDouble() * 100,
              random.nextDouble(),
              random.nextBoolean()
                  ? OptionalDouble.of(random.nextDouble() * 100)
                  : OptionalDouble.empty(),
              1 + random.nextInt(50),
              Origin.values()[random.nextInt(3)]));
    }
    return LatencyTable.of(entries);
  }

  @Test
  void readsALine() {
    LatencyTable table = read(HEADER + ROW);
    assertThat(table.find(BLOCK))
        .contains(new LatencyEntry(52.5, 1.25, OptionalDouble.of(52), 30, Origin.MEASURED));
    assertThat(table.find(BLOCK).orElseThrow().micros()).isEqualTo(52);
    assertThat(table).hasToString("latency table of 1 operators");
  }

  @Test
  void survivesCsvAndDoesNotDependOnTheOrderOfEntries() {
    for (long seed = 0; seed < 20; seed++) {
      LatencyTable table = random(RandomGeneratorFactory.of("L64X128MixRandom").create(seed), 40);
      List<Operator> shuffled = new ArrayList<>(table.entries().keySet());
      Collections.shuffle(shuffled, new Random(seed));
      Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
      shuffled.forEach(o -> entries.put(o, table.entries().get(o)));
      assertThat(read(new String(table.toCsv(), StandardCharsets.UTF_8)))
          .as("seed %d", seed)
          .isEqualTo(table);
      assertThat(LatencyTable.of(entries).toCsv()).as("seed %d", seed).isEqualTo(table.toCsv());
    }
  }

  @Test
  void takesColumnsInAnyOrderAndNeedsNoMedian() {
    LatencyTable table =
        read(
            """
            origin,samples,std_us,mean_us,precision,shortcut,activation,squeeze_channels,expansion_channels,groups,stride,kernel,output,input,kind
            modelled,0,0,3.5,int8,none,none,0,0,1,1,1,1x1x10,1x1x256,linear
            """);
    LatencyEntry entry =
        table.find(Operator.linear(256, 10).withPrecision(Precision.INT8)).orElseThrow();
    assertThat(entry.micros()).isEqualTo(3.5);
    assertThat(entry.samples()).hasValue(0);
  }

  @Test
  void keepsWhatIsNotKnownOfAnEntryUnknown() {
    String row = ROW.replace("52.5,1.25,52.0,30,", "52.5,,,,");
    LatencyTable table = read(HEADER + row);
    LatencyEntry entry = table.find(BLOCK).orElseThrow();
    assertThat(entry)
        .isEqualTo(
            new LatencyEntry(
                52.5,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                Origin.MEASURED));
    assertThat(entry.micros()).isEqualTo(52.5);
    assertThat(new String(table.toCsv(), StandardCharsets.UTF_8)).isEqualTo(HEADER + row);
    assertThat(read(HEADER + ROW)).isNotEqualTo(table);
    assertThat(read(HEADER + row.replace("52.5,,,,", "52.5,0.0,,,"))).isNotEqualTo(table);
  }

  @Test
  void countsMoreSamplesThanAnIntHolds() {
    LatencyTable table = read(HEADER + ROW.replace(",30,", ",3000000000,"));
    assertThat(table.find(BLOCK).orElseThrow().samples()).hasValue(3_000_000_000L);
    assertThat(read(new String(table.toCsv(), StandardCharsets.UTF_8))).isEqualTo(table);
  }

  @Test
  void namesLineColumnValueAndWhatIsAllowed() {
    assertThatThrownBy(
            () ->
                read(
                    HEADER
                        + ROW
                        + "mbconf,14x14,0x14x96,0,a,1,-1,144,swish,maybe,bf16,-1,NaN,,0,guessed\n"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessage(
            """
            latency.csv: 13 problems
              line 3, column kind: 'mbconf' is not one of conv, mbconv, bottleneck, max_pool, average_pool, global_pool, linear, add
              line 3, column input: '14x14' is not HxWxC, as in 14x14x96
              line 3, column output: '0x14x96' is not HxWxC, as in 14x14x96
              line 3, column kernel: '0' is not a whole number of at least 1
              line 3, column stride: 'a' is not a whole number of at least 1
              line 3, column expansion_channels: '-1' is not a whole number of at least 0
              line 3, column activation: 'swish' is not one of none, relu, relu6, h_swish
              line 3, column shortcut: 'maybe' is not one of none, identity, projection
              line 3, column precision: 'bf16' is not one of float32, float16, int8
              line 3, column mean_us: '-1' is not a finite number of microseconds, not negative
              line 3, column std_us: 'NaN' is not a finite number of microseconds, not negative
              line 3, column origin: 'guessed' is not one of measured, emulated, modelled
              line 3, column samples: '0' is not a whole number of at least 1""");
  }

  @Test
  void refusesAnOperatorThatCannotBe() {
    assertThatThrownBy(() -> read(HEADER + ROW.replace(",576,", ",5,")))
        .hasMessage(
            "latency.csv: line 2: mbconv in=14x14x96: 5 expansion channels are fewer than its 96 input channels");
  }

  @Test
  void refusesARepeatedOperator() {
    assertThatThrownBy(
            () ->
                read(
                    HEADER
                        + ROW
                        + ROW.replace("mbconv,14x14x96", "mbconv,7x7x96")
                            .replace("14x14x96,7", "7x7x96,7")
                        + ROW))
        .hasMessage("latency.csv: line 4 repeats line 2: operator " + BLOCK);
  }

  @Test
  void refusesAShortLine() {
    assertThatThrownBy(() -> read(HEADER + ROW + "conv,1x1x1\n"))
        .hasMessage("latency.csv: line 3 has 2 values, not 16");
    assertThatThrownBy(() -> read(HEADER + ROW + "\n\nconv,1x1x1"))
        .hasMessage("latency.csv: line 5 has 2 values, not 16");
  }

  @Test
  void refusesAWrongHeader() {
    assertThatThrownBy(() -> read(HEADER.replace("mean_us", "mean_ms") + ROW))
        .hasMessageStartingWith(
            "latency.csv: 2 problems\n  line 1 lacks column mean_us\n"
                + "  line 1 has unknown column 'mean_ms' (did you mean 'mean_us'?); columns are kind, input,");
    assertThatThrownBy(() -> read(HEADER.replace("std_us", "mean_us") + ROW))
        .hasMessage(
            "latency.csv: 2 problems\n  line 1 repeats column mean_us\n  line 1 lacks column std_us");
  }

  @Test
  void refusesAnEmptyTable() {
    assertThatThrownBy(() -> read(HEADER)).hasMessage("latency.csv: has a header but no operator");
    assertThatThrownBy(() -> read("")).hasMessageStartingWith("latency.csv: is empty; line 1");
  }

  @Test
  void refusesEntriesThatAreNoLatencies() {
    OptionalDouble none = OptionalDouble.empty();
    assertThatThrownBy(() -> new LatencyEntry(Double.NaN, 0, none, 1, Origin.MEASURED))
        .hasMessage("latency entry: mean NaN us must be finite and not negative");
    assertThatThrownBy(() -> new LatencyEntry(1, -1, none, 1, Origin.MEASURED))
        .hasMessage("latency entry: std -1.0 us must be finite and not negative");
    assertThatThrownBy(() -> new LatencyEntry(1, 1, none, 0, Origin.MEASURED))
        .hasMessage("latency entry: samples 0 must be at least 1 unless modelled, and then 0");
  }

  @Test
  void mergesOnlyDisjointTables() {
    LatencyTable one = read(HEADER + ROW);
    LatencyTable other = read(HEADER + ROW.replace("float32", "int8"));
    assertThat(one.with(other).size()).isEqualTo(2);
    assertThat(one.missing(other.entries().keySet()))
        .containsExactly(BLOCK.withPrecision(Precision.INT8));
    assertThatThrownBy(() -> one.with(one))
        .hasMessage("operator " + BLOCK + " is in both tables: keep one of its entries");
  }

  @Test
  void namesMissingOperators() {
    assertThat(new MissingOperatorsException(List.of(BLOCK), "pixel4", 412, "measure it"))
        .hasMessage(
            "operator " + BLOCK + " is missing from profile pixel4 (412 operators): measure it");
    List<Operator> many =
        java.util.stream.IntStream.range(1, 14).mapToObj(i -> Operator.linear(i, 1)).toList();
    assertThat(new MissingOperatorsException(many, "pixel4", 412, "measure them"))
        .hasMessageStartingWith(
            "13 operators are missing from profile pixel4 (412 operators): measure them\n  linear in=1x1x1 ")
        .hasMessageEndingWith("\n  and 3 more");
  }
}
