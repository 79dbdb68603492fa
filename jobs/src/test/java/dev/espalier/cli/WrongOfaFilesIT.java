package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users of OFA's files get wrong: one message, status 2, nothing written. */
class WrongOfaFilesIT extends PublishedFilesTesting {
  private String output;

  @BeforeEach
  void choose() {
    assumeFiles();
    output = folder.resolve("output").toString();
  }

  private void refused(String... arguments) {
    assertThat(run(arguments)).as("%s", err).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).doesNotContain("\tat ");
    assertThat(Path.of(output)).doesNotExist();
  }

  private void importRefused(Path checkpoint, String space) {
    refused("predictor", "import", checkpoint.toString(), "--space", space, "--output", output);
    assertThat(err.toString()).contains(checkpoint.toString());
  }

  /** A file as {@code torch.save} wrote them first, whose pickle would run a command. */
  private Path malicious() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10}); // the magic number, of ten bytes
    file.write(new byte[] {0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20});
    file.write(new byte[] {0x6a, (byte) 0xa8, 0x50, 0x19, '.'});
    file.write(new byte[] {(byte) 0x80, 2, 'M', (byte) 0xe9, 3, '.'}); // version 1001
    file.write(new byte[] {(byte) 0x80, 2, '}', '.'}); // about the machine
    file.write(new byte[] {(byte) 0x80, 2});
    file.write("cos\nsystem\n(Vtouch ".getBytes(StandardCharsets.US_ASCII));
    file.write((folder.resolve("touched") + "\ntR.").getBytes(StandardCharsets.UTF_8));
    return Files.write(folder.resolve("malicious.pth"), file.toByteArray());
  }

  @Test
  void aPickleWithAnotherGlobalIsRefusedByItsNameAndNotRun() throws IOException {
    Path checkpoint = malicious();
    importRefused(checkpoint, SPACE);
    assertThat(err.toString()).contains("os.system");
    refused(
        "supernet",
        "import",
        checkpoint.toString(),
        "--space",
        "ofa-mobilenetv3-w1.2",
        "--output",
        output);
    assertThat(err.toString()).contains("os.system");
    assertThat(folder.resolve("touched")).doesNotExist();
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(DATA.resolve("acc_predictor.pth"));
    for (int length : new int[] {0, 100, whole.length / 2, whole.length - 1}) {
      importRefused(Files.write(folder.resolve("half.pth"), Arrays.copyOf(whole, length)), SPACE);
    }
  }

  @Test
  void shapesThatDoNotFitTheSpaceAreBothNamed() {
    importRefused(DATA.resolve("acc_predictor.pth"), "ofa-proxyless-w1.3@192");
    assertThat(err.toString()).contains("[400, 128]").contains("x");
  }

  @Test
  void aTableOfAnotherResolutionIsRefusedByTheOperatorsItLacks() throws IOException {
    importTable();
    refused(
        "predict",
        "--space",
        "ofa-mobilenetv3-w1.2@160",
        "--profile",
        "note10",
        "--architecture",
        "smallest");
    assertThat(err.toString()).contains("x");
  }

  @Test
  void anArchitectureOutsideTheSpaceIsRefused() throws IOException {
    importTable();
    String[] wrong = {"r160 d2:k3e3,k3e3", "r192 d5:k3e3", "r192 d2:k9e3,k3e3", "tiny"};
    for (String architecture : wrong) {
      refused("predict", "--space", SPACE, "--profile", "note10", "--architecture", architecture);
      assertThat(err.toString()).contains("x");
    }
  }

  @Test
  void aBudgetInTheWrongUnitIsRefused() throws IOException {
    importTable();
    Path request =
        Files.writeString(
            folder.resolve("request.yaml"),
            """
            predictor: %s
            targets: note10
            budgets: [{latency: 25M}, {macs: 3ms}, {latency: 25}]
            """
                .formatted(folder));
    refused("search", request.toString(), "--output", output);
    assertThat(err.toString()).contains("x");
  }
}
