package dev.espalier.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.accuracy.ReportedAccuracy;
import dev.espalier.artefact.Storage;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class ReportedAccuracyReaderTest {
  private static final Path PUBLISHED =
      Path.of("..", "..", "shared", "data", "moofa-accuracy", "MIT_OFA.csv");
  private static final SearchSpace SPACE = space("ofa-mobilenetv3-w1.0@128,160,192");
  private static final String SMALLEST =
      "r128 d2:k3e3,k3e3 d2:k3e3,k3e3 d2:k3e3,k3e3 d2:k3e3,k3e3 d2:k3e3,k3e3";
  private static final String THREES = "3 ".repeat(19) + "3";

  private static SearchSpace space(String name) {
    return new SpaceCatalogue(
            new Storage(new Configuration(false)),
            List.of(new org.apache.hadoop.fs.Path("../supernet/spaces")))
        .read(name);
  }

  private static List<ReportedAccuracy> read(String... lines) {
    return ReportedAccuracyReader.read(SPACE, "a.csv", String.join("\n", lines).getBytes(UTF_8));
  }

  @Test
  void readableArchitecturesAreRead() {
    List<ReportedAccuracy> read =
        read(
            "note,accuracy,architecture",
            "x,0.5,\"" + SMALLEST + "\"",
            "",
            "y,0.75,\"" + SPACE.format(SPACE.largest()) + "\"");

    assertThat(read).extracting(ReportedAccuracy::accuracy).containsExactly(0.5, 0.75);
    assertThat(read)
        .extracting(ReportedAccuracy::architecture)
        .containsExactly(SPACE.smallest(), SPACE.largest());
    assertThat(read.get(0).fileDigest()).matches("[0-9a-f]{64}");
    assertThat(read.get(0).comparableWith(read.get(1))).isTrue();
  }

  @Test
  void blocksBeyondTheDepthAreIgnored() {
    String sevens = "3 3 7 7 ".repeat(5).trim();
    String strange = "3 3 0 9 ".repeat(5).trim();

    List<ReportedAccuracy> read =
        read(
            "ks,e,d,image_size,top1,peak_memory_elems",
            THREES + "," + THREES + ",2 2 2 2 2,128,0.6,1",
            sevens + "," + strange + ",2 2 2 2 2,128,0.6,1");

    assertThat(read).hasSize(1);
    assertThat(read.get(0).architecture()).isEqualTo(SPACE.smallest());
  }

  @Test
  void publishedMeasurementsAreRead() throws IOException {
    assumeTrue(
        Files.exists(PUBLISHED), "published files are not here: " + PUBLISHED.toAbsolutePath());

    List<ReportedAccuracy> read =
        ReportedAccuracyReader.read(SPACE, PUBLISHED.toString(), Files.readAllBytes(PUBLISHED));

    assertThat(read).hasSize(2610);
    assertThat(SPACE.format(read.get(0).architecture()))
        .startsWith("r128 d3:k7e3,k3e3,k3e4 d3:k3e6,k7e3,k3e3 d3:");
    assertThat(read.get(0).accuracy()).isEqualTo(0.682);
  }

  @Test
  void everyProblemIsReportedWithItsLine() {
    assertThatThrownBy(
            () ->
                read(
                    "architecture,accuracy",
                    "\"" + SMALLEST + "\",0.5",
                    "r129 d2,0.5",
                    "\"" + SMALLEST + "\",71.2",
                    "\"" + SMALLEST + "\",good",
                    "\"" + SMALLEST + "\",0.6",
                    "",
                    SMALLEST + ",0.5"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("a.csv: 5 problems")
        .hasMessageContaining("line 3: architecture 'r129 d2': expected the resolution")
        .hasMessageContaining(
            "line 4: accuracy '71.2' is not a fraction between 0 and 1; divide percents by 100")
        .hasMessageContaining("line 5: accuracy 'good' is not a fraction between 0 and 1")
        .hasMessageContaining("line 6: " + SMALLEST + " has accuracy 0.6 here and 0.5 in line 2")
        .hasMessageContaining("line 8: 7 values, not 2; a value that holds commas needs quotes");
  }

  @Test
  void problemsOfThePublishedLayoutNameTheColumn() {
    String nines = "9 ".repeat(19) + "9";

    assertThatThrownBy(
            () ->
                read(
                    "ks,e,d,image_size,top1",
                    "3 3," + THREES + ",2 2 2 2,128,0.5",
                    THREES + "," + nines + ",2 2 2 2 5,224,0.5"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("line 2: column ks holds 2 numbers; the space has 20 blocks")
        .hasMessageContaining("line 2: column d holds 4 numbers; the space has 5 stages")
        .hasMessageContaining(
            "line 3: column image_size: resolution '224' is not one of [128, 160, 192]")
        .hasMessageContaining("line 3: column e: stage1.block1.expansion '9' is not one of [3, 4")
        .hasMessageContaining("line 3: column d: stage5.depth '5' is not one of [2, 3, 4]");
  }

  @Test
  void filesWithoutColumnNamesOrMeasurementsAreRefused() {
    assertThatThrownBy(() -> read("\"" + SMALLEST + "\",0.5"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("where column names are needed: architecture,accuracy; or ks,e,d,");
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessage("a.csv: line 1: the file is empty; a line of column names is needed");
    assertThatThrownBy(() -> read("architecture,accuracy"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessage("a.csv: line 1: there are no measurements below the column names");
    assertThatThrownBy(() -> read("architecture,top1"))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessage("a.csv: line 1: column 'accuracy' is missing; there are architecture, top1");
  }

  @Test
  void thePublishedLayoutNeedsInvertedResidualBlocks() {
    assertThatThrownBy(
            () ->
                ReportedAccuracyReader.read(
                    space("ofa-resnet50@224"), "a.csv", "ks,e,d,image_size,top1".getBytes(UTF_8)))
        .isInstanceOf(InvalidDocumentException.class)
        .hasMessageContaining("which spaces of family ofa-resnet50 have not: use columns arch");
  }
}
