package dev.espalier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.search.EngineOption;
import dev.espalier.search.SearchEngine;
import java.io.OutputStream;
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
        .contains("Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION() + " (Scala 2.13)")
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

  @Test
  void helpOfSearchListsEveryEngineWithItsOptions() {
    assertThat(run("search", "--help")).isEqualTo(0);
    for (SearchEngine engine : SearchEngine.all()) {
      assertThat(out.toString()).contains("  " + engine.name() + ": " + engine.description());
      for (EngineOption option : engine.options()) {
        assertThat(out.toString())
            .containsPattern("(?m)^    " + option.name() + " ")
            .contains(option.range() + "; default " + option.defaultText())
            .contains(option.description().split(" ")[0]);
      }
    }
    assertThat(out.toString())
        .containsPattern(
            "(?m)^    population +4 to 10000000; default 128 +candidates of a generation$");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void completionIsAScriptThatKnowsCommandsAndOptions() throws Exception {
    assertThat(run("completion")).isEqualTo(0);
    Process bash = new ProcessBuilder("bash", "-s").redirectErrorStream(true).start();
    try (OutputStream script = bash.getOutputStream()) {
      script.write(
          (out
                  + """

                  COMP_WORDS=(./espalier search --out)
                  COMP_CWORD=2
                  COMP_LINE='./espalier search --out'
                  COMP_POINT=${#COMP_LINE}
                  _complete_espalier
                  echo "offers ${COMPREPLY[*]}"
                  """)
              .getBytes(UTF_8));
    }

    String offered = new String(bash.getInputStream().readAllBytes(), UTF_8);

    assertThat(bash.waitFor()).as(offered).isZero();
    assertThat(offered.lines()).contains("offers --output");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "completion"})
  void everyCommandTeachesWithAnExample(String command) {
    assertThat(run(command, "--help")).isEqualTo(0);
    assertThat(out.toString()).contains("Example").contains("./espalier " + command);
  }
}
