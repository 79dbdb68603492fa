package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.artefact.Storage;
import dev.espalier.job.Home;
import dev.espalier.memory.PeakMemory;
import dev.espalier.operator.Precision;
import dev.espalier.profile.DeviceClass;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.MemoryLimits;
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
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device of which whole networks are known is searched; its numbers are made up. */
class NetworkProfileSearchIT extends PublishedFilesTesting {
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final RandomGeneratorFactory<RandomGenerator> RANDOM =
      RandomGeneratorFactory.of("L64X128MixRandom");

  /** Three maps of the first stage: most cells of which four must be kept exceed it. */
  private static final long SRAM_BYTES = 3 * 32 * 32 * 16 * 4;

  private SearchSpace cells;
  private NetworkTable networks;

  @BeforeEach
  void makeProfile() {
    System.setProperty("spark.master", "local[2]");
    cells = Home.ofSystem().spaces(STORAGE).read("nasbench201");
    RandomGenerator random = RANDOM.create(1);
    Map<Architecture, LatencyEntry> entries = new LinkedHashMap<>();
    cells.forEachArchitecture(
        a ->
            entries.put(
                a,
                new LatencyEntry(
                    100 + 900 * random.nextDouble(),
                    0,
                    OptionalDouble.empty(),
                    0,
                    Origin.MODELLED)));
    networks = NetworkTable.of(cells, entries);
    HardwareProfile.builder()
        .name("board")
        .device("Board 1")
        .deviceClass(DeviceClass.CPU)
        .runtime("runner 1")
        .precision(Precision.FLOAT32)
        .memory(
            new MemoryLimits(
                OptionalLong.of(SRAM_BYTES), OptionalLong.empty(), OptionalLong.empty()))
        .provenance(new Modelled("dice", "nothing", 20, 1, LocalDate.of(2026, 3, 31)))
        .networks(networks)
        .build()
        .write(STORAGE, Home.ofSystem().ownProfile("board"));
  }

  /** Accuracy grows with computation. */
  private String predictor() throws IOException {
    RandomGenerator random = RANDOM.create(3);
    Set<Architecture> drawn = new LinkedHashSet<>();
    while (drawn.size() < 300) {
      drawn.add(cells.sample(random));
    }
    StringBuilder csv = new StringBuilder("architecture,accuracy\n");
    for (Architecture architecture : drawn) {
      csv.append(cells.format(architecture))
          .append(',')
          .append(0.9 - 1e6 / cells.macs(architecture))
          .append('\n');
    }
    Path file = Files.writeString(folder.resolve("measured.csv"), csv);
    String stored = folder.resolve("fitted").toString();
    succeed(
        "predictor",
        "fit",
        "--space",
        "nasbench201",
        "--measurements",
        file.toString(),
        "--output",
        stored);
    return stored;
  }

  @Test
  void budgetsAreKeptByWhatTheTableSaysOfTheNetworkFound() throws IOException {
    Path request =
        Files.writeString(
            folder.resolve("request.yaml"),
            """
            predictor: %s
            targets: board
            budgets: [{latency: 200us}, {latency: 500us}]
            engine: {kind: evolution, population: 100, generations: 10}
            """
                .formatted(predictor()));

    succeed("search", request.toString(), "--output", folder.resolve("run").toString(), "--json");

    assertThat(json().path("complete").asBoolean()).isTrue();
    assertThat(json().path("budgets")).hasSize(2);
    assertThat(Files.readString(folder.resolve("run/report.html")))
        .contains("latency of whole networks, not a sum")
        .contains("node3.input2");
    json()
        .path("budgets")
        .forEach(
            budget -> {
              Architecture found = Architecture.ofHex(budget.path("code").asText());
              assertThat(PeakMemory.of(cells, found, Precision.FLOAT32).bytes())
                  .isLessThanOrEqualTo(SRAM_BYTES);
              double micros = budget.path("predictedLatencyMicros").asDouble();
              assertThat(micros).isEqualTo(networks.micros(found));
              assertThat(micros)
                  .isLessThanOrEqualTo(
                      Double.parseDouble(
                          budget.path("budget").asText().replaceAll("\\D*(\\d+).*", "$1")));
            });
    assertThat(Files.readString(folder.resolve("run/run.json")))
        .contains("latency of whole networks, not a sum over operators; 9445 modelled");
  }
}
