package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EspalierTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @Test
  void versionNamesWhatItRunsOn() {
    assertThat(run("version")).isEqualTo(0);
    assertThat(out.toString())
        .contains("espalier 0.")
        .contains("Spark 4.1.0 (Scala 2.13)")
        .doesNotContain("${");
  }

  @Test
  void anUnknownCommandIsBadInputAndNamesTheNearest() {
    assertThat(run("versoin")).isEqualTo(2);
    assertThat(err.toString()).contains("'versoin'").contains("espalier version");
  }

  @Test
  void noCommandIsBadInput() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToNormalizingNewlines("espalier: no command given\nTry 'espalier --help'.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version"})
  void everyCommandTeachesWithAnExample(String command) {
    assertThat(run(command, "--help")).isEqualTo(0);
    assertThat(out.toString()).contains("Example").contains("./espalier " + command);
  }
}
