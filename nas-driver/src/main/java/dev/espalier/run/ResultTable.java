package dev.espalier.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A table of results before it is stored: typed columns, rows in their final order. */
public final class ResultTable {
  private final String name;
  private final List<Column> columns;
  private final List<List<Object>> rows = new ArrayList<>();

  /** What a column holds. */
  public enum Type {
    TEXT(String.class),
    INTEGER(Integer.class),
    LONG(Long.class),
    DOUBLE(Double.class);

    private final Class<?> values;

    Type(Class<?> values) {
      this.values = values;
    }
  }

  /** Whether a cell may be empty. */
  public enum Presence {
    REQUIRED,
    OPTIONAL
  }

  /**
   * One column.
   *
   * @param name in lower case with underscores, a unit at its end where it has one
   * @param type of its values
   * @param presence whether cells may be null
   */
  public record Column(String name, Type type, Presence presence) {}

  /** Starts a table. */
  ResultTable(String name, Column... columns) {
    this.name = name;
    this.columns = List.of(columns);
  }

  static Column required(String name, Type type) {
    return new Column(name, type, Presence.REQUIRED);
  }

  static Column optional(String name, Type type) {
    return new Column(name, type, Presence.OPTIONAL);
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if a cell is not of its column's type
   */
  void add(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "table %s: %d cells for %d columns".formatted(name, cells.length, columns.size()));
    }
    for (int i = 0; i < cells.length; i++) {
      Column column = columns.get(i);
      boolean fits =
          cells[i] == null
              ? column.presence == Presence.OPTIONAL
              : column.type.values.isInstance(cells[i]);
      if (!fits) {
        throw new IllegalArgumentException(
            "table %s: '%s' is not %s %s for column %s"
                .formatted(name, cells[i], column.presence, column.type, column.name));
      }
    }
    rows.add(Collections.unmodifiableList(Arrays.asList(cells.clone())));
  }

  /** The name of the table and of its file. */
  public String name() {
    return name;
  }

  /** Its columns. */
  public List<Column> columns() {
    return columns;
  }

  /** Its rows; a cell is null where nothing is known. */
  public List<List<Object>> rows() {
    return Collections.unmodifiableList(rows);
  }
}
