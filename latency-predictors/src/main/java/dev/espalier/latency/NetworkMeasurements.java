package dev.espalier.latency;

import dev.espalier.document.CsvLines;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.importer.SourceFile;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whole networks that were measured on a device.
 *
 * @param networks in the order of their lines; one that was measured twice is there twice
 * @param micros of each, above 0
 * @param empty lines that have no latency and were passed over
 */
public record NetworkMeasurements(List<Architecture> networks, List<Double> micros, int empty) {
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

  /** Those from one number up to another. */
  public NetworkMeasurements between(int from, int to) {
    return new NetworkMeasurements(networks.subList(from, to), micros.subList(from, to), 0);
  }

  /**
   * Reads CSV: a line of column names, then a network a line. Other columns are passed over.
   *
   * @param document its name in messages, usually its path
   * @throws InvalidDocumentException listing every problem with its line: a network that is not of
   *     the space, a latency that is no positive number, a column without a value or with one value
   *     for all networks
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
    private List<String> header = List.of();
    private int empty;

    Lines(SearchSpace space, Columns columns) {
      this.space = space;
      this.columns = columns;
    }

    @Override
    public boolean header(List<String> names) {
      header = names;
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
      } catch (NumberFormatException e) {
        problem(
            number,
            "%s '%s' is not a number of %s"
                .formatted(columns.latency, latency, columns.unit.name().toLowerCase(Locale.ROOT)));
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
            "column '%s' is %s %s for all %d networks: that is no measurement; name another column"
                .formatted(
                    columns.latency,
                    micros.get(0) / columns.unit.micros,
                    columns.unit.name().toLowerCase(Locale.ROOT),
                    micros.size()));
      }
    }
  }
}
