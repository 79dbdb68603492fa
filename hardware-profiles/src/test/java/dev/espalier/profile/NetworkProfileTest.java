package dev.espalier.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.provenance.Measured;
import dev.espalier.provenance.Modelled;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.NasBench201;
import dev.espalier.space.NasBench201Definition;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.table.NetworkTable;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles that know whole networks. */
class NetworkProfileTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
  private static final Storage STORAGE = new Storage(new Configuration());
  private static final NasBench201 SPACE =
      new NasBench201(new NasBench201Definition(32, 3, 16, 5, 10));
  private static final Measured MEASURED =
      new Measured(
          "Board 1", "runner", "1", Precision.FLOAT32, 1, 1, OptionalInt.empty(), DAY, "mean");
  private static final Modelled MODELLED =
      new Modelled("a process", "100 networks", 20, 0.03125, DAY);

  @TempDir private java.nio.file.Path folder;

  private static NetworkTable networks() {
    Map<Architecture, LatencyEntry> entries = new LinkedHashMap<>();
    entries.put(
        SPACE.largest(), new LatencyEntry(950.5, 2.5, OptionalDouble.empty(), 30, Origin.MEASURED));
    entries.put(
        SPACE.smallest(), new LatencyEntry(100.25, 0, OptionalDouble.empty(), 0, Origin.MODELLED));
    return NetworkTable.of(SPACE, entries);
  }

  private static HardwareProfile.Builder whole() {
    return HardwareProfile.builder()
        .name("board")
        .device("Board 1")
        .deviceClass(DeviceClass.CPU)
        .runtime("runner 1")
        .precision(Precision.FLOAT32)
        .provenance(MEASURED)
        .provenance(MODELLED)
        .networks(networks());
  }

  private static LatencyTable operators() {
    return LatencyTable.of(
        Map.of(
            Operator.linear(64, 10),
            new LatencyEntry(3.5, 0.25, OptionalDouble.of(3.25), 30, Origin.MEASURED)));
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private void edit(String file, String from, String to) throws IOException {
    java.nio.file.Path path = folder.resolve("board").resolve(file);
    String before = Files.readString(path);
    assertThat(before).contains(from);
    Files.writeString(path, before.replace(from, to));
  }

  private HardwareProfile read() {
    return HardwareProfile.read(STORAGE, path("board"));
  }

  @Test
  void survivesItsFolderWithoutOperators() throws IOException {
    HardwareProfile profile = whole().build();
    profile.write(STORAGE, path("board"));
    assertThat(Files.list(folder.resolve("board")).map(p -> p.getFileName().toString()))
        .contains("profile.yaml", "networks.csv")
        .doesNotContain("latency.csv");
    assertThat(read()).isEqualTo(profile);
    assertThat(read().networks()).contains(networks());
    assertThat(read().table().size()).isZero();
    assertThat(read().digest()).isEqualTo(profile.digest());
    assertThat(profile.toBuilder().build()).isEqualTo(profile);
    assertThat(profile).hasToString("profile board (Board 1, 0 operators, 2 networks)");
    assertThat(Files.readString(folder.resolve("board/profile.yaml")))
        .doesNotContain("table:")
        .contains(
            """
            networks:
              space:
                cells: 5
                channels: 16
                classes: 10
                inputChannels: 3
                resolution: 32
                family: nasbench201
              architectures: 2
              sha256: \
            """);
  }

  @Test
  void survivesItsFolderWithOperators() {
    HardwareProfile profile = whole().table(operators()).build();
    profile.write(STORAGE, path("board"));
    assertThat(read()).isEqualTo(profile);
    assertThat(profile.files().keySet())
        .containsExactly("latency.csv", "networks.csv", "profile.yaml");
    assertThat(profile).isNotEqualTo(whole().build());
    assertThat(profile.digest()).isNotEqualTo(whole().build().digest());
  }

  @Test
  void keepsTheErrorOfWhatWasModelled() throws IOException {
    NetworkError error =
        new NetworkError("each of 12 in turn", new SumError(12, 0.9, 0.5, 1, 0.0625, 0.125));
    HardwareProfile judged = whole().networkError(error).build();
    judged.write(STORAGE, path("board"));
    assertThat(read()).isEqualTo(judged);
    assertThat(read().networkError()).contains(error);
    assertThat(judged).isNotEqualTo(whole().build());
    assertThat(judged.toBuilder().build()).isEqualTo(judged);
    assertThat(ProfileError.of(judged).orElseThrow().words()).isEqualTo("6.3 % of 12 networks");
    assertThat(ProfileError.of(whole().build()).orElseThrow().words())
        .isEqualTo("3.1 % of 20 values");
    edit("profile.yaml", "heldOut: each of 12 in turn", "heldOut: ''");
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("networks.error.heldOut");
    Map<Architecture, LatencyEntry> measured = new LinkedHashMap<>(networks().entries());
    measured.keySet().removeIf(n -> !n.equals(SPACE.largest()));
    assertThatThrownBy(
            () ->
                HardwareProfile.builder()
                    .name("board")
                    .device("Board 1")
                    .deviceClass(DeviceClass.CPU)
                    .runtime("runner 1")
                    .precision(Precision.FLOAT32)
                    .provenance(MEASURED)
                    .networks(NetworkTable.of(SPACE, measured))
                    .networkError(error)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is an error of modelled networks, and no such network");
  }

  @Test
  void countsEntriesOfBothTablesForTheirProvenance() {
    HardwareProfile both = whole().table(operators()).build();
    assertThat(both.entries(Origin.MEASURED)).isEqualTo(2);
    assertThat(both.entries(Origin.MODELLED)).isEqualTo(1);
    assertThat(both.entries(Origin.EMULATED)).isZero();
    HardwareProfile.Builder unproven =
        HardwareProfile.builder()
            .name("board")
            .device("Board 1")
            .deviceClass(DeviceClass.CPU)
            .runtime("runner 1")
            .precision(Precision.FLOAT32)
            .provenance(MEASURED)
            .networks(networks());
    assertThatThrownBy(unproven::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("profile board: 1 entries are modelled, and there is no provenance.modelled");
  }

  @Test
  void noticesAlteredNetworks() throws IOException {
    whole().build().write(STORAGE, path("board"));
    edit("networks.csv", "950.5", "95.5");
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("networks.csv: 2 architectures, sha256 ")
        .hasMessageContaining("profile.yaml says 2, ")
        .hasMessageEndingWith("it was altered; restore it or measure again");
  }

  @Test
  void namesAWrongSpaceByItsLine() throws IOException {
    whole().build().write(STORAGE, path("board"));
    edit("profile.yaml", "cells: 5", "cells: 0");
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("profile.yaml: line ")
        .hasMessageEndingWith("networks.space: nasbench201: cells must be at least 1, found 0");
    edit("profile.yaml", "cells: 0", "cells: 5\n    depth: 3");
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("networks.space: nasbench201")
        .hasMessageContaining("unknown key 'depth'");
    edit("profile.yaml", "family: nasbench201", "family: nasbench");
    assertThatThrownBy(this::read)
        .hasMessageContaining("networks.space: unknown space family 'nasbench'; known families: ");
  }

  @Test
  void reportsEveryProblemOfItsSectionAtOnce() throws IOException {
    whole().build().write(STORAGE, path("board"));
    edit("profile.yaml", "architectures: 2", "architectures: none\n  colour: red");
    edit("profile.yaml", "precision: float32\nprovenance", "precision: half\nprovenance");
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("profile.yaml: 3 problems\n")
        .hasMessageContaining("networks.architectures: 'none' is not a whole number of at least 1")
        .hasMessageContaining(
            "networks.colour: unknown key; known here: space, architectures, sha256");
  }

  @Test
  void namesAFileThatIsNotThere() throws IOException {
    whole().build().write(STORAGE, path("board"));
    Files.delete(folder.resolve("board/networks.csv"));
    assertThatThrownBy(this::read)
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("board/networks.csv does not exist");
  }

  @Test
  void aDescriptionWithNeitherTableMissesOperators() throws IOException {
    whole().build().write(STORAGE, path("board"));
    String yaml = Files.readString(folder.resolve("board/profile.yaml"));
    Files.writeString(
        folder.resolve("board/profile.yaml"), yaml.substring(0, yaml.indexOf("networks:\n")));
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("table: missing; an object is needed");
  }

  @Test
  void isFoundByItsName() {
    whole().build().write(STORAGE, path("board"));
    ProfileCatalogue catalogue = new ProfileCatalogue(STORAGE, List.of(new Path(folder.toUri())));
    assertThat(catalogue.profiles()).containsOnlyKeys("board");
    assertThat(catalogue.read("board")).isEqualTo(whole().build());
  }
}
