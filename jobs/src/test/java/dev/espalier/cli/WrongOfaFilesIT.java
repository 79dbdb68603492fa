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
    file.write(new byte[] {(byte) 0x80, 2, '}', 'X', 13, 0, 0, 0}); // about the machine
    file.write("little_endian".getBytes(StandardCharsets.US_ASCII));
    file.write(new byte[] {(byte) 0x88, 's', '.'});
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

  /** Shapes of a supernet's checkpoint are the subject of {@code SupernetImportIT}. */
  @Test
  void aPredictorOfAnotherSpaceIsRefusedByWhatItDoesNotKnow() {
    refused(
        "predictor",
        "import",
        DATA.resolve("acc_predictor.pth").toString(),
        "--space",
        "ofa-proxyless-w1.3@192",
        "--output",
        output);
    assertThat(err.toString())
        .contains("does not know what this space has: stage6.block1.kernel 3")
        .contains("it knows 5 stages of 4 blocks");
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
    assertThat(err.toString())
        .contains("94 operators are missing from profile note10 (96 operators): measure them")
        .contains("conv in=160x160x3 out=80x80x24");
  }

  @Test
  void anArchitectureOutsideTheSpaceIsRefused() throws IOException {
    importTable();
    String[] wrong = {"r160 d2:k3e3,k3e3", "r192 d5:k3e3", "r192 d2:k9e3,k3e3", "tiny"};
    for (String architecture : wrong) {
      refused("predict", "--space", SPACE, "--profile", "note10", "--architecture", architecture);
      assertThat(err.toString())
          .contains("architecture '" + architecture + "'")
          .contains("an example: r192 d2:k3e3,k3e3");
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
    assertThat(err.toString())
        .contains("request.yaml has 3 problems")
        .contains("'25M' has a unit that is not one of latency; allowed units are us, ms")
        .contains("'3ms' has a unit that is not one of macs; allowed units are k, M, G")
        .contains("'25' has no unit");
  }
}
