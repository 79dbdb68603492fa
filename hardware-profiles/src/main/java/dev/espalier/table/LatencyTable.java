package dev.espalier.table;

import dev.espalier.operator.Operator;
import dev.espalier.provenance.Origin;
import dev.espalier.work.OperatorLatencyModel;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Entries by operator, ordered by key, and where there is one a model of what has no entry.
 * Immutable and thread-safe; its CSV is canonical, and of the entries alone.
 */
public final class LatencyTable {
  private final Map<Operator, LatencyEntry> entries;
  private final Optional<OperatorLatencyModel> model;

  private LatencyTable(Map<Operator, LatencyEntry> entries, Optional<OperatorLatencyModel> model) {
    this.entries = Collections.unmodifiableMap(entries);
    this.model = model;
  }

  /** A table of these entries. */
  public static LatencyTable of(Map<Operator, LatencyEntry> entries) {
    SortedMap<String, Operator> keys = new TreeMap<>();
    entries.keySet().forEach(operator -> keys.put(operator.key(), operator));
    Map<Operator, LatencyEntry> ordered = new LinkedHashMap<>();
    keys.values().forEach(operator -> ordered.put(operator, entries.get(operator)));
    return new LatencyTable(ordered, Optional.empty());
  }

  /** A table without entries, all of whose latencies a model says. */
  public static LatencyTable of(OperatorLatencyModel model) {
    return of(Map.of()).completedBy(model);
  }

  /** The same entries, and for any other operator of the model's precision what that says. */
  public LatencyTable completedBy(OperatorLatencyModel other) {
    return new LatencyTable(entries, Optional.of(other));
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

  /** What says the latency of operators that have no entry, where there is such a model. */
  public Optional<OperatorLatencyModel> model() {
    return model;
  }

  /** The entry of an operator, or else what the model says of it, where there is either. */
  public Optional<LatencyEntry> find(Operator operator) {
    LatencyEntry entry = entries.get(operator);
    return entry == null ? modelled(operator) : Optional.of(entry);
  }

  private Optional<LatencyEntry> modelled(Operator operator) {
    return model
        .filter(m -> m.precision() == operator.precision())
        .map(
            m ->
                new LatencyEntry(
                    m.micros(operator),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalLong.of(0),
                    Origin.MODELLED));
  }

  /** Those of whose latency nothing is known, in the order given, each once. */
  public List<Operator> missing(Collection<Operator> operators) {
    return operators.stream().distinct().filter(o -> find(o).isEmpty()).toList();
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
    return new LatencyTable(of(merged).entries, model.or(() -> other.model));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LatencyTable t && entries.equals(t.entries) && model.equals(t.model);
  }

  @Override
  public int hashCode() {
    return Objects.hash(entries, model);
  }

  @Override
  public String toString() {
    return "latency table of %d operators%s"
        .formatted(entries.size(), model.isPresent() ? " and a model of others" : "");
  }
}
