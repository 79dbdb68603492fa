package dev.espalier.kit;

import dev.espalier.document.CsvLines;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Operator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that was measured of kits on one device, as it was timed: the file {@value #FILE} in a
 * profile's folder. The profile's table is made of it; what cannot be used yet, such as an operator
 * whose fixed cost is not measured, waits here. Immutable.
 *
 * @param timings by what was timed
 */
public record KitMeasurements(SortedMap<Subject, Timing> timings) {
  /** The name of the file. */
  public static final String FILE = "kit-measurements.csv";

  /** Nothing measured. */
  public static final KitMeasurements NONE = new KitMeasurements(new TreeMap<>());

  private static final List<String> COLUMNS =
      List.of("role", "subject", "mean_us", "std_us", "median_us", "samples");

  /**
   * What was timed, whatever kit it was part of.
   *
   * @param role of the model
   * @param text an operator's key, an input's shape, or a space's digest and an architecture's
   *     readable form
   */
  public record Subject(KitRole role, String text) implements Comparable<Subject> {
    @Override
    public int compareTo(Subject other) {
      return Comparator.comparing(Subject::role).thenComparing(Subject::text).compare(this, other);
    }

    /** What a model of a kit is. */
    public static Subject of(Kit kit, KitModel model) {
      return new Subject(
          model.role(),
          model.role().network() ? kit.spaceDigest() + " " + model.subject() : model.subject());
    }
  }

  public KitMeasurements {
    timings = Collections.unmodifiableSortedMap(new TreeMap<>(timings));
  }

  /** These with the timings of a kit, which replace earlier ones of the same models. */
  public KitMeasurements with(Kit kit, Map<KitModel, Timing> measured) {
    SortedMap<Subject, Timing> all = new TreeMap<>(timings);
    measured.forEach((model, timing) -> all.put(Subject.of(kit, model), timing));
    return new KitMeasurements(all);
  }

  /** The timing of a model, where there is one. */
  public Optional<Timing> find(Kit kit, KitModel model) {
    return Optional.ofNullable(timings.get(Subject.of(kit, model)));
  }

  /** The fixed cost of a run of an operator's input, microseconds, where it was measured. */
  OptionalDouble fixedMicros(Operator operator) {
    Timing empty = timings.get(new Subject(KitRole.EMPTY, operator.input().toString()));
    return empty == null ? OptionalDouble.empty() : OptionalDouble.of(empty.micros());
  }

  /** The content of {@value #FILE}; equal measurements give equal bytes. */
  public byte[] toCsv() {
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append('\n');
    timings.forEach(
        (subject, timing) ->
            text.append(
                "%s,\"%s\",%s,%s,%s,%d\n"
                    .formatted(
                        subject.role().word(),
                        subject.text(),
                        timing.meanMicros(),
                        cell(timing.stdMicros()),
                        cell(timing.medianMicros()),
                        timing.samples())));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String cell(OptionalDouble value) {
    return value.isPresent() ? String.valueOf(value.getAsDouble()) : "";
  }

  /**
   * Reads what {@link #toCsv} wrote.
   *
   * @param document its name in messages, usually its path
   * @throws InvalidDocumentException naming every wrong line
   */
  public static KitMeasurements ofCsv(String document, byte[] csv) {
    Lines lines = new Lines();
    CsvLines.read(new String(csv, StandardCharsets.UTF_8), ',', lines);
    if (!lines.problems.isEmpty()) {
      throw new InvalidDocumentException(document, lines.problems);
    }
    return new KitMeasurements(lines.timings);
  }

  private static final class Lines implements CsvLines.Reader {
    private final List<String> problems = new ArrayList<>();
    private final SortedMap<Subject, Timing> timings = new TreeMap<>();

    @Override
    public boolean header(List<String> columns) {
      if (!columns.equals(COLUMNS)) {
        problem(1, "columns are %s, not %s".formatted(columns, COLUMNS));
      }
      return columns.equals(COLUMNS);
    }

    @Override
    public void line(int number, List<String> cells) {
      Optional<KitRole> role =
          Arrays.stream(KitRole.values()).filter(r -> r.word().equals(cells.get(0))).findFirst();
      if (cells.size() != COLUMNS.size() || role.isEmpty()) {
        problem(number, "this is no measurement: it was altered; restore it");
        return;
      }
      try {
        Subject subject = new Subject(role.get(), cells.get(1));
        if (subject.role() == KitRole.OPERATOR) {
          Operator.parse(subject.text());
        }
        Timing timing =
            new Timing(
                Double.parseDouble(cells.get(2)),
                optional(cells.get(3)),
                optional(cells.get(4)),
                Long.parseLong(cells.get(5)));
        if (timings.put(subject, timing) != null) {
          problem(number, "it measures again what a line before it does: " + subject.text());
        }
      } catch (IllegalArgumentException e) {
        problem(number, e.getMessage());
      }
    }

    private static OptionalDouble optional(String cell) {
      return cell.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(cell));
    }

    @Override
    public void problem(int line, String what) {
      problems.add("line " + line + ": " + what);
    }
  }
}
