package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProfileModelCommandTest {
  private static final String HEADER =
      "board_name,op,input_shape,output_shape,kernel,strides,groups,invoke_ms,suspect\n";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeHome() throws IOException {
    System.setProperty("espalier.home", folder.resolve("shipped").toString());
    System.setProperty("espalier.own", folder.resolve("own").toString());
    Files.writeString(
        folder.resolve("board.yaml"),
        """
        device: Board 1
        class: mcu
        runtime: tflm
        precision: int8
        memory: {sramBytes: 131072}
        """);
  }

  @AfterEach
  void forgetHome() {
    System.clearProperty("espalier.home");
    System.clearProperty("espalier.own");
  }

  /** Convolutions whose latency is 0.1 ms and 0.001 ms for each thousand products. */
  private static String table() {
    StringBuilder text = new StringBuilder(HEADER);
    for (int side = 4; side < 9; side++) {
      for (int in = 1; in < 6; in++) {
        for (int kernel = 1; kernel < 6; kernel += 2) {
          int outputs = 3 + (side * in + kernel) % 7;
          double millis = 0.1 + side * side * in * outputs * kernel / 1e6;
          text.append(
              String.format(
                  Locale.ROOT,
                  "b1,conv2d,1x%dx%dx%d,1x%dx%dx%d,%dx1,1x1,1,%.9f,0\n",
                  side,
                  side,
                  in,
                  side,
                  side,
                  outputs,
                  kernel,
                  millis));
        }
      }
    }
    return text.toString();
  }

  private int run(String table, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("table.csv"), table);
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("profile", "model", "micronas-csv", file.toString(), "--name", "b1"));
    arguments.addAll(List.of("--description", folder.resolve("board.yaml").toString()));
    arguments.addAll(List.of("--device", "b1"));
    arguments.addAll(List.of(more));
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments.toArray(String[]::new));
  }

  private void assertRefused(int status, String... words) {
    assertThat(status).as(err.toString()).isEqualTo(ExitStatus.BAD_INPUT);
    assertThat(err.toString()).contains(words);
    assertThat(folder.resolve("own/profiles/b1")).doesNotExist();
  }

  @Test
  void fitsAModelAndWritesAProfileWithoutAnyOfTheTable() throws IOException {
    assertThat(run(table(), "--json")).as(err.toString()).isZero();

    JsonNode json =
        Json.read(out.toString().getBytes(StandardCharsets.UTF_8), JsonNode.class, "output");
    assertThat(json.at("/errors/0/heldOut").asText())
        .isEqualTo("each input shape kept out in turn");
    assertThat(json.at("/errors/0/medianRelativeError").asDouble()).isLessThan(0.05);
    assertThat(json.path("extrapolation").asText()).contains("depthwise (as convolution)");
    Path profile = folder.resolve("own/profiles/b1");
    assertThat(profile.resolve("operator-model.json")).exists();
    assertThat(profile.resolve("latency.csv")).doesNotExist();
    assertThat(Files.readString(profile.resolve("profile.yaml"))).contains("modelled:");
  }

  @Test
  void aConstantColumnIsStatusTwoWithItsLines() throws IOException {
    String constant = table().replaceAll(",1,0\\.[0-9]+,0", ",1,0.5,0");

    assertRefused(
        run(constant), "line 2 to ", "line 76: all 75 latencies are 500.0 us", "check which one");
  }

  @Test
  void anEmptyColumnIsStatusTwoWithItsLines() throws IOException {
    assertRefused(
        run(table().replaceAll(",1,0\\.[0-9]+,0", ",1,,0")),
        "line 2: column invoke_ms: '' is no latency");
  }

  @Test
  void tooFewValuesAreStatusTwo() throws IOException {
    String few = String.join("\n", table().lines().limit(8).toList()) + "\n";

    assertRefused(run(few), "measure more operators");
  }

  @Test
  void allProblemsAreToldTogether() throws IOException {
    assertRefused(
        run(table(), "--lanes", "8by12", "--space", "nowhere"),
        "--lanes 8by12",
        "unknown space 'nowhere'");
  }
}
