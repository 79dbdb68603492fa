package dev.espalier.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in plain text: columns as wide as their widest cell, numbers to the right. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /** Where the cells of a column stand. */
  public enum Align {
    LEFT,
    RIGHT
  }

  /**
   * One column.
   *
   * @param title its first line
   * @param align of title and cells
   */
  public record Column(String title, Align align) {
    /** A column of words. */
    public static Column words(String title) {
      return new Column(title, Align.LEFT);
    }

    /** A column of numbers. */
    public static Column numbers(String title) {
      return new Column(title, Align.RIGHT);
    }
  }

  /** Makes an empty table. */
  public TextTable(Column... columns) {
    this.columns = List.of(columns);
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if there are not as many cells as columns
   */
  public void row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + columns.size() + " columns");
    }
    rows.add(List.copyOf(Arrays.asList(cells)));
  }

  /** All lines, each ending with a line feed, without trailing blanks. */
  public String render() {
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      widths[c] = columns.get(c).title.length();
      for (List<String> row : rows) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    append(text, columns.stream().map(Column::title).toList(), widths);
    for (List<String> row : rows) {
      append(text, row, widths);
    }
    return text.toString();
  }

  private void append(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String blanks = " ".repeat(widths[c] - cells.get(c).length());
      line.append(c == 0 ? "" : GAP)
          .append(columns.get(c).align == Align.RIGHT ? blanks : "")
          .append(cells.get(c))
          .append(columns.get(c).align == Align.LEFT ? blanks : "");
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
