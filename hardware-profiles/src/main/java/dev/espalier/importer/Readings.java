package dev.espalier.importer;

import dev.espalier.operator.Operator;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything that was read of some files, sound or not. Not thread-safe.
 *
 * <p>An operator that occurs again is one of three things. An entry with the same numbers is a
 * copy, and counts once. Another run of measurements (usually another file: OFA's tables of
 * neighbouring resolutions share most shapes) timed the operator anew: where all means are within
 * {@value #LARGEST_RATIO} of one another, the entry is over the samples of all runs; where they are
 * not, the runs did not measure the same thing. And another latency in the same run is a mistake.
 * The last two are problems that name both places.
 */
public final class Readings {
  /** Of the largest to the smallest mean that several runs may find of one operator. */
  static final double LARGEST_RATIO = 1.1;

  private final ImportSettings settings;
  private final List<String> problems = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final Map<Operator, List<Reading>> readings = new LinkedHashMap<>();
  private int entries;

  Readings(ImportSettings settings) {
    this.settings = settings;
  }

  /**
   * Begins an entry of a file.
   *
   * @param line where, 1 first
   */
  public Entry entry(SourceFile file, int line) {
    return new Entry(this, file, line);
  }

  /** Notes a problem that belongs to no entry. */
  public void problem(SourceFile file, int line, String what) {
    problems.add(file.place(line) + ": " + what);
  }

  void leaveOut(SourceFile file, int line, String why) {
    leftOut.add(file.place(line) + ": " + why);
  }

  void add(Operator operator, Reading reading) {
    entries++;
    readings
        .computeIfAbsent(operator.withPrecision(settings.precision()), o -> new ArrayList<>())
        .add(reading);
  }

  /** Every problem, those of repeated operators last. */
  List<String> problems() {
    List<String> all = new ArrayList<>(problems);
    readings.forEach((operator, of) -> noteConflicts(operator, distinct(of), all));
    if (all.isEmpty() && readings.isEmpty()) {
      all.add(leftOut.isEmpty() ? "no entry was found" : "no entry is left: " + leftOut.get(0));
    }
    return all;
  }

  /** The table; to be asked for only where there are no problems. */
  ImportedTable table() {
    Map<Operator, LatencyEntry> table = new LinkedHashMap<>();
    int pooled = 0;
    double largestRatio = 1;
    for (Map.Entry<Operator, List<Reading>> each : readings.entrySet()) {
      List<Reading> distinct = distinct(each.getValue());
      table.put(each.getKey(), pool(distinct));
      if (distinct.size() > 1) {
        pooled++;
        largestRatio = Math.max(largestRatio, ratio(distinct));
      }
    }
    return new ImportedTable(LatencyTable.of(table), entries, pooled, largestRatio, leftOut);
  }

  private static List<Reading> distinct(List<Reading> readings) {
    List<Reading> distinct = new ArrayList<>();
    for (Reading reading : readings) {
      if (distinct.stream().noneMatch(reading::same)) {
        distinct.add(reading);
      }
    }
    return distinct;
  }

  private static void noteConflicts(
      Operator operator, List<Reading> distinct, List<String> problems) {
    Map<String, Reading> firsts = new LinkedHashMap<>();
    boolean repeated = false;
    for (Reading reading : distinct) {
      Reading first = firsts.putIfAbsent(reading.run(), reading);
      if (first != null) {
        repeated = true;
        problems.add(
            "%s: %s us here and %s us in %s are of the same operator, %s: keep one"
                .formatted(
                    reading.place(),
                    micros(reading.meanMicros()),
                    micros(first.meanMicros()),
                    first.place(),
                    operator));
      }
    }
    if (!repeated && distinct.size() > 1 && ratio(distinct) > LARGEST_RATIO) {
      List<Reading> ordered = ordered(distinct);
      Reading least = ordered.get(0);
      Reading most = ordered.get(ordered.size() - 1);
      problems.add(
          "%s: %s us here and %s us in %s are of the same operator, %s: runs that differ by more than %d %% did not measure the same; leave one out"
              .formatted(
                  most.place(),
                  micros(most.meanMicros()),
                  micros(least.meanMicros()),
                  least.place(),
                  operator,
                  Math.round(100 * (LARGEST_RATIO - 1))));
    }
  }

  private static double ratio(List<Reading> readings) {
    List<Reading> ordered = ordered(readings);
    return ordered.get(ordered.size() - 1).meanMicros() / ordered.get(0).meanMicros();
  }

  /** In an order that does not depend on that of the files. */
  private static List<Reading> ordered(List<Reading> readings) {
    return readings.stream()
        .sorted(
            Comparator.comparingDouble(Reading::meanMicros)
                .thenComparingDouble(r -> r.stdMicros().orElse(-1))
                .thenComparingLong(r -> r.samples().orElse(-1)))
        .toList();
  }

  /**
   * Mean and standard deviation over the samples of all readings, as if they were one: {@code Σ n m
   * / Σ n} and the root of {@code Σ n (s² + (m - mean)²) / Σ n}, each {@code s} being over its
   * {@code n} samples. Where a number of samples is unknown, all readings weigh the same and the
   * number stays unknown; where a deviation is, that stays unknown.
   */
  private LatencyEntry pool(List<Reading> distinct) {
    List<Reading> ordered = ordered(distinct);
    if (ordered.size() == 1) {
      Reading only = ordered.get(0);
      return entry(only.meanMicros(), only.stdMicros(), only.samples());
    }
    boolean counted = ordered.stream().allMatch(r -> r.samples().isPresent());
    boolean spread = ordered.stream().allMatch(r -> r.stdMicros().isPresent());
    double weights = 0;
    double sum = 0;
    for (Reading reading : ordered) {
      double weight = counted ? reading.samples().getAsLong() : 1;
      weights += weight;
      sum += weight * reading.meanMicros();
    }
    double mean = sum / weights;
    double squares = 0;
    if (spread) {
      for (Reading reading : ordered) {
        double weight = counted ? reading.samples().getAsLong() : 1;
        double std = reading.stdMicros().getAsDouble();
        double off = reading.meanMicros() - mean;
        squares += weight * (std * std + off * off);
      }
    }
    return entry(
        mean,
        spread ? OptionalDouble.of(Math.sqrt(squares / weights)) : OptionalDouble.empty(),
        counted ? OptionalLong.of((long) weights) : OptionalLong.empty());
  }

  private LatencyEntry entry(double mean, OptionalDouble std, OptionalLong samples) {
    return new LatencyEntry(mean, std, OptionalDouble.empty(), samples, settings.origin());
  }

  /** Microseconds for messages. */
  static String micros(double micros) {
    return String.format(Locale.ROOT, "%.6g", micros);
  }

  /** A constant as {@link Operator#key()} spells it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
