package dev.espalier.run;

import dev.espalier.document.CsvLines;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.document.Suggestion;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of targets.
 *
 * <pre>
 * profile,name,latency,weight-memory
 * profiles/pixel4,pixel4-warm,25ms,
 * hdfs://fleet/profiles/m7,,,1MB
 * </pre>
 *
 * <p>{@code profile} is a profile's name or, with a slash, the path of its folder, where it is
 * relative to the folder of the table. The other columns may be missing, and their cells empty:
 * {@code name} is what the target is called in place of its profile's name, so that a profile may
 * serve several targets, and every quantity a budget can limit may be limited for one target.
 */
final class TargetTable {
  private static final String PROFILE = "profile";
  private static final String NAME = "name";

  private TargetTable() {}

  /**
   * One line.
   *
   * @param line its number in the file
   * @param profile name or path
   * @param name of the target, where it has one of its own
   */
  record Row(int line, String profile, Optional<String> name, List<Constraint> limits) {
    Row {
      limits = List.copyOf(limits);
    }
  }

  /**
   * Reads a table.
   *
   * @param document its name in messages
   * @throws InvalidDocumentException with everything that is wrong with it
   */
  static List<Row> read(String document, byte[] csv) {
    Reading reading = new Reading(document);
    CsvLines.read(new String(csv, StandardCharsets.UTF_8), ',', reading);
    if (reading.problems.isEmpty() && reading.rows.isEmpty()) {
      reading.problem(1, "has a header but no target");
    }
    if (!reading.problems.isEmpty()) {
      throw new InvalidDocumentException(document, reading.problems);
    }
    return reading.rows;
  }

  private static final class Reading implements CsvLines.Reader {
    private final String document;
    private final List<String> problems = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private List<String> columns = List.of();

    Reading(String document) {
      this.document = document;
    }

    @Override
    public boolean header(List<String> header) {
      columns = header;
      List<String> known = new ArrayList<>(List.of(PROFILE, NAME));
      known.addAll(Amounts.keys());
      for (String column : header) {
        if (!known.contains(column)) {
          problem(
              1,
              "unknown column '%s'%s; known here: %s"
                  .formatted(column, Suggestion.of(column, known), String.join(", ", known)));
        }
      }
      boolean once = CsvLines.requireOnce(header, List.of(PROFILE), this);
      List<String> others = header.stream().filter(c -> !c.equals(PROFILE)).distinct().toList();
      return CsvLines.requireOnce(header, others, this) && once && problems.isEmpty();
    }

    @Override
    public void line(int number, List<String> cells) {
      if (cells.size() != columns.size()) {
        problem(
            number,
            "has %d cells, and the header %d columns".formatted(cells.size(), columns.size()));
        return;
      }
      Map<String, String> values = new LinkedHashMap<>();
      for (int i = 0; i < columns.size(); i++) {
        if (!cells.get(i).isEmpty()) {
          values.put(columns.get(i), cells.get(i));
        }
      }
      String profile = values.get(PROFILE);
      if (profile == null) {
        problem(number, "column profile is empty; the name of a profile or a path is needed");
        return;
      }
      List<Constraint> limits = new ArrayList<>();
      for (Quantity quantity : Quantity.values()) {
        String amount = values.get(quantity.label());
        if (amount != null) {
          limit(number, quantity, amount).ifPresent(limits::add);
        }
      }
      rows.add(new Row(number, profile, Optional.ofNullable(values.get(NAME)), limits));
    }

    private Optional<Constraint> limit(int number, Quantity quantity, String amount) {
      try {
        return Optional.of(
            new Constraint(
                quantity,
                Amounts.parse(quantity, amount),
                "line %d of %s".formatted(number, document)));
      } catch (IllegalArgumentException e) {
        problem(number, "column " + quantity.label() + ": " + e.getMessage());
        return Optional.empty();
      }
    }

    @Override
    public void problem(int line, String what) {
      problems.add("line " + line + ": " + what);
    }
  }
}
