package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** OFA's files, as its tutorial published them, without a supernet. */
class PredictSpaceTest extends PublishedFilesTesting {
  /** The network that OFA's notebook found: 24.73 ms on the Note10, 81.71 % predicted. */
  @Test
  void theNotebooksNetworkIsPredictedAsPublished() throws IOException {
    importTable();
    assertThat(
            run(
                "predict",
                "--space",
                SPACE,
                "--profile",
                "note10",
                "--predictor",
                DATA.resolve("acc_predictor.pth").toString(),
                "--architecture",
                "r192 d2:k5e3,k3e3 d2:k5e4,k3e4 d3:k7e6,k7e3,k3e4 d4:k5e4,k5e4,k7e4,k3e3"
                    + " d3:k3e6,k3e6,k5e6",
                "--json"))
        .as("%s", err)
        .isZero();
    JsonNode json = json();
    assertThat(json.get("predictedLatencyMicros").asDouble()).isCloseTo(24_730, within(0.5));
    assertThat(json.at("/predictedAccuracy/0/value").asDouble()).isCloseTo(0.81713, within(5e-6));
    assertThat(json.at("/predictedAccuracy/0").has("error")).isFalse();
  }

  @Test
  void aPredictorWhoseErrorIsNotKnownSaysSo() throws IOException {
    importTable();
    String predictor = DATA.resolve("acc_predictor.pth").toString();
    assertThat(
            run(
                "predict",
                "--space",
                SPACE,
                "--profile",
                "note10",
                "--predictor",
                predictor,
                "--architecture",
                "smallest"))
        .as("%s", err)
        .isZero();
    assertThat(out.toString())
        .contains("predicted by MLP (its error is not known)")
        .contains("measured on Samsung Note10");
    assertThat(
            run("predict", "--space", SPACE, "--profile", "note10", "--architecture", "smallest"))
        .isZero();
    assertThat(out.toString()).doesNotContain("accuracy");
  }

  @Test
  void aNetConfigThatCannotBeUsedIsBadInput() throws IOException {
    importTable();
    Path config = Files.writeString(folder.resolve("net.config"), "{}");
    for (String given : new String[] {config.toString(), config + "@192", config + "x@192"}) {
      assertThat(run("predict", "--space", SPACE, "--profile", "note10", "--architecture", given))
          .as(given)
          .isEqualTo(2);
      assertThat(err.toString()).contains(config.toString()).doesNotContain("\tat ");
    }
  }

  @Test
  void optionsThatExcludeEachOtherAreBadInput() {
    assertThat(
            run(
                "predict",
                "--space",
                SPACE,
                "--supernet",
                "x",
                "--profile",
                "p",
                "--architecture",
                "largest"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--space and --supernet exclude each other");
    assertThat(run("predict", "--predictor", "x", "--profile", "p", "--architecture", "largest"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--predictor goes with --space");
  }
}
