package dev.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.report.MadeUpRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReportCommandTest {
  private static final String SPACE = "ofa-proxyless-w1.3@224";

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int report(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "report";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine line = Espalier.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all);
  }

  @Test
  void makesThePageInTheRunAgain() throws IOException {
    new MadeUpRun(SPACE).write(folder.resolve("first"));

    assertThat(report(folder.resolve("first").toString())).isEqualTo(0);

    assertThat(out.toString().strip()).endsWith("first/report.html");
    assertThat(Files.readString(folder.resolve("first/report.html"))).contains("ofa-proxyless");
  }

  @Test
  void comparesWithTheRunThatIsNamedAndWritesWhereItIsTold() throws IOException {
    new MadeUpRun(SPACE).write(folder.resolve("monday/run"));
    new MadeUpRun(SPACE).seed(2).write(folder.resolve("tuesday/run"));

    assertThat(
            report(
                folder.resolve("tuesday/run").toString(),
                "--against",
                folder.resolve("monday/run").toString(),
                "--output",
                folder.resolve("page.html").toString()))
        .isEqualTo(0);

    assertThat(Files.readString(folder.resolve("page.html"))).contains("\"named\":true");
    assertThat(folder.resolve("tuesday/run/report.html")).doesNotExist();
  }

  @Test
  void aFolderWithoutARunIsBadInput() {
    new MadeUpRun(SPACE).write(folder.resolve("first"));

    assertThat(report(folder.resolve("frist").toString())).isEqualTo(2);

    assertThat(err.toString())
        .contains("frist holds no run: there is no run.json in it")
        .contains("beside it: first");
    assertThat(report(folder.resolve("first").toString(), "--against", folder.toString()))
        .isEqualTo(2);
    assertThat(folder.resolve("first/report.html")).doesNotExist();
  }
}
