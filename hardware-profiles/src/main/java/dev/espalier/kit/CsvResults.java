package dev.espalier.kit;

import dev.espalier.document.CsvLines;
import dev.espalier.importer.LatencyUnit;
import dev.espalier.importer.SourceFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A line {@code file,micros} and below it one run a line. The second column's name says the unit;
 * other columns are allowed.
 */
public final class CsvResults implements ResultsForm {
  /** The first line of what {@link #line} makes. */
  public static final String HEADER = "file,micros";

  private static final String FILE = "file";
  private static final Map<String, LatencyUnit> UNITS = new LinkedHashMap<>();

  static {
    UNITS.put("micros", LatencyUnit.US);
    UNITS.put("millis", LatencyUnit.MS);
    UNITS.put("seconds", LatencyUnit.S);
  }

  /** One run, with a line feed. */
  public static String line(KitModel model, double micros) {
    return model.file() + "," + Math.round(micros * 1_000) / 1_000.0 + "\n";
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String summary() {
    return "one run a line under " + HEADER + " (or millis, or seconds)";
  }

  @Override
  public void read(SourceFile file, OptionalDouble clockMegahertz, KitResults results) {
    CsvLines.read(file.text(), ',', new Lines(file, results));
  }

  private static final class Lines implements CsvLines.Reader {
    private final SourceFile file;
    private final KitResults results;
    private List<String> header = List.of();
    private String column = "";

    Lines(SourceFile file, KitResults results) {
      this.file = file;
      this.results = results;
    }

    @Override
    public boolean header(List<String> columns) {
      header = columns;
      List<String> units = columns.stream().filter(UNITS::containsKey).toList();
      if (units.size() != 1) {
        problem(
            1,
            "the unit is not declared: of the columns %s one must be micros, millis or seconds, as in %s"
                .formatted(String.join(", ", columns), HEADER));
        return false;
      }
      column = units.get(0);
      return CsvLines.requireOnce(columns, List.of(FILE), this);
    }

    @Override
    public void line(int number, List<String> cells) {
      if (cells.size() != header.size()) {
        problem(
            number,
            "%d values, not %d: delete the line if writing it was cut short"
                .formatted(cells.size(), header.size()));
        return;
      }
      String text = cells.get(header.indexOf(column));
      OptionalDouble value = number(text);
      if (value.isEmpty()) {
        problem(
            number,
            "column %s: %s is not a number: delete the line, or measure again"
                .formatted(column, text.isEmpty() ? "nothing" : "'" + text + "'"));
        return;
      }
      results
          .model(file, number, cells.get(header.indexOf(FILE)))
          .ifPresent(
              model ->
                  results.sample(
                      file, number, model, UNITS.get(column).toMicros(value.getAsDouble())));
    }

    @Override
    public void problem(int line, String what) {
      results.problem(file, line, what);
    }
  }

  /** A finite number, where the text is one. */
  static OptionalDouble number(String text) {
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
