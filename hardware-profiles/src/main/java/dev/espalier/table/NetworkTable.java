package dev.espalier.table;

import dev.espalier.provenance.Origin;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What whole networks of one search space take, for targets where no sum over operators tells it.
 * Not every network of the space need be there. Immutable and thread-safe; its CSV is canonical.
 */
public final class NetworkTable {
  /** The most networks that a table holds: all of one are in memory. */
  public static final int MOST = 1_000_000;

  private final SearchSpace space;
  private final SortedMap<Architecture, LatencyEntry> entries;

  private NetworkTable(SearchSpace space, Map<Architecture, LatencyEntry> entries) {
    this.space = space;
    this.entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /**
   * A table of these networks.
   *
   * @param space that all of them are of
   * @param entries latency of one image; from 1 to {@value #MOST}, each above 0
   * @throws IllegalArgumentException if there are none or too many, one is not of the space, or one
   *     takes no time
   */
  public static NetworkTable of(SearchSpace space, Map<Architecture, LatencyEntry> entries) {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException(
          "a network table of %s needs at least one network".formatted(space.family()));
    }
    if (entries.size() > MOST) {
      throw new IllegalArgumentException(tooMany(entries.size()));
    }
    entries.forEach((architecture, entry) -> requireFitting(space, architecture, entry));
    return new NetworkTable(space, entries);
  }

  private static void requireFitting(
      SearchSpace space, Architecture architecture, LatencyEntry entry) {
    if (!space.architecture(architecture.toBytes()).equals(architecture)) {
      throw new IllegalArgumentException(
          "code %s is not canonical in %s: decisions without effect must be 0"
              .formatted(architecture, space.family()));
    }
    if (!(entry.micros() > 0)) {
      throw new IllegalArgumentException(
          "architecture %s of %s: %s us is not above 0, and a network takes time"
              .formatted(space.format(architecture), space.family(), entry.micros()));
    }
  }

  static String tooMany(int networks) {
    return "%d networks are more than the %d that a table can hold: keep those that will be searched"
        .formatted(networks, MOST);
  }

  /**
   * Reads the form that {@link #toCsv} writes; the columns may come in any order, and {@code
   * std_us}, {@code median_us} and {@code samples} may be left out.
   *
   * @param document its name in messages, usually its path
   * @throws dev.espalier.document.InvalidDocumentException naming every wrong line with its column,
   *     its value and what is allowed
   */
  public static NetworkTable ofCsv(SearchSpace space, String document, byte[] csv) {
    return new NetworkTable(space, new NetworkCsv(space, document).read(csv));
  }

  /**
   * A header and one network a line, readable, ordered by code, UTF-8; equal tables give equal
   * bytes.
   */
  public byte[] toCsv() {
    return NetworkCsv.write(space, entries);
  }

  /** The space that the networks are of. */
  public SearchSpace space() {
    return space;
  }

  /** All entries, ordered by code; a view that cannot be changed. */
  public SortedMap<Architecture, LatencyEntry> entries() {
    return entries;
  }

  /** Number of networks. */
  public int size() {
    return entries.size();
  }

  /** Whether every network of the space is there. */
  public boolean complete() {
    return space.size().equals(BigInteger.valueOf(entries.size()));
  }

  /** The entry of a network, where there is one. */
  public Optional<LatencyEntry> find(Architecture architecture) {
    return Optional.ofNullable(entries.get(architecture));
  }

  /**
   * Latency of one image, microseconds.
   *
   * @throws IllegalArgumentException if the network is not in the table
   */
  public double micros(Architecture architecture) {
    LatencyEntry entry = entries.get(architecture);
    if (entry == null) {
      throw new IllegalArgumentException(
          "architecture %s is not among the %d networks of %s that are known: measure it, or model it on those"
              .formatted(space.format(architecture), entries.size(), space.family()));
    }
    return entry.micros();
  }

  /**
   * Those of the space that have no entry, ordered by code.
   *
   * <p>Cost: as {@link SearchSpace#forEachArchitecture}, so only for spaces that can be counted
   * through.
   *
   * @param most of them to return
   */
  public List<Architecture> missing(int most) {
    List<Architecture> missing = new ArrayList<>();
    space.forEachArchitecture(
        architecture -> {
          if (missing.size() < most && !entries.containsKey(architecture)) {
            missing.add(architecture);
          }
        });
    return missing;
  }

  /** How many entries came about how, of each origin that occurs. */
  public Map<Origin, Integer> origins() {
    Map<Origin, Integer> origins = new EnumMap<>(Origin.class);
    entries.values().forEach(entry -> origins.merge(entry.origin(), 1, Integer::sum));
    return Collections.unmodifiableMap(origins);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkTable t && space.equals(t.space) && entries.equals(t.entries);
  }

  @Override
  public int hashCode() {
    return 31 * space.hashCode() + entries.hashCode();
  }

  @Override
  public String toString() {
    return "network table of %d networks of %s".formatted(entries.size(), space.family());
  }
}
