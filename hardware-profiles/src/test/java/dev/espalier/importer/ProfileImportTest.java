package dev.espalier.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.artefact.Digest;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Precision;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.profile.TableSource;
import dev.espalier.provenance.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileImportTest {
  private static final String DESCRIPTION =
      """
      device: Board 1
      class: mcu
      runtime: none 1
      precision: int8
      provenance:
        emulated:
          emulator: qemu-system-arm
          emulatorVersion: 7.2
          machine: mps2-an500
          countedUnit: instructions
          clockMegahertz: 25
          unitsPerCycle: 1
          precision: int8
          date: 2026-03-31
      """;

  private static final String TABLE =
      """
      Conv_2-input:1x1x8-output:1x1x8: {count: 100, mean: 1, std: 0.1}
      Logits-input:1x1x8-output:10: {count: 100, mean: 2, std: 0.1}
      """;

  @TempDir java.nio.file.Path folder;

  private Path file(String name, String content) throws IOException {
    java.nio.file.Path path = folder.resolve(name);
    Files.writeString(path, content);
    return new Path(path.toUri());
  }

  private ProfileImport.Builder builder() throws IOException {
    return ProfileImport.builder()
        .name("board")
        .format("ofa-yaml")
        .description(file("board.yaml", DESCRIPTION))
        .files(List.of(file("1.yaml", TABLE)));
  }

  private static List<String> problems(ProfileImport.Builder builder) {
    InvalidDocumentException thrown =
        catchThrowableOfType(
            InvalidDocumentException.class, () -> builder.build().read(PublishedTables.STORAGE));
    assertThat(thrown).as("it should be refused").isNotNull();
    return thrown.problems();
  }

  @Test
  void makesAProfileThatSurvivesItsFolder() throws IOException {
    ImportedProfile imported = builder().build().read(PublishedTables.STORAGE);
    HardwareProfile profile = imported.profile();
    assertThat(profile.name()).isEqualTo("board");
    assertThat(profile.precision()).isEqualTo(Precision.INT8);
    assertThat(profile.table()).isEqualTo(imported.table().table());
    assertThat(profile.table().entries().keySet())
        .allMatch(operator -> operator.precision() == Precision.INT8);
    assertThat(profile.table().entries().values())
        .allMatch(entry -> entry.origin() == Origin.EMULATED);
    Path written = new Path(folder.resolve("board").toUri());
    profile.write(PublishedTables.STORAGE, written);
    assertThat(HardwareProfile.read(PublishedTables.STORAGE, written)).isEqualTo(profile);
  }

  @Test
  void keepsWhatItWasMadeOf() throws IOException {
    String other = TABLE.replace("mean: 1,", "mean: 1.02,");
    TableSource source =
        builder()
            .files(List.of(file("2.yaml", other), file("1.yaml", TABLE)))
            .build()
            .read(PublishedTables.STORAGE)
            .profile()
            .source()
            .orElseThrow();
    TreeMap<String, String> digests = new TreeMap<>();
    digests.put("1.yaml", Digest.of(TABLE.getBytes(StandardCharsets.UTF_8)));
    digests.put("2.yaml", Digest.of(other.getBytes(StandardCharsets.UTF_8)));
    assertThat(source).isEqualTo(new TableSource("ofa-yaml", 2, 4, 1, Digest.ofParts(digests)));
  }

  @Test
  void reportsTheProblemsOfEverythingTogether() throws IOException {
    ProfileImport.Builder builder =
        builder()
            .name("My Board")
            .description(file("bad.yaml", DESCRIPTION.replace("class: mcu", "class: toaster")))
            .files(
                List.of(
                    file("1.yaml", TABLE.replace("mean: 1,", "mean: 0,")),
                    file("2.yaml", TABLE.replace("count: 100", "count: 0"))));
    assertThat(problems(builder))
        .satisfiesExactly(
            p -> assertThat(p).startsWith("name 'My Board' must be lower-case letters"),
            p -> assertThat(p).contains("bad.yaml: ").contains("class: 'toaster' is not one of"),
            p -> assertThat(p).contains("1.yaml, line 1: mean: '0' is not a latency"),
            p -> assertThat(p).contains("2.yaml, line 1: count: '0' is not a whole number"),
            p -> assertThat(p).contains("2.yaml, line 2: count: '0' is not a whole number"));
  }

  @Test
  void reportsFilesThatAreNotThereOrNotText() throws IOException {
    java.nio.file.Path latin = folder.resolve("latin.yaml");
    Files.write(latin, new byte[] {'a', (byte) 0xe9, '\n'});
    ProfileImport.Builder builder =
        builder()
            .files(List.of(new Path(folder.resolve("no.yaml").toUri()), new Path(latin.toUri())));
    assertThat(problems(builder))
        .satisfiesExactly(
            p -> assertThat(p).contains("no.yaml does not exist: check the path"),
            p ->
                assertThat(p)
                    .endsWith("latin.yaml: is not UTF-8: import text, or convert it with iconv"));
  }

  @Test
  void findsTheProblemsOfFilesWithoutADescription() throws IOException {
    String table =
        """
        Kernel Name,Number Of Runs,Minimum Time (ms),Average Time (ms),Maximum Time (ms),Workload(GOP)
        Linear_in-1536_out-1000,500,0.8,-1,1.4,0.003
        """;
    ProfileImport.Builder builder =
        builder()
            .format("ultra96-csv")
            .description(new Path(folder.resolve("no.yaml").toUri()))
            .files(List.of(file("t.csv", table)));
    assertThat(problems(builder))
        .anyMatch(p -> p.contains("no.yaml does not exist"))
        .anyMatch(p -> p.contains("t.csv, line 2: column Average Time (ms): '-1' is not"))
        .noneMatch(p -> p.contains("precision"));
  }

  @Test
  void aPrecisionThatTheFormatCannotHaveHidesNoProblemOfTheFiles() throws IOException {
    String floats = DESCRIPTION.replace("precision: int8", "precision: float32");
    String table =
        """
        Kernel Name,Number Of Runs,Minimum Time (ms),Average Time (ms),Maximum Time (ms),Workload(GOP)
        Linear_in-1536_out-1000,500,0.8,1.1,1.4,0.003
        """;
    ProfileImport.Builder builder =
        builder().format("ultra96-csv").description(file("float.yaml", floats));
    String refusal =
        "format ultra96-csv is of a DPU that computes in int8: precision float32 cannot be";
    assertThat(problems(builder.files(List.of(file("t.csv", table))))).containsExactly(refusal);
    assertThat(problems(builder.files(List.of(file("t.csv", table.replace(",500,", ",0,"))))))
        .satisfiesExactly(
            p -> assertThat(p).isEqualTo(refusal),
            p -> assertThat(p).contains("t.csv, line 2: column Number Of Runs: '0' is not"));
  }

  /** Otherwise each line of the file would be said to have another precision than the profile. */
  @Test
  void withoutADescriptionFilesMayBeOfAnyPrecision() throws IOException {
    String mapping =
        """
        latency: {column: us, unit: us}
        columns: {inputChannels: a, outputChannels: b, precision: type}
        constants: {kind: linear}
        """;
    ProfileImport.Builder builder =
        builder()
            .format("csv")
            .mapping(file("m.yaml", mapping))
            .description(file("bad.yaml", DESCRIPTION.replace("class: mcu", "class: toaster")))
            .files(List.of(file("t.csv", "a,b,us,type\n8,8,5,int8\n8,9,0,int8\n")));
    assertThat(problems(builder))
        .satisfiesExactly(
            p -> assertThat(p).contains("class: 'toaster' is not one of"),
            p -> assertThat(p).contains("t.csv, line 3: column us: '0' is not a latency"));
  }

  @Test
  void findsTheProblemsOfTheFilesThatAreThere() throws IOException {
    ProfileImport.Builder builder =
        builder()
            .files(
                List.of(
                    new Path(folder.resolve("no.yaml").toUri()),
                    file("1.yaml", TABLE.replace("mean: 1,", "mean: 0,"))));
    assertThat(problems(builder))
        .satisfiesExactly(
            p -> assertThat(p).contains("no.yaml does not exist"),
            p -> assertThat(p).contains("1.yaml, line 1: mean: '0' is not a latency"));
  }

  @Test
  void namesTheFormatsThatThereAre() throws IOException {
    assertThat(problems(builder().format("ofa")))
        .containsExactly(
            "unknown format 'ofa'; formats are csv, ofa-yaml, proxyless-yaml, ultra96-csv");
  }

  @Test
  void needsAMappingForCsvAlone() throws IOException {
    assertThat(problems(builder().format("csv")))
        .containsExactly("format csv needs a mapping that says what the columns mean");
    assertThat(problems(builder().mapping(file("m.yaml", "a: b"))))
        .singleElement()
        .asString()
        .startsWith("format ofa-yaml knows what its files mean: leave the mapping ");
  }

  @Test
  void needsEverythingButAMapping() {
    assertThatThrownBy(() -> ProfileImport.builder().name("a").format("b").build())
        .isInstanceOf(NullPointerException.class)
        .hasMessage("description");
  }

  @Test
  void importsTheNote10() throws IOException {
    List<String> names =
        Stream.iterate(160, r -> r <= 224, r -> r + 4).map(r -> r + "_lookup_table.yaml").toList();
    PublishedTables.note10();
    HardwareProfile profile =
        builder()
            .name("note10")
            .files(
                names.stream()
                    .map(name -> new Path(PublishedTables.NOTE10.resolve(name).toUri()))
                    .toList())
            .build()
            .read(PublishedTables.STORAGE)
            .profile();
    assertThat(profile.source())
        .hasValueSatisfying(
            source -> {
              assertThat(source.files()).isEqualTo(17);
              assertThat(source.entries()).isEqualTo(1632);
              assertThat(source.pooled()).isEqualTo(312);
            });
  }

  /** Ten linear layers that take so many microseconds for ten thousand products. */
  private static String table(double microsPerTenThousand) {
    StringBuilder lines = new StringBuilder();
    for (int channels = 100; channels <= 1000; channels += 100) {
      lines.append(
          "Logits-input:1x1x%d-output:10: {count: 100, mean: %s, std: 0}\n"
              .formatted(channels, channels / 1_000.0 * microsPerTenThousand / 1_000));
    }
    return lines.toString();
  }

  @Test
  void refusesTablesInAnotherUnitOrOfOneValue() throws IOException {
    assertThat(problems(builder().files(List.of(file("s.yaml", table(0.05))))))
        .singleElement()
        .asString()
        .contains("million multiply-accumulates a second; on a device of class mcu 0.0500 to ")
        .contains("check the unit of the latencies (milliseconds given as microseconds?)");
    String constant = table(500).replaceAll("mean: [0-9.]+", "mean: 0.2");
    assertThat(problems(builder().files(List.of(file("c.yaml", constant)))))
        .containsExactly(
            "all 10 operators take 200.000 us: that column is no latency; check which one it is");
    assertThat(
            builder()
                .files(List.of(file("1.yaml", table(500))))
                .build()
                .read(PublishedTables.STORAGE)
                .profile()
                .table()
                .size())
        .isEqualTo(10);
  }
}
