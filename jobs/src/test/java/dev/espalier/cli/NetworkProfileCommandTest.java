package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.NetworkTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device of which whole networks are known, with made-up numbers. */
class NetworkProfileCommandTest extends PublishedFilesTesting {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
  private static final String CELLS = "nasbench201";

  /** The largest, which is measured. */
  private static final String LARGEST =
      "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|"
          + "+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|";

  /** One of the others, which are modelled. */
  private static final String CHAIN =
      "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|avg_pool_3x3~2|";

  private SearchSpace cells;

  @BeforeEach
  void makeProfile() {
    cells = Home.ofSystem().spaces(STORAGE).read(CELLS);
    write("board", 1, entries(1));
  }

  /** A microsecond and one for each 10,000 MACs, times a factor. */
  private Map<Architecture, LatencyEntry> entries(double factor) {
    Map<Architecture, LatencyEntry> entries = new LinkedHashMap<>();
    cells.forEachArchitecture(
        a -> {
          double micros = factor * (1 + cells.macs(a) / 1e4);
          entries.put(
              a,
              a.equals(cells.largest())
                  ? new LatencyEntry(micros, 2.5, OptionalDouble.empty(), 30, Origin.MEASURED)
                  : new LatencyEntry(micros, 0, OptionalDouble.empty(), 0, Origin.MODELLED));
        });
    return entries;
  }

  private void write(String name, int version, Map<Architecture, LatencyEntry> entries) {
    HardwareProfile.builder()
        .name(name)
        .device("Board " + version)
        .deviceClass(DeviceClass.MCU)
        .runtime("runner " + version)
        .precision(Precision.FLOAT32)
        .memory(new MemoryLimits(OptionalLong.of(1024), OptionalLong.empty(), OptionalLong.empty()))
        .provenance(
            new Measured(
                "Board", "runner", "1", Precision.FLOAT32, 1, 1, OptionalInt.empty(), DAY, "mean"))
        .provenance(new Modelled("a process", "100 networks", 20, 0.03125, DAY))
        .networks(NetworkTable.of(cells, entries))
        .build()
        .write(STORAGE, Home.ofSystem().ownProfile(name));
  }

  @Test
  void isListedWithTheNumberOfItsNetworks() {
    succeed("profile", "list");
    assertThat(out.toString())
        .containsPattern(
            "profile +class +device +runtime +operators +networks +median error +folder")
        .containsPattern("board +mcu +Board 1 +runner 1 +0 +9445 +3.1 % of 20 values ");
  }

  @Test
  void isShownWithRangeAndOrigins() {
    succeed("profile", "show", "board");
    assertThat(out.toString())
        .contains("operators  0\n")
        .contains("networks   9445 of the 9445 of nasbench201: 1 measured, 9444 modelled\n")
        .containsPattern("range      of whole networks [0-9.]+ to [0-9.]+ us, median [0-9.]+ us\n")
        .containsPattern("numbers    measured on Board with runner 1, .* \\(1 networks\\)\n")
        .containsPattern("numbers    modelled by a process, .* \\(9444 networks\\)\n")
        .doesNotContain("cost of one operator", "suspicious", "sums  ", "spread ");
    succeed("profile", "show", "board", "--space", CELLS);
    assertThat(out.toString())
        .contains("space      nasbench201: 9445 of 9445 whole networks\n")
        .doesNotContain("missing over");
    succeed("profile", "show", "board", "--space", SPACE);
    assertThat(out.toString())
        .contains(
            "none of its networks as a whole; those known are of another space, nasbench201\n")
        .contains("space      " + SPACE + ": 0 of ");
  }

  @Test
  void predictsWhatTheTableSays() {
    for (String architecture : List.of(LARGEST, CHAIN, "largest", "smallest")) {
      succeed(
          "predict",
          "--space",
          CELLS,
          "--profile",
          "board",
          "--architecture",
          architecture,
          "--json");
      JsonNode json = json();
      Architecture read = cells.parse(json.path("architecture").asText());
      assertThat(json.path("predictedLatencyMicros").asDouble())
          .isEqualTo(1 + cells.macs(read) / 1e4);
      assertThat(json.path("latencyOrigin").asText())
          .isEqualTo(read.equals(cells.largest()) ? "measured" : "modelled");
      assertThat(json.path("latencyClaim").asText())
          .isEqualTo(
              "latency of whole networks, not a sum over operators; 1 measured; 9444 modelled, median error 3.1 % on 20 kept out");
    }
  }

