package dev.espalier.latency;

import dev.espalier.document.CsvLines;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.SourceFile;
import dev.espalier.measurement.Samples;
import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.NetworkTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whole networks that were measured on a device.
 *
 * @param networks in the order of their lines; one that was measured twice is there twice
 * @param micros of each, above 0
 * @param empty lines that have no latency and were passed over
 */
public record NetworkMeasurements(List<Architecture> networks, List<Double> micros, int empty) {
  /** No space's networks differ by as much, and units of time do. */
  private static final int MOST_TIMES = 100;

  public NetworkMeasurements {
    networks = List.copyOf(networks);
    micros = List.copyOf(micros);
    if (networks.size() != micros.size()) {
      throw new IllegalArgumentException(
          "%d networks and %d latencies".formatted(networks.size(), micros.size()));
    }
  }

  /** Units of time in which latencies are written. */
  public enum Unit {
    US(1),
    MS(1_000);

    private final double micros;

    Unit(double micros) {
      this.micros = micros;
    }
  }

  /**
   * Which columns hold what.
   *
   * @param architecture in the form that the space reads
   * @param latency of the network
   * @param unit of it
   */
  public record Columns(String architecture, String latency, Unit unit) {}

  /** Latencies, in order. */
  public double[] toMicros() {
    return micros.stream().mapToDouble(m -> m).toArray();
  }

  /**
   * Makes sure that there are enough to fit to; a network that was measured twice is one.
   *
   * @param document its name in messages, usually its path
   * @param remedy where there are too few, in words
   * @throws InvalidDocumentException if there are too few
   */
  public void requireNetworks(String document, int fewest, String remedy) {
    long distinct = networks.stream().distinct().count();
    if (distinct < fewest) {
      throw new InvalidDocumentException(
          document,
          List.of(
              "%d measured networks on %d lines (%d more without a latency) are too few, at least %d are needed: %s"
                  .formatted(distinct, networks.size(), empty, fewest, remedy)));
    }
  }

  /**
   * As a table: of a network that was measured more than once mean, median and deviation.
   *
   * @param origin of the latencies, which is not a model
   */
  public NetworkTable table(SearchSpace space, Origin origin) {
    Map<Architecture, List<Double>> values = new TreeMap<>();
    for (int i = 0; i < networks.size(); i++) {
      values.computeIfAbsent(networks.get(i), n -> new ArrayList<>()).add(micros.get(i));
    }
    Map<Architecture, LatencyEntry> entries = new TreeMap<>();
    values.forEach((network, of) -> entries.put(network, entry(of, origin)));
    return NetworkTable.of(space, entries);
  }

  private static LatencyEntry entry(List<Double> micros, Origin origin) {
    int n = micros.size();
    if (n == 1) { // itself a mean, of however many samples
      return new LatencyEntry(
          micros.get(0),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalLong.empty(),
          origin);
    }
    double[] values = micros.stream().mapToDouble(m -> m).sorted().toArray();
    double mean = Arrays.stream(values).sum() / n;
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new LatencyEntry(
        mean,
        Math.sqrt(squares / (n - 1)),
        OptionalDouble.of(Samples.of(values).median()),
        n,
        origin);
  }

  /** Those from one number up to another. */
  public NetworkMeasurements between(int from, int to) {
    return new NetworkMeasurements(networks.subList(from, to), micros.subList(from, to), 0);
  }

  /**
   * Reads CSV: a line of column names, then a network a line. Other columns are passed over.
   *
   * @param document its name in messages, usually its path
   * @throws InvalidDocumentException listing every problem with its line: a network that is not of
   *     the space, a latency that is no positive number or {@value #MOST_TIMES} times the median or
   *     less than so small a part of it, as in another unit, a column that is named after another
   *     unit, is without a value or has one value for all networks
   */
  public static NetworkMeasurements read(
      SearchSpace space, String document, byte[] csv, Columns columns) {
    Lines lines = new Lines(space, columns);
    CsvLines.read(SourceFile.of(document, csv).text(), ',', lines);
    if (lines.problems.isEmpty()) {
      lines.requireVariation();
    }
    if (!lines.problems.isEmpty()) {
      throw new InvalidDocumentException(document, lines.problems);
    }
    return new NetworkMeasurements(lines.networks, lines.micros, lines.empty);
  }

