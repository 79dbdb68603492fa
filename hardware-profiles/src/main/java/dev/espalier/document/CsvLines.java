package dev.espalier.document;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The lines of a CSV document whose first line names its columns; blank ones are passed over. */
public final class CsvLines {
  private CsvLines() {}

  /** Hears of a document, line by line. */
  public interface Reader {
    /**
     * Hears of the names of the columns.
     *
     * @return whether to go on
     */
    boolean header(List<String> columns);

    /** Hears of a line below them, which may have another number of cells. */
    void line(int number, List<String> cells);

    /** Hears of what is wrong with the document as such. */
    void problem(int line, String what);
  }

  /** Reads a document; cells are trimmed. */
  public static void read(String text, char separator, Reader reader) {
    try (MappingIterator<String[]> rows =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .build()
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator))
            .readValues(text)) {
      if (!rows.hasNextValue()) {
        reader.problem(1, "the file is empty; a line of column names is needed");
        return;
      }
      if (!reader.header(Arrays.asList(rows.nextValue()))) {
        return;
      }
      while (rows.hasNextValue()) {
        int number = rows.getCurrentLocation().getLineNr();
        List<String> cells = Arrays.asList(rows.nextValue());
        if (cells.size() > 1 || !cells.get(0).isEmpty()) {
          reader.line(number, cells);
        }
      }
    } catch (JacksonException e) {
      reader.problem(
          e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
          "this is not CSV: " + e.getOriginalMessage());
    } catch (IOException e) {
      reader.problem(1, "this is not CSV: " + e.getMessage());
    }
  }

  /** Whether every one of some columns is there once; the reader hears of those that are not. */
  public static boolean requireOnce(
      List<String> header, Collection<String> columns, Reader reader) {
    boolean sound = true;
    for (String column : columns) {
      long times = header.stream().filter(column::equals).count();
      if (times != 1) {
        sound = false;
        reader.problem(
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
