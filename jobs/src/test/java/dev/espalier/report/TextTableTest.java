package dev.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.report.TextTable.Column;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void alignsWordsLeftAndNumbersRight() {
    TextTable table =
        new TextTable(Column.words("target"), Column.numbers("us"), Column.words("path"));
    table.row("host-cpu", "9", "a");
    table.row("x", "1234", "");

    assertThat(table.render())
        .isEqualTo(
            """
            target      us  path
            host-cpu     9  a
            x         1234
            """);
  }

  @Test
  void refusesRowsOfAnotherWidth() {
    TextTable table = new TextTable(Column.words("target"));

    assertThatThrownBy(() -> table.row("a", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 2 cells in a table of 1 columns");
  }
}