  @Test
  void saysThatALatencyIsOfTheWholeNetwork() {
    succeed("predict", "--space", CELLS, "--profile", "board", "--architecture", LARGEST);
    assertThat(out.toString())
        .containsPattern("latency +[0-9.]+ us on board: latency of whole networks, not a sum over")
        .contains(
            "              this network as a whole was measured, standard deviation 2.5 us, 30 samples\n");
    succeed(
        "predict", "--space", CELLS, "--profile", "board", "--architecture", CHAIN, "--patches");
    assertThat(out.toString())
        .contains("              this network as a whole was modelled\n")
        .contains("peak memory   128.0 KiB of activations in float32, beyond the 1.0 KiB of SRAM\n")
        .doesNotContain("with patches");
  }

  @Test
  void otherSpacesAreBadInput() throws IOException {
    assertThat(run("predict", "--space", SPACE, "--profile", "board", "--architecture", "largest"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "the 9445 networks that profile board knows are of another space: of nasbench201,")
        .doesNotContain("\tat ");
    Path other =
        Files.writeString(
            folder.resolve("cells.yaml"),
            """
            family: nasbench201
            resolution: 16
            inputChannels: 3
            channels: 16
            cells: 5
            classes: 120
            """);
    assertThat(
            run(
                "predict",
                "--space",
                other.toString(),
                "--profile",
                "board",
                "--architecture",
                "largest"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "of nasbench201 with classes 10, resolution 32, and this one has classes 120, resolution 16");
  }

  @Test
  void lackingNetworksAreBadInput() {
    Map<Architecture, LatencyEntry> some = entries(1);
    some.remove(cells.parse(CHAIN));
    write("part", 2, some);
    assertThat(run("predict", "--space", CELLS, "--profile", "part", "--architecture", "largest"))
        .isEqualTo(2);
    assertThat(err.toString())
        .contains("profile part knows 9444 of the 9445 networks of nasbench201")
        .contains("measure the 1 that are missing, or model them")
        .contains("\n  " + CHAIN);
  }

  @Test
  void anAlteredTableIsBadInput() throws IOException {
    Path csv = folder.resolve("own/profiles/board/networks.csv");
    Files.writeString(csv, Files.readString(csv).replace("measured", "modelled"));
    assertThat(run("profile", "show", "board")).isEqualTo(2);
    assertThat(err.toString()).contains("networks.csv: 9445 architectures, sha256 ");
  }

  @Test
  void differencesAreCountedInNetworks() {
    write("slower", 2, entries(2));
    succeed("profile", "diff", "board", "slower");
    assertThat(out.toString())
        .contains("in both: 0 operators")
        .contains(
            "whole networks: 0 only in the first, 0 only in the second, 9445 in both, 0 with equal entries, 9445 that moved\n")
        .contains(
            "Spearman 1.000; the second as a multiple of the first: 10th percentile 2.000, median 2.000, 90th percentile 2.000\n");
    succeed("profile", "diff", "board", "slower", "--json");
    assertThat(json().at("/networks/moved").asInt()).isEqualTo(9_445);
    assertThat(json().at("/networks/agreement/medianRatio").asDouble()).isEqualTo(2);
    succeed("profile", "diff", "board", "board");
    assertThat(out.toString()).contains("9445 with equal entries, 0 that moved");
  }

  @Test
  void modelsAreCompared() {
    String dsp = "../hardware-profiles/profiles/hexagon-690";
    String gpu = "../hardware-profiles/profiles/adreno-640";
    succeed("profile", "diff", dsp, gpu, "--space", CELLS);
    assertThat(out.toString())
        .contains("differs model.fittedOn")
        .containsPattern("models of operators: [1-9][0-9]* weights differ, 0 are equal\n")
        .containsPattern("us for one of +first +second +multiple\n")
        .contains("nasbench201: 1000 random networks\n          first   estimate; latency of")
        .containsPattern("Spearman 0\\.[0-9]+; the second as a multiple of the first: 10th");
    succeed("profile", "diff", dsp, dsp, "--space", CELLS, "--json");
    assertThat(json().at("/model/moved").size()).isZero();
    assertThat(json().at("/model/same").asInt()).isGreaterThan(3);
    assertThat(json().at("/space/networks/medianRatio").asDouble()).isEqualTo(1);
    succeed("profile", "diff", dsp, "board", "--space", CELLS, "--json");
    assertThat(json().has("model")).isFalse();
    assertThat(json().at("/space/networks/networks").asInt()).isEqualTo(1_000);
    assertThat(run("profile", "diff", dsp, "board", "--space", SPACE)).isEqualTo(2);
    assertThat(err.toString()).contains("that profile board knows are of another space");
  }
}
