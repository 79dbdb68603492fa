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
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import dev.espalier.work.WorkFeature;
import dev.espalier.work.WorkGeometry;
import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardwareProfileTest {
  private static final LocalDate DAY = LocalDate.of(2026, 3, 31);
  private static final LatencyEntry ENTRY =
      new LatencyEntry(3.5, 0.25, OptionalDouble.of(3.25), 30, Origin.MEASURED);
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir java.nio.file.Path folder;

  static HardwareProfile profile(String name) {
    return HardwareProfile.builder()
        .name(name)
        .device("Cortex: a 'test' device, 1.5")
        .deviceClass(DeviceClass.MOBILE_GPU)
        .runtime("onnxruntime 1.29.0")
        .precision(Precision.FLOAT32)
        .memory(
            new MemoryLimits(
                OptionalLong.of(262_144), OptionalLong.empty(), OptionalLong.of(1L << 33)))
        .provenance(
            new Measured(
                "device",
                "onnxruntime",
                "1.29",
                Precision.FLOAT32,
                1,
                1,
                OptionalInt.of(2600),
                DAY,
                "median: of 30 visits"))
        .additivity(
            new Additivity(
                "50 random networks",
                25,
                new OverheadCorrection(-11.25, 1.0625),
                new SumError(25, 0.98, 0.88, 0.96, 0.05, 0.11),
                new SumError(25, 0.98, 1, 1.001, 0.02, 0.05),
                DAY))
        .table(LatencyTable.of(Map.of(Operator.linear(256, 10), ENTRY)))
        .build();
  }

  private static HardwareProfile.Builder bare() {
    return HardwareProfile.builder()
        .name("bare")
        .device("d")
        .deviceClass(DeviceClass.CPU)
        .runtime("r")
        .precision(Precision.FLOAT32);
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private void edit(String name, String file, String from, String to) throws IOException {
    java.nio.file.Path path = folder.resolve(name).resolve(file);
    String before = Files.readString(path);
    assertThat(before).contains(from);
    Files.writeString(path, before.replace(from, to));
  }

  @Test
  void survivesItsFolder() {
    HardwareProfile profile = profile("a");
    profile.write(STORAGE, path("a"));
    HardwareProfile read = HardwareProfile.read(STORAGE, path("a"));
    assertThat(read).isEqualTo(profile);
    assertThat(read.digest()).isEqualTo(profile.digest());
    assertThat(read.additivity()).isEqualTo(profile.additivity());
    assertThat(read.memory()).isEqualTo(profile.memory());
    assertThat(read.toBuilder().build()).isEqualTo(profile);
    assertThat(read).hasToString("profile a (Cortex: a 'test' device, 1.5, 1 operators)");
  }

  @Test
  void keepsTheSourceOfAnImportedTable() throws IOException {
    TableSource source = new TableSource("ofa-yaml", 17, 1632, 312, "3f");
    HardwareProfile imported = profile("a").toBuilder().source(source).build();
    imported.write(STORAGE, path("a"));
    assertThat(HardwareProfile.read(STORAGE, path("a"))).isEqualTo(imported);
    assertThat(imported).isNotEqualTo(profile("a"));
    assertThat(imported.toBuilder().build()).isEqualTo(imported);
    assertThat(source.words())
        .isEqualTo(
            "imported as ofa-yaml from 17 files, 1632 entries; 312 operators are means over all samples of several runs, sha256 3f");
    assertThat(new TableSource("csv", 1, 9, 0, "3f").words())
        .isEqualTo("imported as csv from 1 file, 9 entries, sha256 3f");
    assertThatThrownBy(() -> new TableSource("csv", 0, 9, 0, "3f"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("files 0 and entries 9 at least 1");
    edit("a", "profile.yaml", "files: 17", "files: many");
    assertThatThrownBy(() -> HardwareProfile.read(STORAGE, path("a")))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("source.files: 'many' is not a whole number of at least 1");
  }

  @Test
  void writesReadableYaml() throws IOException {
    profile("a").write(STORAGE, path("a"));
    assertThat(Files.readString(folder.resolve("a/profile.yaml")))
        .startsWith(
            """
            name: a
            device: "Cortex: a 'test' device, 1.5"
            class: mobile-gpu
            runtime: onnxruntime 1.29.0
            precision: float32
            memory:
              sramBytes: 262144
              ramBytes: 8589934592
            provenance:
              measured:
                device: device
            """)
        .contains("correction:\n    overheadMicros: -11.25\n    scale: 1.0625\n");
  }

  @Test
  void leavesNothingWhereAFolderIsTaken() {
    profile("a").write(STORAGE, path("a"));
    assertThatThrownBy(() -> profile("a").write(STORAGE, path("a")))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("is not empty");
  }

  @Test
  void noticesAnAlteredTable() throws IOException {
    profile("a").write(STORAGE, path("a"));
    edit("a", "latency.csv", "3.25", "1.25");
    assertThatThrownBy(() -> HardwareProfile.read(STORAGE, path("a")))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("latency.csv: 1 operators, sha256 ")
        .hasMessageContaining("profile.yaml says 1, ")
        .hasMessageEndingWith("it was altered; restore it or measure again");
  }

  @Test
  void reportsEveryProblemOfItsDescriptionAtOnce() throws IOException {
    profile("a").write(STORAGE, path("a"));
    edit("a", "profile.yaml", "class: mobile-gpu", "class: phone\ncolour: red");
    edit("a", "profile.yaml", "sramBytes: 262144", "sramBytes: 256k");
    edit("a", "profile.yaml", "    threads: 1\n", "");
    edit("a", "profile.yaml", "scale: 1.0625", "scale: -1");
    edit("a", "profile.yaml", "ninetiethPercentileError: 0.11", "ninetiethPercentileError: 0.01");
    assertThatThrownBy(() -> HardwareProfile.read(STORAGE, path("a")))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("profile.yaml: 6 problems\n")
        .hasMessageContaining(
            "\n  line 3: class: 'phone' is not one of cpu, mcu, dsp, fpga, mobile-gpu\n")
        .hasMessageContaining(
            "\n  line 8: memory.sramBytes: '256k' is not a whole number of at least 1\n")
        .hasMessageContaining(
            "\n  line 12: provenance.measured.threads: missing; a whole number of at least 1 is needed\n")
        .hasMessageContaining(
            "\n  line 26: additivity.correction.scale: '-1' is not a number from ")
        .hasMessageContaining(
            "\n  line 33: additivity.plain.ninetiethPercentileError: 0.01 is below the median error 0.05")
        .hasMessageContaining("\n  line 4: colour: unknown key; known here: name, device, class, ");
  }

  @Test
  void namesAFileThatIsNotThere() {
    assertThatThrownBy(() -> HardwareProfile.read(STORAGE, path("nowhere")))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("nowhere/profile.yaml does not exist");
  }

  @Test
  void needsItsParts() {
    assertThatThrownBy(() -> HardwareProfile.builder().name("Pixel 4").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "profile Pixel 4: name 'Pixel 4' must be lower-case letters, digits, dots, hyphens and underscores, as in pixel-4; device is missing; class is missing; runtime is missing; precision is missing; table is missing");
  }

  @Test
  void needsAProvenanceForEveryOriginAndNoOther() {
    LatencyTable table = LatencyTable.of(Map.of(Operator.linear(256, 10), ENTRY));
    assertThatThrownBy(() -> bare().table(table).build())
        .hasMessage("profile bare: 1 entries are measured, and there is no provenance.measured");
    HardwareProfile.Builder modelled =
        profile("a").toBuilder().provenance(new Modelled("m", "f", 9, 0.1, DAY));
    assertThatThrownBy(modelled::build)
        .hasMessage("profile a: 0 entries are modelled, and there is a provenance.modelled");
  }

  @Test
  void needsATableThatIsNotEmpty() {
    HardwareProfile.Builder empty = bare().table(LatencyTable.of(Map.of()));
    assertThatThrownBy(empty::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "profile bare: table has no operator, and there are neither a model nor networks: one of them is needed");
  }

  @Test
  void holdsOnePrecision() {
    HardwareProfile.Builder mixed =
        profile("a").toBuilder()
            .table(
                LatencyTable.of(
                    Map.of(Operator.linear(256, 10).withPrecision(Precision.INT8), ENTRY)));
    assertThatThrownBy(mixed::build)
        .hasMessageStartingWith("profile a: operator linear in=1x1x256 ")
        .hasMessageEndingWith("precision=int8 is not float32, the precision of the profile");
  }

  @Test
  void refusesErrorsOutOfRange() {
    assertThatThrownBy(() -> new SumError(1, 0, 0, 1, 0, 0))
        .hasMessageStartingWith("sum error of 1 networks: ");
    assertThatThrownBy(() -> new SumError(9, 0, 0, 1, 0.2, 0.1))
        .hasMessageContaining("median error 0.2, 90th percentile 0.1");
    assertThatThrownBy(() -> new OverheadCorrection(Double.NaN, 1))
        .hasMessage("overhead correction: overhead NaN us must be finite and scale 1.0 above 0");
    assertThatThrownBy(
            () -> new MemoryLimits(OptionalLong.of(0), OptionalLong.empty(), OptionalLong.empty()))
        .hasMessageEndingWith("bytes must be at least 1");
    SumError error = new SumError(9, 0, 0, 1, 0.1, 0.2);
    assertThatThrownBy(
            () -> new Additivity("n", 2, new OverheadCorrection(0, 1), error, error, DAY))
        .hasMessage("additivity: networks 'n' must be named, calibration 2 be at least 3");
  }

  @Test
  void saysWhatWasFoundAboutSums() {
    assertThat(profile("a").additivity().orElseThrow().words())
        .isEqualTo(
            "latency of whole networks is modelled as -11.25 us + 1.0625 x sum over operators, fitted on 25 networks, 2026-03-31; on others (50 random networks): Spearman 0.980, 100 % within 10 %, median ratio found to said 1.001, median error 2.0 %, 90th percentile 5.0 % on 25 networks; without the model: Spearman 0.980, 88 % within 10 %, median ratio found to said 0.960, median error 5.0 %, 90th percentile 11.0 % on 25 networks");
  }

  @Test
  void isFoundByNameInTheFirstFolderThatHoldsIt() throws IOException {
    HardwareProfile mine = profile("a").toBuilder().device("mine").build();
    mine.write(STORAGE, path("mine/a"));
    profile("a").write(STORAGE, path("shipped/a"));
    profile("b").write(STORAGE, path("shipped/b"));
    Files.createDirectories(folder.resolve("shipped/empty"));
    ProfileCatalogue catalogue =
        new ProfileCatalogue(STORAGE, List.of(path("mine"), path("absent"), path("shipped")));
    assertThat(catalogue.profiles().keySet()).containsExactly("a", "b");
    assertThat(catalogue.read("a")).isEqualTo(mine);
    assertThat(catalogue.read("b")).isEqualTo(profile("b"));
    assertThat(catalogue.read(path("shipped/a").toString())).isEqualTo(profile("a"));
  }

  @Test
  void namesTheProfilesThatExistAndTheNearest() {
    profile("a").write(STORAGE, path("shipped/a"));
    profile("b").write(STORAGE, path("shipped/b"));
    Path shipped = path("shipped");
    assertThatThrownBy(() -> new ProfileCatalogue(STORAGE, List.of(shipped)).read("c"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown profile 'c'; profiles in "
                + shipped
                + ": a, b; measure one, or give the path of its folder");
    profile("pixel-4").write(STORAGE, path("shipped/pixel-4"));
    assertThatThrownBy(() -> new ProfileCatalogue(STORAGE, List.of(shipped)).read("pixel4"))
        .hasMessageStartingWith("unknown profile 'pixel4' (did you mean 'pixel-4'?); profiles in ");
    assertThatThrownBy(() -> new ProfileCatalogue(STORAGE, List.of(path("x"))).read("c"))
        .hasMessageContaining(": none; measure one");
  }

  @Test
  void refusesAProfileInAFolderOfAnotherName() {
    profile("a").write(STORAGE, path("shipped/b"));
    assertThatThrownBy(() -> new ProfileCatalogue(STORAGE, List.of(path("shipped"))).read("b"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageEndingWith(
            "b/profile.yaml: name: 'a' is not the name of its folder, b: rename one of them");
  }

  @Test
  void equalProfilesHaveEqualBytes() {
    assertThat(profile("a").files().keySet()).containsExactly("latency.csv", "profile.yaml");
    assertThat(profile("a").files().get("profile.yaml"))
        .isEqualTo(profile("a").files().get("profile.yaml"));
    assertThat(profile("a").digest()).isNotEqualTo(profile("b").digest());
  }

  private static HardwareProfile modelled() {
    return bare()
        .provenance(
            new Modelled("m", "f", 9, 0.1, DAY, java.util.Optional.of("depthwise convolutions")))
        .table(LatencyTable.of(MODEL))
        .build();
  }

  private static final OperatorLatencyModel MODEL =
      new OperatorLatencyModel(
          Precision.FLOAT32,
          WorkGeometry.SCALAR,
          new java.util.TreeMap<>(Map.of(WorkFeature.LAUNCHES, 2.0)),
          "f",
          0,
          1,
          List.of(HeldOutError.of("x", new double[] {0.1})));

  @Test
  void aModelTakesThePlaceOfATable() {
    HardwareProfile profile = modelled();

    profile.write(STORAGE, path("bare"));

    assertThat(folder.resolve("bare/latency.csv")).doesNotExist();
    HardwareProfile read = HardwareProfile.read(STORAGE, path("bare"));
    assertThat(read).isEqualTo(profile);
    assertThat(read.table().find(Operator.linear(9, 9)))
        .hasValueSatisfying(
            e -> {
              assertThat(e.micros()).isEqualTo(2);
              assertThat(e.origin()).isEqualTo(Origin.MODELLED);
            });
    assertThat(read.table().missing(List.of(Operator.linear(9, 9).withPrecision(Precision.INT8))))
        .hasSize(1);
  }

  @Test
  void aModelSaysWhatATableLacks() {
    HardwareProfile profile =
        profile("a").toBuilder()
            .provenance(new Modelled("m", "f", 9, 0.1, DAY))
            .table(profile("a").table().completedBy(MODEL))
            .build();

    profile.write(STORAGE, path("a"));

    HardwareProfile read = HardwareProfile.read(STORAGE, path("a"));
    assertThat(read).isEqualTo(profile);
    assertThat(read.table().find(Operator.linear(256, 10))).hasValue(ENTRY);
    assertThat(read.table().find(Operator.linear(1, 1)).orElseThrow().micros()).isEqualTo(2);
  }

  @Test
  void anAlteredModelIsRefused() throws IOException {
    modelled().write(STORAGE, path("bare"));
    java.nio.file.Path file = folder.resolve("bare/operator-model.json");
    Files.writeString(file, Files.readString(file).replace("2.0", "1.0"));
    Files.deleteIfExists(folder.resolve("bare/.operator-model.json.crc"));

    assertThatThrownBy(() -> HardwareProfile.read(STORAGE, path("bare")))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("operator-model.json")
        .hasMessageContaining("it was altered; restore it or fit the model again");
  }

  @Test
  void aModelNeedsItsProvenanceAndThePrecisionOfTheProfile() {
    assertThatThrownBy(() -> bare().table(LatencyTable.of(MODEL)).build())
        .hasMessageContaining("there is a model, and no provenance.modelled");
    assertThatThrownBy(
            () ->
                bare()
                    .precision(Precision.INT8)
                    .provenance(new Modelled("m", "f", 9, 0.1, DAY))
                    .table(LatencyTable.of(MODEL))
                    .build())
        .hasMessageContaining("the model is of float32 operators, not int8");
  }
}
