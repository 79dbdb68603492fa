package dev.espalier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.run.Progress.Stage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long now = 0;

  private TerminalProgress progress(TerminalProgress.Screen screen) {
    return new TerminalProgress(new PrintStream(bytes, true, UTF_8), screen, () -> now);
  }

  private String written() {
    return bytes.toString(UTF_8);
  }

  @Test
  void aLogGetsALineEveryFiveSecondsWithTheTimeLeft() {
    try (Stage stage = progress(TerminalProgress.Screen.LOG).begin("searching", 100)) {
      for (int done = 1; done <= 30; done++) {
        now = done * SECOND / 2;
        stage.done(done);
      }
    }

    assertThat(written())
        .isEqualTo(
            """
            searching 10 %, 45 s left
            searching 20 %, 40 s left
            searching 30 %, 35 s left
            searching: 15 s
            """);
  }

  @Test
  void aTerminalHasOneLineThatIsWrittenOver() {
    try (Stage stage = progress(TerminalProgress.Screen.TERMINAL).begin("searching", 4)) {
      now = SECOND / 10;
      stage.done(1);
      now = 2 * SECOND;
      stage.done(2);
    }

    assertThat(written())
        .isEqualTo(
            "\r\033[Ksearching 0 %\r\033[Ksearching 50 %, 2.0 s left\r\033[Ksearching: 2.0 s\n");
  }

  @Test
  void doneNeverGoesBackNorBeyondTheEnd() {
    Stage stage = progress(TerminalProgress.Screen.TERMINAL).begin("searching", 4);
    now = SECOND / 2;
    stage.done(9);
    now = SECOND - 1;
    stage.done(1);

    assertThat(written()).endsWith("searching 100 %\r\033[Ksearching 100 %");
  }

  @Test
  void durationsAreReadable() {
    assertThat(TerminalProgress.duration(4.23)).isEqualTo("4.2 s");
    assertThat(TerminalProgress.duration(59.2)).isEqualTo("59 s");
    assertThat(TerminalProgress.duration(200)).isEqualTo("3 min 20 s");
    assertThat(TerminalProgress.duration(7500)).isEqualTo("2 h 5 min");
  }
}
