package dev.espalier.accuracy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.DatasetDescription;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetDescription;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.TestWeights;
import dev.espalier.space.Architecture;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyPredictorFilesTest {
  private static final ElasticNetwork NETWORK = ElasticNetworks.of(TestSpaces.small());
  private static final Supernet SUPERNET = supernet(1);

  @TempDir java.nio.file.Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static Supernet supernet(long seed) {
    return Supernet.of(
        NETWORK,
        TestWeights.random(NETWORK, TestSpaces.random(seed)),
        new SupernetDescription(
            "small",
            new DatasetDescription(
                "made up",
                List.of(0.5),
                List.of(0.25),
                "none",
                List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j"),
                new TreeMap<>()),
            Json.tree(Map.of())));
  }

  private static AccuracyPredictors predictors(Supernet supernet) {
    AdditiveBasis basis = new AdditiveBasis(supernet.space(), 2);
    return new AccuracyPredictors(
        new MeasurementConditions(supernet.digest(), "1".repeat(64), 2000),
        10_000,
        42,
        MlpAccuracyPredictorTest.random(supernet.space(), 2, 16, 1),
        new AdditiveAccuracyPredictor(
            basis,
            0.85,
            TestSpaces.random(2).doubles(basis.features(), -0.01, 0.01).toArray(),
            new PredictorError(1000, 200, 0.95, 0.001, 0.002, 0.003)));
  }

  private SupernetFolder written(SortedMap<String, byte[]> files) {
    Path path = new Path("file://" + folder.resolve("net"));
    SupernetFolder.write(storage, path, SUPERNET, files);
    return SupernetFolder.open(storage, path);
  }

  private static void edit(SortedMap<String, byte[]> files, String from, String to) {
    String json = new String(files.get(AccuracyPredictorFiles.DESCRIPTION), UTF_8);
    assertThat(json).contains(from);
    files.put(AccuracyPredictorFiles.DESCRIPTION, json.replace(from, to).getBytes(UTF_8));
  }

  @Test
  void predictorsReadBackWithTheirPredictionsAndErrors() {
    AccuracyPredictors predictors = predictors(SUPERNET);

    AccuracyPredictors read =
        AccuracyPredictorFiles.read(written(AccuracyPredictorFiles.write(predictors)), SUPERNET);

    assertThat(read.conditions()).isEqualTo(predictors.conditions());
    assertThat(read.evaluationImages()).isEqualTo(10_000);
    assertThat(read.seed()).isEqualTo(42);
    assertThat(read.mlp().error()).isEqualTo(predictors.mlp().error());
    assertThat(read.additive().error()).isEqualTo(predictors.additive().error());
    for (int i = 0; i < 50; i++) {
      Architecture architecture = SUPERNET.space().sample(TestSpaces.random(i));
      assertThat(read.mlp().predict(architecture))
          .isEqualTo(predictors.mlp().predict(architecture));
      assertThat(read.additive().predict(architecture))
          .isEqualTo(predictors.additive().predict(architecture));
    }
    assertThat(AccuracyPredictorFiles.write(read))
        .containsExactlyEntriesOf(AccuracyPredictorFiles.write(predictors));
  }

  @Test
  void aSupernetWithoutPredictorsSaysHowToGetThem() {
    SupernetFolder bare = written(new TreeMap<>());

    assertThatThrownBy(() -> AccuracyPredictorFiles.read(bare, SUPERNET))
        .isInstanceOf(ArtefactException.class)
        .hasMessage(
            "supernet %s has no accuracy-predictor.json: run 'supernet fit-accuracy' on it first"
                .formatted(bare.path()));
  }

  @Test
  void predictorsOfAnotherSupernetAreRefused() {
    Supernet other = supernet(2);
    SupernetFolder mixed = written(AccuracyPredictorFiles.write(predictors(other)));

    assertThatThrownBy(() -> AccuracyPredictorFiles.read(mixed, SUPERNET))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining(
            "fitted on supernet %s, but this one is %s"
                .formatted(other.digest(), SUPERNET.digest()));
  }

  @Test
  void anUnknownKeyIsRefused() {
    SortedMap<String, byte[]> key = AccuracyPredictorFiles.write(predictors(SUPERNET));
    edit(key, "\"seed\": 42", "\"seed\": 42, \"sead\": 1");
    SupernetFolder withKey = written(key);
    assertThatThrownBy(() -> AccuracyPredictorFiles.read(withKey, SUPERNET))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("unknown key 'sead'");
  }

  @Test
  void aFeatureOfAnotherSpaceIsNamed() {
    SortedMap<String, byte[]> files = AccuracyPredictorFiles.write(predictors(SUPERNET));
    edit(files, "\"stage1.block1.kernel=7\"", "\"stage1.block1.kernel=9\"");
    SupernetFolder altered = written(files);

    assertThatThrownBy(() -> AccuracyPredictorFiles.read(altered, SUPERNET))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("accuracy-predictor.json: additive coefficients do not fit the space")
        .hasMessageContaining("stage1.block1.kernel=7 is missing")
        .hasMessageContaining("stage1.block1.kernel=9 is not a feature of the space")
        .hasMessageContaining("supernet fit-accuracy");
  }

  @Test
  void anotherFormatIsRefused() {
    SortedMap<String, byte[]> files = AccuracyPredictorFiles.write(predictors(SUPERNET));
    edit(files, "\"format\": 1", "\"format\": 2");
    SupernetFolder altered = written(files);

    assertThatThrownBy(() -> AccuracyPredictorFiles.read(altered, SUPERNET))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("format 2; this version reads format 1");
  }

  @Test
  void weightsOfAnotherFitAreRefused() {
    SortedMap<String, byte[]> files = AccuracyPredictorFiles.write(predictors(SUPERNET));
    byte[] weights = files.get(AccuracyPredictorFiles.WEIGHTS).clone();
    weights[weights.length - 1] ^= 1;
    files.put(AccuracyPredictorFiles.WEIGHTS, weights);
    SupernetFolder altered = written(files);

    assertThatThrownBy(() -> AccuracyPredictorFiles.read(altered, SUPERNET))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("states SHA-256")
        .hasMessageContaining("for accuracy-predictor.safetensors, which has");
  }
}
