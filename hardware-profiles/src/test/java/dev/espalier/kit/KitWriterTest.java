package dev.espalier.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.deploy.EmittedFile;
import dev.espalier.deploy.FloatEmitter;
import dev.espalier.deploy.OnnxModel;
import dev.espalier.deploy.RunnableModel;
import dev.espalier.graph.Graph;
import dev.espalier.measurement.Progress;
import dev.espalier.measurement.TimingPlan;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitWriterTest {
  @TempDir private Path folder;

  private final SearchSpace space = KitTesting.space(10);

  @Test
  void holdsAModelForEveryOperatorWithTheEmptyRunOfItsInput() {
    Kit kit = KitTesting.write(KitTesting.contents(space), folder.resolve("kit"));
    assertThat(kit.models(KitRole.OPERATOR))
        .extracting(KitModel::subject)
        .containsExactlyElementsOf(
            KitTesting.operators(space).stream().map(Operator::key).toList());
    assertThat(kit.models(KitRole.EMPTY))
        .extracting(KitModel::input)
        .doesNotHaveDuplicates()
        .containsAll(KitTesting.operators(space).stream().map(Operator::input).toList());
    assertThat(kit.models(KitRole.CALIBRATION))
        .extracting(KitModel::subject)
        .containsExactly(space.format(space.smallest()));
    assertThat(kit.models(KitRole.PROBE))
        .extracting(KitModel::subject)
        .containsExactly(space.format(space.largest()));
    assertThat(kit.space().decisions()).isEqualTo(space.decisions());
    for (KitModel model : kit.models()) {
      try (OnnxModel loaded = OnnxModel.load(kit.content(model), 1)) {
        assertThat(loaded.imageLength()).isEqualTo((int) model.input().elements());
      }
    }
  }

  @Test
  void theRunSheetNamesTheModelsAndEveryForm() throws IOException {
    Kit kit = KitTesting.write(KitTesting.contents(space), folder.resolve("kit"));
    String sheet = Files.readString(folder.resolve("kit/RUNSHEET.md"));
    assertThat(sheet)
        .contains(kit.models().size() + " models of tiny")
        .contains("espalier " + kit.models().get(0).name() + " cycles")
        .doesNotContainPattern("\\{[a-z]+\\}");
    ResultsForm.all().forEach(form -> assertThat(sheet).contains("`" + form.name() + "`"));
    assertThat(folder.resolve("kit/run_onnxruntime.py")).isNotEmptyFile();
  }

  @Test
  void modelsAreTheSameWhateverIsBesideThem() throws IOException {
    KitTesting.write(KitTesting.contents(space), folder.resolve("all"));
    List<Operator> operators = KitTesting.operators(space);
    Kit some =
        KitTesting.write(
            new KitContents("tiny", space, operators.subList(0, 3), List.of(), List.of()),
            folder.resolve("some"));
    for (KitModel model : some.models(KitRole.OPERATOR)) {
      assertThat(folder.resolve("all").resolve(model.file()))
          .hasSameBinaryContentAs(folder.resolve("some").resolve(model.file()));
    }
  }

  @Test
  void namesTellKitsOfOtherSpacesApart() {
    Kit kit = KitTesting.write(KitTesting.contents(space), folder.resolve("ten"));
    Kit other =
        KitTesting.write(KitTesting.contents(KitTesting.space(12)), folder.resolve("twelve"));
    KitModel probe = other.models(KitRole.PROBE).get(0);
    assertThat(kit.models(KitRole.PROBE).get(0).subject()).isEqualTo(probe.subject());
    assertThat(kit.model(probe.name())).isEmpty();
    assertThat(kit.spaceDigest()).isNotEqualTo(other.spaceDigest());
  }

  @Test
  void modelsAreFoundByFileOrName() {
    Kit kit = KitTesting.write(KitTesting.contents(space), folder.resolve("kit"));
    KitModel model = kit.models().get(3);
    for (String name : List.of(model.name(), model.file(), "/tmp/" + model.name() + ".tflite")) {
      assertThat(kit.model(name)).contains(model);
    }
  }

  @Test
  void refusesWhatWasAlteredAndWhatIsNoKit() throws IOException {
    Kit kit = KitTesting.write(KitTesting.contents(space), folder.resolve("kit"));
    KitModel model = kit.models().get(0);
    Files.write(folder.resolve("kit").resolve(model.file()), new byte[] {1});
    assertThatThrownBy(() -> kit.content(model))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining(model.file())
        .hasMessageContaining("copy the kit again");
    Path manifest = folder.resolve("kit/manifest.csv");
    Files.writeString(manifest, Files.readString(manifest).replace("empty-0001", "empty-0009"));
    assertThatThrownBy(
            () -> Kit.read(KitTesting.STORAGE, new org.apache.hadoop.fs.Path(kit.folder().toUri())))
        .hasMessageContaining("manifest.csv: is not the manifest that kit.json was written with");
    assertThatThrownBy(
            () -> Kit.read(KitTesting.STORAGE, new org.apache.hadoop.fs.Path(folder.toUri())))
        .hasMessageContaining("is not a kit: it has no kit.json");
  }

  @Test
  void refusesAnEmptyKit() {
    assertThatThrownBy(() -> new KitContents("tiny", space, List.of(), List.of(), List.of()))
        .hasMessageContaining("nothing of tiny is missing");
  }

  /** Another format, as its emitter would be registered. */
  private static final class Other implements FloatEmitter {
    @Override
    public String format() {
      return "other";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<String> fileNames() {
      return List.of("model.oth");
    }

    @Override
    public Precision precision() {
      return Precision.FLOAT32;
    }

    @Override
    public List<EmittedFile> files(Graph graph) {
      return List.of(new EmittedFile("model.oth", graph.name().getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public RunnableModel load(List<EmittedFile> files, int threads) {
      throw new UnsupportedOperationException("kits are written, not run");
    }
  }

  @Test
  void anyEmitterWritesItsFilesAndOthersThanOnnxAreNotTimedHere() throws IOException {
    Kit kit =
        new KitWriter(KitTesting.STORAGE, new Other(), 1, Progress.SILENT)
            .write(
                KitTesting.contents(space),
                new org.apache.hadoop.fs.Path(folder.resolve("kit").toUri()));
    assertThat(kit.format()).isEqualTo("other");
    assertThat(kit.models()).allMatch(model -> model.file().endsWith(".oth"));
    assertThat(Files.readString(folder.resolve("kit/RUNSHEET.md")))
        .contains("Format: other (1)")
        .contains("files end in `.oth`");
    assertThatThrownBy(() -> new KitRunner(kit, TimingPlan.STANDARD, Progress.SILENT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "holds other models, and this machine times onnx: measure it as its RUNSHEET.md says");
  }
}
