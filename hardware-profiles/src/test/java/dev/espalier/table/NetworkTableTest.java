package dev.espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Activation;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.MobileNetV3Definition;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.space.OfaMobileNetV3;
import dev.espalier.space.SearchSpace;
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

class NetworkTableTest {
  private static final NasBench201 CELLS = cells(10);
  private static final String HEADER = "architecture,mean_us,std_us,median_us,samples,origin\n";
  private static final String LARGEST =
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|"
          + "+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";
  private static final LatencyEntry ENTRY =
      new LatencyEntry(100, 1, OptionalDouble.empty(), 30, Origin.MEASURED);

  private static NasBench201 cells(int classes) {
    return new NasBench201(new NasBench201Definition(32, 3, 16, 5, classes));
  }

  private static SearchSpace blocks() {
    return new OfaMobileNetV3(
        new MobileNetV3Definition(
            List.of(12, 16),
            1,
            8,
            8,
            List.of(
                new MobileNetV3Definition.Stage(8, 1, Activation.RELU, 0, List.of(1, 2)),
                new MobileNetV3Definition.Stage(16, 2, Activation.H_SWISH, 4, List.of(1, 2))),
            List.of(3, 5),
            List.of(3, 6),
            32,
            32,
            10));
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static Map<Architecture, LatencyEntry> random(
      SearchSpace space, RandomGenerator random, int size) {
    Map<Architecture, LatencyEntry> entries = new LinkedHashMap<>();
    while (entries.size() < size) {
      boolean known = random.nextBoolean();
      entries.put(
          space.sample(random),
          new LatencyEntry(
              1 + random.nextDouble() * 100,
              known ? OptionalDouble.of(random.nextDouble()) : OptionalDouble.empty(),
              random.nextBoolean()
                  ? OptionalDouble.of(1 + random.nextDouble())
                  : OptionalDouble.empty(),
              known ? OptionalLong.of(1 + random.nextInt(50)) : OptionalLong.empty(),
              Origin.values()[random.nextInt(3)]));
    }
    return entries;
  }

  private static NetworkTable read(String csv) {
    return NetworkTable.ofCsv(CELLS, "networks.csv", csv.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(NetworkTable table) {
    return new String(table.toCsv(), StandardCharsets.UTF_8);
  }

  @Test
  void survivesCsvAndDoesNotDependOnTheOrderOfEntries() {
    for (SearchSpace space : List.of(CELLS, blocks())) {
      for (long seed = 0; seed < 10; seed++) {
        Map<Architecture, LatencyEntry> entries = random(space, random(seed), 60);
        NetworkTable table = NetworkTable.of(space, entries);
        List<Architecture> shuffled = new ArrayList<>(entries.keySet());
        Collections.shuffle(shuffled, new Random(seed));
        Map<Architecture, LatencyEntry> other = new LinkedHashMap<>();
        shuffled.forEach(a -> other.put(a, entries.get(a)));
        assertThat(NetworkTable.ofCsv(space, "networks.csv", table.toCsv()))
            .as("seed %d", seed)
            .isEqualTo(table)
            .hasSameHashCodeAs(table);
        assertThat(NetworkTable.of(space, other).toCsv())
            .as("seed %d", seed)
            .isEqualTo(table.toCsv());
        assertThat(List.copyOf(table.entries().keySet())).as("seed %d", seed).isSorted();
      }
    }
  }

  @Test
  void writesOneReadableNetworkALine() {
    assertThat(text(NetworkTable.of(CELLS, Map.of(CELLS.largest(), ENTRY))))
        .isEqualTo(HEADER + LARGEST + ",100.0,1.0,,30,measured\n");
    SearchSpace blocks = blocks();
    assertThat(text(NetworkTable.of(blocks, Map.of(blocks.largest(), ENTRY))))
        .isEqualTo(HEADER + '"' + blocks.format(blocks.largest()) + "\",100.0,1.0,,30,measured\n");
  }

  @Test
  void readsColumnsInAnyOrderAndNeedsOnlyMeanAndOrigin() {
    NetworkTable table = read("origin,mean_us,architecture\nmodelled,3.5,333333\n");
    assertThat(table.find(CELLS.largest()))
        .contains(
            new LatencyEntry(
                3.5,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                Origin.MODELLED));
    assertThat(table.micros(CELLS.largest())).isEqualTo(3.5);
    assertThat(table.origins()).isEqualTo(Map.of(Origin.MODELLED, 1));
    assertThat(table).hasToString("network table of 1 networks of nasbench201");
  }

  @Test
  void namesEveryWrongLine() {
    assertThatThrownBy(
            () ->
                read(
                    HEADER
                        + "333335,1,,,,measured\n" // line 2
                        + "333333,fast,,,,measured\n"
                        + "333331,0,,,,measured\n" // line 4
                        + "333332,1,,,0,measured\n"
                        + "333330,1,,,,guessed\n" // line 6
                        + "333330,1\n"
                        + "300000,1,,,,modelled\n" // line 8
                        + "000000,1,,,,modelled\n"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("networks.csv: 7 problems\n")
        .hasMessageContaining("\n  line 2, column architecture: ")
        .hasMessageContaining("333335")
        .hasMessageContaining(
            "\n  line 3, column mean_us: 'fast' is not a finite number of microseconds, not negative")
        .hasMessageContaining("\n  line 4: 0.0 us is not above 0, and a network takes time")
        .hasMessageContaining("\n  line 5, column samples: '0' is not a whole number of at least 1")
        .hasMessageContaining(
            "\n  line 6, column origin: 'guessed' is not one of measured, emulated, modelled")
        .hasMessageContaining("\n  line 7 has 2 values, not 6")
        .hasMessageContaining(
            "\n  line 9 repeats line 8: architecture |none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
  }

  @Test
  void namesWrongColumns() {
    assertThatThrownBy(() -> read("architecture,std_us,std_us,orgin\n"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("line 1 lacks column mean_us")
        .hasMessageContaining("line 1 repeats column std_us")
        .hasMessageContaining("line 1 lacks column origin")
        .hasMessageContaining("line 1 has unknown column 'orgin' (did you mean 'origin'?)");
    assertThatThrownBy(() -> read("")).hasMessageContaining("is empty; line 1 must be " + "arch");
    assertThatThrownBy(() -> read(HEADER)).hasMessage("networks.csv: has a header but no network");
  }

  @Test
  void refusesWhatIsNoNetworkOfTheSpace() {
    assertThatThrownBy(() -> NetworkTable.of(CELLS, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a network table of nasbench201 needs at least one network");
    Architecture foreign = blocks().largest();
    assertThatThrownBy(() -> NetworkTable.of(CELLS, Map.of(foreign, ENTRY)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("an architecture code of nasbench201 has 6 bytes, not ");
    // The edge into node 1 has no effect where node 1 reaches nothing.
    Architecture loose = Architecture.ofHex("030000000000");
    assertThatThrownBy(() -> NetworkTable.of(CELLS, Map.of(loose, ENTRY)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "code 030000000000 is not canonical in nasbench201: decisions without effect must be 0");
    LatencyEntry nothing = new LatencyEntry(0, 0, OptionalDouble.empty(), 3, Origin.MEASURED);
    assertThatThrownBy(() -> NetworkTable.of(CELLS, Map.of(CELLS.largest(), nothing)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "architecture "
                + LARGEST
                + " of nasbench201: 0.0 us is not above 0, and a network takes time");
  }

  @Test
  void saysWhatIsMissing() {
    NetworkTable one = NetworkTable.of(CELLS, Map.of(CELLS.smallest(), ENTRY));
    assertThat(one.complete()).isFalse();
    assertThat(one.missing(3)).hasSize(3).isSorted().doesNotContain(CELLS.smallest());
    assertThat(one.missing(Integer.MAX_VALUE)).hasSize(9_444);
    assertThatThrownBy(() -> one.micros(CELLS.largest()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "architecture "
                + LARGEST
                + " is not among the 1 networks of nasbench201 that are known: measure it, or model it on those");
    Map<Architecture, LatencyEntry> all = new LinkedHashMap<>();
    CELLS.forEachArchitecture(a -> all.put(a, ENTRY));
    NetworkTable whole = NetworkTable.of(CELLS, all);
    assertThat(whole.complete()).isTrue();
    assertThat(whole.missing(10)).isEmpty();
    assertThat(read(text(whole))).isEqualTo(whole);
    assertThat(whole).isNotEqualTo(NetworkTable.of(cells(100), all));
  }
}
