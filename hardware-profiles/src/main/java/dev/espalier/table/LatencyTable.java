package dev.espalier.table;

import dev.espalier.operator.Operator;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Entries by operator, ordered by key. Immutable and thread-safe; its CSV is canonical. */
public final class LatencyTable {
  private final Map<Operator, LatencyEntry> entries;

  private LatencyTable(Map<Operator, LatencyEntry> entries) {
    this.entries = Collections.unmodifiableMap(entries);
  }

  /** A table of these entries. */
  public static LatencyTable of(Map<Operator, LatencyEntry> entries) {
    SortedMap<String, Operator> keys = new TreeMap<>();
    entries.keySet().forEach(operator -> keys.put(operator.key(), operator));
    Map<Operator, LatencyEntry> ordered = new LinkedHashMap<>();
    keys.values().forEach(operator -> ordered.put(operator, entries.get(operator)));
    return new LatencyTable(ordered);
  }

  /**
   * Reads the form that {@link #toCsv} writes; the columns may come in any order.
   *
   * @param document its name in messages, usually its path
   * @throws dev.espalier.document.InvalidDocumentException naming every wrong line with its column,
   *     its value and what is allowed
   */
  public static LatencyTable ofCsv(String document, byte[] csv) {
    return of(new LatencyCsv(document).read(csv));
  }

  /** A header and one operator a line, ordered by key, UTF-8; equal tables give equal bytes. */
  public byte[] toCsv() {
    return LatencyCsv.write(entries);
  }

  /** All entries, ordered by key; a view that cannot be changed. */
  public Map<Operator, LatencyEntry> entries() {
    return entries;
  }

  /** Number of operators. */
  public int size() {
    return entries.size();
  }

  /** The entry of an operator, where there is one. */
  public Optional<LatencyEntry> find(Operator operator) {
    return Optional.ofNullable(entries.get(operator));
  }

  /** Those that have no entry, in the order given, each once. */
  public List<Operator> missing(Collection<Operator> operators) {
    return operators.stream().distinct().filter(o -> !entries.containsKey(o)).toList();
  }

  /**
   * This table and another together.
   *
   * @throws IllegalArgumentException if an operator is in both
   */
  public LatencyTable with(LatencyTable other) {
    Map<Operator, LatencyEntry> merged = new LinkedHashMap<>(entries);
    other.entries.forEach(
        (operator, entry) -> {
          if (merged.put(operator, entry) != null) {
            throw new IllegalArgumentException(
                "operator " + operator + " is in both tables: keep one of its entries");
          }
        });
    return of(merged);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LatencyTable t && entries.equals(t.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return "latency table of " + entries.size() + " operators";
  }
}
