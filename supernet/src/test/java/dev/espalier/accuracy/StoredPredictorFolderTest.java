package dev.espalier.accuracy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Storage;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredPredictorFolderTest {
  private static final SearchSpace SPACE = TestSpaces.small();
  private static final PredictorError ERROR = new PredictorError(10, 5, 0.5, 0.1, 0.1, 0.2);
  private static final PredictorSource SOURCE =
      new PredictorSource("made up for a test", "0".repeat(64), 7);

  @TempDir private java.nio.file.Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static StoredPredictor predictor(Optional<PredictorError> error) {
    MlpEnsemble mlp = MlpAccuracyPredictorTest.random(SPACE, 2, 16, 1).ensemble();
    AdditiveBasis basis = new AdditiveBasis(SPACE, 2);
    AdditiveWeighting weighting =
        new AdditiveWeighting(
            basis, 0.85, TestSpaces.random(2).doubles(basis.features(), -0.01, 0.01).toArray());
    return new StoredPredictor(
        mlp,
        error,
        new AdditivePart(
            weighting,
            "MLP",
            new PredictorAgreement(100, 20, 0.97, 0.001, 0.01, 0.99),
            new PredictorAgreement(100, 20, 0.96, 0.002, 0.02, 0.98)),
        SOURCE);
  }

  private Path written(StoredPredictor predictor) {
    Path path = new Path("file://" + folder.resolve("predictor"));
    StoredPredictorFolder.write(storage, path, predictor);
    return path;
  }

  private void edit(String from, String to) throws IOException {
    java.nio.file.Path file = folder.resolve("predictor/predictor.json");
    String json = Files.readString(file);
    assertThat(json).contains(from);
    Files.write(file, json.replace(from, to).getBytes(UTF_8));
  }

  @Test
  void aPredictorReadsBackAsItWas() {
    StoredPredictor predictor = predictor(Optional.of(ERROR));

    StoredPredictor read = StoredPredictorFolder.read(storage, written(predictor));

    assertThat(read.space()).isEqualTo(SPACE);
    assertThat(read.error()).contains(ERROR);
    assertThat(read.source()).isEqualTo(SOURCE);
    assertThat(read.additive().agreement()).isEqualTo(predictor.additive().agreement());
    assertThat(read.additive().kind()).isEqualTo("additive part of MLP");
    assertThat(read.digest()).isEqualTo(predictor.digest());
    for (int i = 0; i < 50; i++) {
      Architecture architecture = SPACE.sample(TestSpaces.random(i));
      assertThat(read.predictor().predict(architecture))
          .isEqualTo(predictor.predictor().predict(architecture));
      assertThat(read.additive().predict(architecture))
          .isEqualTo(predictor.additive().predict(architecture));
    }
  }

  @Test
  void anUnknownErrorStaysUnknown() {
    StoredPredictor read =
        StoredPredictorFolder.read(storage, written(predictor(Optional.empty())));

    assertThat(read.error()).isEmpty();
    assertThat(read.predictor()).isNotInstanceOf(JudgedAccuracyPredictor.class);
    assertThat(predictor(Optional.of(ERROR)).predictor())
        .isInstanceOf(JudgedAccuracyPredictor.class);
  }

  @Test
  void theDigestCoversEverything() {
    StoredPredictor one = predictor(Optional.of(ERROR));
    StoredPredictor other = predictor(Optional.empty());

    assertThat(one.digest()).matches("[0-9a-f]{64}").isNotEqualTo(other.digest());
    assertThat(predictor(Optional.of(ERROR)).digest()).isEqualTo(one.digest());
  }

  @Test
  void whatWasAlteredIsRefused() throws IOException {
    Path path = written(predictor(Optional.of(ERROR)));
    edit("\"seed\": 7", "\"seed\": 8");
    assertThatThrownBy(() -> StoredPredictorFolder.read(storage, path))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("predictor.json: states digest '")
        .hasMessageContaining("it was altered; make it again with 'predictor import'");
    edit("\"seed\": 8", "\"seed\": 7, \"sead\": 1");
    assertThatThrownBy(() -> StoredPredictorFolder.read(storage, path))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("unknown key 'sead'");
    edit("\"seed\": 7, \"sead\": 1", "\"seed\": 7");
    assertThat(StoredPredictorFolder.read(storage, path).source()).isEqualTo(SOURCE);

    java.nio.file.Path weights = folder.resolve("predictor/predictor.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThatThrownBy(() -> StoredPredictorFolder.read(storage, path))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("for predictor.safetensors, which has");
  }

  @Test
  void anotherFormatIsRefused() throws IOException {
    Path path = written(predictor(Optional.empty()));
    edit("\"format\": 1", "\"format\": 2");

    assertThatThrownBy(() -> StoredPredictorFolder.read(storage, path))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("format 2; this version reads format 1");
  }

  @Test
  void otherFoldersAreRefusedAndNoneIsWrittenOver() {
    Path empty = new Path("file://" + folder);
    assertThat(StoredPredictorFolder.exists(storage, empty)).isFalse();
    assertThatThrownBy(() -> StoredPredictorFolder.read(storage, empty))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("is not a predictor: it has no predictor.json; name a folder");
    assertThatThrownBy(() -> StoredPredictorFolder.read(storage, new Path(empty, "nowhere")))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("does not exist; name a folder");

    Path path = written(predictor(Optional.empty()));
    assertThat(StoredPredictorFolder.exists(storage, path)).isTrue();
    assertThatThrownBy(
            () -> StoredPredictorFolder.write(storage, path, predictor(Optional.of(ERROR))))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("is not empty");
  }
}