  private static final class Lines implements CsvLines.Reader {
    private final SearchSpace space;
    private final Columns columns;
    private final List<String> problems = new ArrayList<>();
    private final List<Architecture> networks = new ArrayList<>();
    private final List<Double> micros = new ArrayList<>();
    private final List<Integer> numbers = new ArrayList<>();
    private List<String> header = List.of();
    private int empty;

    Lines(SearchSpace space, Columns columns) {
      this.space = space;
      this.columns = columns;
    }

    @Override
    public boolean header(List<String> names) {
      header = names;
      UnitOfName.of(columns.latency)
          .filter(said -> !said.equals(word(columns.unit)))
          .ifPresent(
              said ->
                  problem(
                      1,
                      "column '%s' is named after %s, and the unit given is %s: give the unit that it has%s"
                          .formatted(
                              columns.latency,
                              said,
                              word(columns.unit),
                              said.equals("ms") || said.equals("us")
                                  ? ""
                                  : ", which has to be us or ms")));
      return CsvLines.requireOnce(names, List.of(columns.architecture, columns.latency), this);
    }

    @Override
    public void line(int number, List<String> cells) {
      if (cells.size() != header.size()) {
        problem(
            number,
            "%d values, not %d; a value that holds commas needs quotes"
                .formatted(cells.size(), header.size()));
        return;
      }
      String latency = cells.get(header.indexOf(columns.latency));
      if (latency.isEmpty()) {
        empty++;
        return;
      }
      try {
        Architecture network = space.parse(cells.get(header.indexOf(columns.architecture)));
        double value = Double.parseDouble(latency) * columns.unit.micros;
        if (!(value > 0) || Double.isInfinite(value)) {
          problem(number, "%s '%s' must be above 0".formatted(columns.latency, latency));
          return;
        }
        networks.add(network);
        micros.add(value);
        numbers.add(number);
      } catch (NumberFormatException e) {
        problem(
            number,
            "%s '%s' is not a number of %s"
                .formatted(columns.latency, latency, word(columns.unit)));
      } catch (IllegalArgumentException e) {
        problem(number, "not a network of this space: " + e.getMessage());
      }
    }

    @Override
    public void problem(int line, String what) {
      problems.add("line " + line + ": " + what);
    }

    private void requireVariation() {
      if (micros.isEmpty()) {
        problems.add(
            "column '%s' has no value in any of %d lines: name another column"
                .formatted(columns.latency, empty));
      } else if (micros.size() > 2 && micros.stream().distinct().count() == 1) {
        problems.add(
            "lines %d to %d: column '%s' is %s %s for all %d networks: that is no measurement; name another column"
                .formatted(
                    numbers.get(0),
                    numbers.get(numbers.size() - 1),
                    columns.latency,
                    micros.get(0) / columns.unit.micros,
                    word(columns.unit),
                    micros.size()));
      } else {
        requireOneUnit();
      }
    }

    private void requireOneUnit() {
      double median = Samples.of(micros.stream().mapToDouble(m -> m).toArray()).median();
      for (int i = 0; i < micros.size(); i++) {
        double times = micros.get(i) / median;
        if (times > MOST_TIMES || times * MOST_TIMES < 1) {
          problem(
              numbers.get(i),
              String.format(
                  Locale.ROOT,
                  "%s %s %s is %.3g times the median of the column: it is in another unit, or no measurement; mend it or take the line out",
                  columns.latency,
                  micros.get(i) / columns.unit.micros,
                  word(columns.unit),
                  times));
        }
      }
    }
  }

  private static String word(Unit unit) {
    return unit.name().toLowerCase(Locale.ROOT);
  }

  /** The unit that a column's name ends in, as in {@code latency_ms}. */
  private static final class UnitOfName {
    private static final Pattern NAME =
        Pattern.compile(".*[_. (\\[-](ns|us|ms|s|cycles)[)\\]]?", Pattern.CASE_INSENSITIVE);

    static Optional<String> of(String column) {
      Matcher matcher = NAME.matcher(column);
      return matcher.matches()
          ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
          : Optional.empty();
    }
  }
}
