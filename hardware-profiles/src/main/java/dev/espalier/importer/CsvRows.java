package dev.espalier.importer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** A file of CSV: a line of column names, then one entry a line. Blank lines are passed over. */
final class CsvRows {
  private final SourceFile file;
  private final Readings readings;

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

  private CsvRows(SourceFile file, Readings readings) {
    this.file = file;
    this.readings = readings;
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
    new CsvRows(file, readings).read(separator, columns, each);
  }

  private void read(char separator, Collection<String> columns, BiConsumer<Entry, Row> each) {
    try (MappingIterator<String[]> rows =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .build()
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator))
            .readValues(file.text())) {
      if (!rows.hasNextValue()) {
        readings.problem(file, 1, "the file is empty; a line of column names is needed");
        return;
      }
      List<String> header = Arrays.asList(rows.nextValue());
      if (!sound(header, columns)) {
        return;
      }
      while (rows.hasNextValue()) {
        int line = rows.getCurrentLocation().getLineNr();
        List<String> cells = Arrays.asList(rows.nextValue());
        if (cells.size() == 1 && cells.get(0).isEmpty()) {
          continue;
        }
        Entry entry = readings.entry(file, line);
        if (cells.size() != header.size()) {
          entry.problem("%d values, not %d".formatted(cells.size(), header.size()));
        } else {
          each.accept(entry, new Row(header, cells, line));
        }
      }
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      readings.problem(file, line, "this is not CSV: " + e.getOriginalMessage());
    } catch (IOException e) {
      readings.problem(file, 1, "this is not CSV: " + e.getMessage());
    }
  }

  private boolean sound(List<String> header, Collection<String> columns) {
    boolean sound = true;
    for (String column : columns) {
      long times = header.stream().filter(column::equals).count();
      if (times != 1) {
        sound = false;
        readings.problem(
            file,
            1,
            times == 0
                ? "column '%s' is missing; there are %s"
                    .formatted(
                        column,
                        String.join(", ", header.stream().filter(h -> !h.isEmpty()).toList()))
                : "column '%s' is there %d times".formatted(column, times));
      }
    }
    return sound;
  }
}
