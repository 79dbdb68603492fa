package dev.espalier.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.artefact.Storage;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.run.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightlyConfigReaderTest {
  private static final String REQUEST =
      "{predictor: nets/ofa, targets: [a, b], budgets: [{latency: 20ms}], engine: exact}";

  @TempDir private java.nio.file.Path folder;

  private NightlyConfig read(String yaml) throws IOException {
    java.nio.file.Path file = Files.writeString(folder.resolve("nightly.yaml"), yaml);
    return NightlyConfigReader.read(new Storage(new Configuration()), new Path(file.toUri()));
  }

  @Test
  void theRequestMayStandInTheFileAndTheRestHasDefaults() throws IOException {
    NightlyConfig config = read("request: " + REQUEST + "\nstore: nights\n");

    assertThat(config.request().targets()).hasSize(2);
    assertThat(config.request().engine().kind()).isEqualTo("exact");
    assertThat(config.store()).isEqualTo("nights");
    assertThat(config.keepNights()).isEqualTo(30);
    assertThat(config.margins()).isEqualTo(Margins.STATED);
    assertThat(config.lease()).isEqualTo(Duration.ofMinutes(15));
  }

  @Test
  void orBeAFileOfItsOwn() throws IOException {
    Files.writeString(folder.resolve("fleet.yaml"), REQUEST);

    NightlyConfig config =
        read(
            """
            request: %s
            store: hdfs://host/nights
            keep: 7
            replace: {accuracy-noise: 0.3%%, latency-tolerance: 2%%}
            lease: 90s
            """
                .formatted(folder.resolve("fleet.yaml")));

    assertThat(config.request().targets()).hasSize(2);
    assertThat(config.keepNights()).isEqualTo(7);
    assertThat(config.margins().accuracyNoise()).hasValue(0.003);
    assertThat(config.margins().latencyTolerance()).isEqualTo(0.02);
    assertThat(config.lease()).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void allProblemsAreReportedTogetherThoseOfTheRequestAmongThem() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    request:
                      predictor: nets/ofa
                      targets: [a]
                      budgets: [{latency: 20}]
                      engin: exact
                    keep: 0
                    replace: {accuracy-noise: 3, latency-tolerance: 200%}
                    lease: soon
                    retain: 3
                    """))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("store: missing; text is needed")
        .hasMessageContaining("line 4: request.budgets[0].latency: '20' has no unit")
        .hasMessageContaining("request.engin: unknown key (did you mean 'engine'?)")
        .hasMessageContaining("keep: '0' is not a whole number from 1 to 10000")
        .hasMessageContaining(
            "replace.accuracy-noise: '3' is not stated or points as in 0.3%, at most 100%")
        .hasMessageContaining("replace.latency-tolerance: '200%' is not a share of the limit")
        .hasMessageContaining("lease: 'soon' is not a time such as 90s, 15min or 2h")
        .hasMessageContaining("retain: unknown key")
        .hasMessageNotContaining("java.");
  }

  @Test
  void problemsOfTheRequestsFileNameThatFile() throws IOException {
    Files.writeString(folder.resolve("fleet.yaml"), "targets: [a]\n");
    assertThatThrownBy(() -> read("request: " + folder.resolve("fleet.yaml") + "\nstore: s\n"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("fleet.yaml")
        .hasMessageContaining("supernet: missing");
  }

  @Test
  void anOutputAndAnEvaluationHaveNoPlaceInANight() {
    assertThatThrownBy(
            () -> read("request: " + REQUEST.replace("}]", "}], output: runs/x") + "\nstore: s\n"))
        .hasMessageContaining("output is 'runs/x', but nights lie in the store; leave it out");
    assertThatThrownBy(
            () ->
                read(
                    "request: {supernet: tiny, targets: [a], budgets: 2, evaluate: 20}\nstore: s\n"))
        .hasMessageContaining("evaluate refits the predictors")
        .hasMessageContaining("predictor fit");
  }
}
