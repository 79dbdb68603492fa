package dev.espalier.table;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.document.Suggestion;
import dev.espalier.provenance.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A table as CSV: a line of column names, then one entry a line, whose last columns say what it
 * costs. Collects everything that is wrong with one document; not thread-safe.
 */
final class TableCsv {
  private static final String MEAN = "mean_us";
  static final String STD = "std_us";
  static final String MEDIAN = "median_us";
  static final String SAMPLES = "samples";
  private static final String ORIGIN = "origin";

  /**
   * The columns of an entry, in writing order; the standard deviation, the median and the number of
   * samples may be left empty, which says that they are not known.
   */
  private static final List<String> ENTRY = List.of(MEAN, STD, MEDIAN, SAMPLES, ORIGIN);

  private final String document;
  private final List<String> columns;
  private final Set<String> optional;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param document its name in messages
   * @param columns all that there may be
   * @param optional those of them that may be left out
   */
  TableCsv(String document, List<String> columns, Set<String> optional) {
    this.document = document;
    this.columns = columns;
    this.optional = optional;
  }

  /** These columns of a key, then those of an entry. */
  static List<String> columns(List<String> key) {
    List<String> all = new ArrayList<>(key);
    all.addAll(ENTRY);
    return List.copyOf(all);
  }

  /** The cells of an entry, in the order of its columns. */
  static String cells(LatencyEntry entry) {
    return String.join(
        ",",
        String.valueOf(entry.meanMicros()),
        cell(entry.stdMicros()),
        cell(entry.medianMicros()),
        entry.samples().isPresent() ? String.valueOf(entry.samples().getAsLong()) : "",
        lower(entry.origin()));
  }

  private static String cell(OptionalDouble micros) {
    return micros.isPresent() ? String.valueOf(micros.getAsDouble()) : "";
  }

  /** Constants are spelt as in {@link dev.espalier.operator.Operator#key()}. */
  static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Notes what is wrong. */
  void problem(String what) {
    problems.add(what);
  }

  /** Whether nothing has been found wrong so far. */
  boolean sound() {
    return problems.isEmpty();
  }

  /**
   * Ends the reading.
   *
   * @throws InvalidDocumentException naming everything that was found wrong
   */
  void finish() {
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(document, problems);
    }
  }

  /**
   * Hands every line below the names to {@code action}; blank ones are passed over.
   *
   * @throws InvalidDocumentException if it is not CSV, or the names of its columns are wrong
   */
  void read(byte[] csv, Consumer<Row> action) {
    try (MappingIterator<String[]> rows =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .build()
            .readerFor(String[].class)
            .readValues(new String(csv, StandardCharsets.UTF_8))) {
      if (!rows.hasNextValue()) {
        throw new InvalidDocumentException(
            document, List.of("is empty; line 1 must be " + String.join(",", columns)));
      }
      List<String> header = header(rows.nextValue());
      while (rows.hasNextValue()) {
        int line = rows.getCurrentLocation().getLineNr();
        String[] values = rows.nextValue();
        if (values.length == 1 && values[0].isEmpty()) {
          continue;
        }
        if (values.length != header.size()) {
          problems.add(
              "line %d has %d values, not %d".formatted(line, values.length, header.size()));
          continue;
        }
        action.accept(new Row(line, header, values));
      }
    } catch (JacksonException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new InvalidDocumentException(document, line + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidDocumentException(document, "cannot be read: " + e.getMessage(), e);
    }
  }

  private List<String> header(String[] names) {
    List<String> header = Arrays.asList(names);
    List<String> wrong = new ArrayList<>();
    for (String column : columns) {
      long times = header.stream().filter(column::equals).count();
      if (times == 0 && !optional.contains(column)) {
        wrong.add("line 1 lacks column " + column);
      } else if (times > 1) {
        wrong.add("line 1 repeats column " + column);
      }
    }
    for (String name : header) {
      if (!columns.contains(name)) {
        wrong.add(
            "line 1 has unknown column '%s'%s; columns are %s"
                .formatted(name, Suggestion.of(name, columns), String.join(", ", columns)));
      }
    }
    if (!wrong.isEmpty()) {
      throw new InvalidDocumentException(document, wrong);
    }
    return header;
  }

  /** One line; notes a problem for each value that is not allowed. */
  final class Row {
    private final int line;
    private final List<String> header;
    private final String[] values;
    private final int problemsBefore = problems.size();

    private Row(int line, List<String> header, String[] values) {
      this.line = line;
      this.header = header;
      this.values = values;
    }

    /** Its number in the document; the names of the columns are line 1. */
    int line() {
      return line;
    }

    /** Whether no problem was noted with a value that was asked for. */
    boolean sound() {
      return problems.size() == problemsBefore;
    }

    /** What the line costs; null where a problem was noted. */
    LatencyEntry entry() {
      Double mean = micros(MEAN);
      OptionalDouble std = optionalMicros(STD);
      OptionalDouble median = optionalMicros(MEDIAN);
      Origin origin = constant(ORIGIN, Origin.class);
      OptionalLong samples = samples(origin == Origin.MODELLED ? 0 : 1);
      return sound() ? new LatencyEntry(mean, std, median, samples, origin) : null;
    }

    /** Empty where the cell is, where there is no such column, or where a problem was noted. */
    private OptionalLong samples(int least) {
      if (text(SAMPLES).isEmpty()) {
        return OptionalLong.empty();
      }
      Long samples =
          value(
              SAMPLES,
              "a whole number of at least " + least,
              text -> {
                long number = Long.parseLong(text);
                return number >= least ? number : null;
              });
      return samples == null ? OptionalLong.empty() : OptionalLong.of(samples);
    }

    /** Empty where the cell is, where there is no such column, or where a problem was noted. */
    private OptionalDouble optionalMicros(String column) {
      if (text(column).isEmpty()) {
        return OptionalDouble.empty();
      }
      Double micros = micros(column);
      return micros == null ? OptionalDouble.empty() : OptionalDouble.of(micros);
    }

    /** The cell of a column; empty where there is no such column. */
    String text(String column) {
      int index = header.indexOf(column);
      return index < 0 ? "" : values[index];
    }

    /** A whole number; null where a problem was noted. */
    Integer whole(String column, int least) {
      return value(
          column,
          "a whole number of at least " + least,
          text -> {
            int number = Integer.parseInt(text);
            return number >= least ? number : null;
          });
    }

    private Double micros(String column) {
      return value(
          column,
          "a finite number of microseconds, not negative",
          text -> {
            double number = Double.parseDouble(text);
            return number >= 0 && !Double.isInfinite(number) ? number : null;
          });
    }

    /** A constant; null where a problem was noted. */
    <E extends Enum<E>> E constant(String column, Class<E> type) {
      E[] constants = type.getEnumConstants();
      return value(
          column,
          Arrays.stream(constants)
              .map(TableCsv::lower)
              .collect(Collectors.joining(", ", "one of ", "")),
          text ->
              Arrays.stream(constants).filter(c -> lower(c).equals(text)).findFirst().orElse(null));
    }

    /**
     * Parses a value; null, or an IllegalArgumentException, from {@code parse} means it is not
     * allowed.
     *
     * @return null where a problem was noted
     */
    <T> T value(String column, String allowed, Function<String, T> parse) {
      T parsed = null;
      try {
        parsed = parse.apply(text(column));
      } catch (IllegalArgumentException e) {
        // Noted below with the line and the column, which the parser does not know.
      }
      if (parsed == null) {
        problems.add(
            "line %d, column %s: '%s' is not %s".formatted(line, column, text(column), allowed));
      }
      return parsed;
    }
  }
}
