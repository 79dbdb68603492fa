package dev.espalier.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.deploy.DeploymentCard.Agreement;
import dev.espalier.deploy.DeploymentCard.FileRun;
import dev.espalier.deploy.DeploymentCard.MeasuredAccuracy;
import dev.espalier.deploy.DeploymentCard.MeasuredLatency;
import dev.espalier.deploy.DeploymentCard.ModelFile;
import dev.espalier.deploy.DeploymentCard.Network;
import dev.espalier.deploy.DeploymentCard.PredictedAccuracy;
import dev.espalier.deploy.DeploymentCard.PredictedLatency;
import dev.espalier.deploy.DeploymentCard.Preprocessing;
import dev.espalier.deploy.DeploymentCard.Runner;
import dev.espalier.deploy.DeploymentCard.Source;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentCardTest {
  private static final byte[] MODEL = {1, 2, 3};

  @TempDir java.nio.file.Path folder;
  private final Storage storage = new Storage(new Configuration());

  private static DeploymentCard card(double measured, MeasuredLatency latency) {
    return new DeploymentCard(
        DeploymentCard.FORMAT,
        new Network("ofa-mobilenetv3", "r9 d1:k3e2 d1:k3e2", "00", 1000, 200),
        new Source("tiny", "ab"),
        new PredictedAccuracy(0.91, 0.002, "mlp"),
        new MeasuredAccuracy(measured, 10000, "test images", "cd"),
        new PredictedLatency("host", 120, "measured on this machine"),
        latency,
        new Agreement("PyTorch", 1e-6, 64),
        new Preprocessing(9, 1, List.of(0.5), List.of(0.25), "triangle", List.of("a", "b")),
        List.of(
            ModelFile.of(
                new OnnxEmitter(),
                OnnxEmitter.FILE,
                MODEL,
                FileRun.of(new Runner("onnxruntime", "1.29.0"), 0.9, 10000, null, 500))),
        new Runner("onnxruntime", "1.29.0"));
  }

  private static MeasuredLatency latency(double micros) {
    return new MeasuredLatency(micros, 3, 100, "one thread");
  }

  @Test
  void aPublishedCardReadsBackEqual() {
    DeploymentCard card = card(0.9, latency(118));
    Path destination = new Path("file://" + folder.resolve("model"));
    try (Staging staging = Staging.open(storage, destination)) {
      staging.write(DeploymentCard.FILE, card.toJson());
      staging.publish();
    }

    assertThat(DeploymentCard.read(storage, destination)).isEqualTo(card);
  }

  @Test
  void predictedAndMeasuredAreFieldsOfTheirOwn() {
    JsonNode json = Json.tree(card(0.9, latency(118)));

    assertThat(json.at("/predictedAccuracy/fraction").doubleValue()).isEqualTo(0.91);
    assertThat(json.at("/measuredAccuracy/fraction").doubleValue()).isEqualTo(0.9);
    assertThat(json.at("/predictedLatency/micros").doubleValue()).isEqualTo(120);
    assertThat(json.at("/measuredLatency/medianMicros").doubleValue()).isEqualTo(118);
    assertThat(json.at("/files/0/bytes").intValue()).isEqualTo(3);
    assertThat(json.at("/files/0/version").textValue()).isEqualTo("opset 17, IR 8");
    assertThat(Json.tree(card(0.9, null)).get("measuredLatency").isNull()).isTrue();
  }

  @Test
  void theDigestFollowsEverythingButWhatWasTimed() {
    assertThat(card(0.9, latency(118)).digest())
        .isEqualTo(card(0.9, latency(119)).digest())
        .isEqualTo(card(0.9, null).digest())
        .isNotEqualTo(card(0.8999, latency(118)).digest());
  }

  @Test
  void numbersThatCannotBeAreRefused() {
    assertThatThrownBy(() -> card(90, latency(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("measuredAccuracy 90.0 is not between 0 and 1");
    assertThatThrownBy(() -> card(Double.NaN, latency(1)))
        .hasMessage("measuredAccuracy NaN is not between 0 and 1");
    assertThatThrownBy(() -> card(0.9, latency(0))).hasMessage("latencies must be positive");
  }

  @Test
  void cardsOfAnotherFormatAreRefusedWithTheirPath() throws Exception {
    Files.write(
        folder.resolve("card.json"),
        new String(card(0.9, null).toJson(), UTF_8)
            .replace("\"format\": 2", "\"format\": 3")
            .getBytes(UTF_8));

    assertThatThrownBy(() -> DeploymentCard.read(storage, new Path("file://" + folder)))
        .isInstanceOf(ArtefactException.class)
        .hasMessageContaining("card.json")
        .hasMessageContaining("card of format 3: this version knows format 2");
  }
}
