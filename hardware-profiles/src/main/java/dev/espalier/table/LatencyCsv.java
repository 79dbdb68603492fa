package dev.espalier.table;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.document.Suggestion;
import dev.espalier.operator.Activation;
import dev.espalier.operator.Operator;
import dev.espalier.operator.OperatorKind;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import dev.espalier.provenance.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The file {@code latency.csv}. */
final class LatencyCsv {
  private static final String MEDIAN = "median_us";
  private static final String STD = "std_us";
  private static final String SAMPLES = "samples";

  /**
   * Column names in writing order; the standard deviation, the median and the number of samples may
   * be left empty, which says that they are not known.
   */
  private static final List<String> COLUMNS =
      List.of(
          "kind",
          "input",
          "output",
          "kernel",
          "stride",
          "groups",
          "expansion_channels",
          "squeeze_channels",
          "activation",
          "shortcut",
          "precision",
          "mean_us",
          STD,
          MEDIAN,
          SAMPLES,
          "origin");

  private final String document;
  private final List<String> problems = new ArrayList<>();

  LatencyCsv(String document) {
    this.document = document;
  }

  static byte[] write(Map<Operator, LatencyEntry> entries) {
    // No value can hold a comma or a quote, so there is nothing to escape.
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    entries.forEach(
        (o, e) ->
            text.append(
                    String.join(
                        ",",
                        lower(o.kind()),
                        o.input().toString(),
                        o.output().toString(),
                        String.valueOf(o.kernel()),
                        String.valueOf(o.stride()),
                        String.valueOf(o.groups()),
                        String.valueOf(o.expansionChannels()),
                        String.valueOf(o.squeezeChannels()),
                        lower(o.activation()),
                        lower(o.shortcut()),
                        lower(o.precision()),
                        String.valueOf(e.meanMicros()),
                        cell(e.stdMicros()),
                        cell(e.medianMicros()),
                        e.samples().isPresent() ? String.valueOf(e.samples().getAsLong()) : "",
                        lower(e.origin())))
                .append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String cell(OptionalDouble micros) {
    return micros.isPresent() ? String.valueOf(micros.getAsDouble()) : "";
  }

  Map<Operator, LatencyEntry> read(byte[] csv) {
    Map<Operator, LatencyEntry> entries = new LinkedHashMap<>();
    Map<Operator, Integer> lines = new LinkedHashMap<>();
    try (MappingIterator<String[]> rows =
        CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .build()
            .readerFor(String[].class)
            .readValues(new String(csv, StandardCharsets.UTF_8))) {
      if (!rows.hasNextValue()) {
        throw new InvalidDocumentException(
            document, List.of("is empty; line 1 must be " + String.join(",", COLUMNS)));
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
        Row row = new Row(line, header, values);
        Operator operator = row.operator();
        LatencyEntry entry = row.entry();
        if (operator != null && entry != null) {
          Integer first = lines.putIfAbsent(operator, line);
          if (first != null) {
            problems.add("line %d repeats line %d: operator %s".formatted(line, first, operator));
          }
          entries.put(operator, entry);
        }
      }
    } catch (JacksonException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new InvalidDocumentException(document, line + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidDocumentException(document, "cannot be read: " + e.getMessage(), e);
    }
    if (problems.isEmpty() && entries.isEmpty()) {
      problems.add("has a header but no operator");
    }
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(document, problems);
    }
    return entries;
  }

  /** Constants are spelt as in {@link Operator#key()}. */
  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private List<String> header(String[] names) {
    List<String> header = Arrays.asList(names);
    List<String> wrong = new ArrayList<>();
    for (String column : COLUMNS) {
      long times = header.stream().filter(column::equals).count();
      if (times == 0 && !column.equals(MEDIAN)) {
        wrong.add("line 1 lacks column " + column);
      } else if (times > 1) {
        wrong.add("line 1 repeats column " + column);
      }
    }
    for (String name : header) {
      if (!COLUMNS.contains(name)) {
        wrong.add(
            "line 1 has unknown column '%s'%s; columns are %s"
                .formatted(name, Suggestion.of(name, COLUMNS), String.join(", ", COLUMNS)));
      }
    }
    if (!wrong.isEmpty()) {
      throw new InvalidDocumentException(document, wrong);
    }
    return header;
  }

  /** One line; notes a problem for each value that is not allowed. */
  private final class Row {
    private final int line;
    private final List<String> header;
    private final String[] values;
    private final int problemsBefore = problems.size();

    Row(int line, List<String> header, String[] values) {
      this.line = line;
      this.header = header;
      this.values = values;
    }

    /** Null where a problem was noted. */
    Operator operator() {
      OperatorKind kind = constant("kind", OperatorKind.class);
      TensorShape input = value("input", "HxWxC, as in 14x14x96", TensorShape::parse);
      TensorShape output = value("output", "HxWxC, as in 14x14x96", TensorShape::parse);
      Integer kernel = whole("kernel", 1);
      Integer stride = whole("stride", 1);
      Integer groups = whole("groups", 1);
      Integer expansion = whole("expansion_channels", 0);
      Integer squeeze = whole("squeeze_channels", 0);
      Activation activation = constant("activation", Activation.class);
      Shortcut shortcut = constant("shortcut", Shortcut.class);
      Precision precision = constant("precision", Precision.class);
      if (problems.size() > problemsBefore) {
        return null;
      }
      try {
        return new Operator(
            kind,
            input,
            output,
            kernel,
            stride,
            groups,
            expansion,
            squeeze,
            activation,
            shortcut,
            precision);
      } catch (IllegalArgumentException e) {
        problems.add("line " + line + ": " + e.getMessage());
        return null;
      }
    }

    /** Null where a problem was noted. */
    LatencyEntry entry() {
      Double mean = micros("mean_us");
      OptionalDouble std = optionalMicros(STD);
      OptionalDouble median = optionalMicros(MEDIAN);
      Origin origin = constant("origin", Origin.class);
      OptionalLong samples = samples(origin == Origin.MODELLED ? 0 : 1);
      if (problems.size() > problemsBefore) {
        return null;
      }
      return new LatencyEntry(mean, std, median, samples, origin);
    }

    /** Empty where the cell is, or where a problem was noted. */
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
      if (!header.contains(column) || text(column).isEmpty()) {
        return OptionalDouble.empty();
      }
      Double micros = micros(column);
      return micros == null ? OptionalDouble.empty() : OptionalDouble.of(micros);
    }

    private String text(String column) {
      return values[header.indexOf(column)];
    }

    private Integer whole(String column, int least) {
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

    private <E extends Enum<E>> E constant(String column, Class<E> type) {
      E[] constants = type.getEnumConstants();
      return value(
          column,
          Arrays.stream(constants)
              .map(LatencyCsv::lower)
              .collect(Collectors.joining(", ", "one of ", "")),
          text ->
              Arrays.stream(constants).filter(c -> lower(c).equals(text)).findFirst().orElse(null));
    }

    /** Parses a value; null, or an IllegalArgumentException, means it is not allowed. */
    private <T> T value(String column, String allowed, Function<String, T> parse) {
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
