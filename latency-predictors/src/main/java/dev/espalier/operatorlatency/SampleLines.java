package dev.espalier.operatorlatency;

import dev.espalier.document.CsvLines;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.SourceFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The lines of a CSV file with a header; what is wrong is collected, and thrown at the end. */
final class SampleLines {
  /** One line. */
  final class Line {
    private final int number;
    private final List<String> cells;

    private Line(int number, List<String> cells) {
      this.number = number;
      this.cells = cells;
    }

    /** Where it is, for messages. */
    String place() {
      return file.place(number);
    }

    /** The text of a column. */
    String text(String column) {
      return cells.get(header.indexOf(column));
    }

    /** A latency in milliseconds as microseconds. */
    double millisToMicros(String column) {
      String text = text(column);
      double micros;
      try {
        micros = 1000 * Double.parseDouble(text);
      } catch (NumberFormatException e) {
        micros = Double.NaN;
      }
      if (!(micros > 0) || Double.isInfinite(micros)) {
        throw new IllegalArgumentException(
            "column %s: '%s' is no latency: a finite number of milliseconds above 0 is needed"
                .formatted(column, text));
      }
      return micros;
    }
  }

  /** Makes something of a line, or throws an IllegalArgumentException that says what is wrong. */
  interface Reading {
    void line(Line line);
  }

  private final SourceFile file;
  private final List<String> problems = new ArrayList<>();
  private List<String> header = List.of();

  private SampleLines(SourceFile file) {
    this.file = file;
  }

  /**
   * Calls {@code reading} for every line.
   *
   * @param columns that have to be there; others are allowed
   * @return all columns
   * @throws InvalidDocumentException naming what is wrong, with its line
   */
  static List<String> read(SourceFile file, Collection<String> columns, Reading reading) {
    SampleLines lines = new SampleLines(file);
    lines.read(columns, reading);
    return lines.header;
  }

  private void read(Collection<String> columns, Reading reading) {
    CsvLines.read(
        file.text(),
        ',',
        new CsvLines.Reader() {
          @Override
          public boolean header(List<String> names) {
            header = List.copyOf(names);
            return CsvLines.requireOnce(names, columns, this);
          }

          @Override
          public void line(int number, List<String> cells) {
            if (cells.size() != header.size()) {
              problem(number, "%d values, not %d".formatted(cells.size(), header.size()));
              return;
            }
            try {
              reading.line(new Line(number, cells));
            } catch (IllegalArgumentException e) {
              problem(number, e.getMessage());
            }
          }

          @Override
          public void problem(int number, String what) {
            problems.add("line " + number + ": " + what);
          }
        });
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(file.name(), problems);
    }
  }
}
