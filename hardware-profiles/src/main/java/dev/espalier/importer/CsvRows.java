package dev.espalier.importer;

import dev.espalier.document.CsvLines;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** A file of CSV: a line of column names, then one entry a line. Blank lines are passed over. */
final class CsvRows implements CsvLines.Reader {
  /**
   * One line.
   *
   * @param header names of all columns
   * @param cells their texts, as many
   * @param line where
   */
  record Row(List<String> header, List<String> cells, int line) {
    /** The cell of a column that was asked for. */
    Cell cell(String column) {
      return new Cell("column " + column, cells.get(header.indexOf(column)), line);
    }
  }

  private final SourceFile file;
  private final Readings readings;
  private final Collection<String> columns;
  private final BiConsumer<Entry, Row> each;
  private List<String> header = List.of();

  private CsvRows(
      SourceFile file, Readings readings, Collection<String> columns, BiConsumer<Entry, Row> each) {
    this.file = file;
    this.readings = readings;
    this.columns = columns;
    this.each = each;
  }

  /**
   * Calls {@code each} for every line that is as long as the first.
   *
   * @param columns that have to be there; others are allowed
   */
  static void read(
      SourceFile file,
      char separator,
      Readings readings,
      Collection<String> columns,
      BiConsumer<Entry, Row> each) {
    CsvLines.read(file.text(), separator, new CsvRows(file, readings, columns, each));
  }

  @Override
  public boolean header(List<String> names) {
    header = names;
    return CsvLines.requireOnce(names, columns, this);
  }

  @Override
  public void line(int number, List<String> cells) {
    Entry entry = readings.entry(file, number);
    if (cells.size() != header.size()) {
      entry.problem("%d values, not %d".formatted(cells.size(), header.size()));
    } else {
      each.accept(entry, new Row(header, cells, number));
    }
  }

  @Override
  public void problem(int line, String what) {
    readings.problem(file, line, what);
  }
}
