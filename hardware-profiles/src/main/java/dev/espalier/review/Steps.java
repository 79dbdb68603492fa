package dev.espalier.review;

import dev.espalier.operator.Operator;
import dev.espalier.operator.TensorShape;
import dev.espalier.table.LatencyEntry;
import dev.espalier.table.LatencyTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Steps of a table: pairs of operators that differ in one dimension and are neighbours in it.
 * Mostly the larger operator takes longer; a step where it is clearly faster is suspicious. It need
 * not be wrong: runtimes have kernels of their own for some sizes.
 *
 * @param steps number of all
 * @param suspicious those where the larger operator is faster by more than {@value #TOLERANCE} and
 *     by more than the standard deviations of both, as far as they are known; the largest first
 */
public record Steps(int steps, List<Step> suspicious) {
  /** As a share of the smaller operator's latency. */
  static final double TOLERANCE = 0.05;

  /** In what two operators differ. */
  public enum Dimension {
    KERNEL(Operator::kernel),
    /** Squeeze-and-excitation channels follow the expansion and may differ too. */
    EXPANSION_CHANNELS(Operator::expansionChannels),
    OUTPUT_CHANNELS(o -> o.output().channels()),
    /** Rows and columns; those of the output follow. */
    INPUT_SIZE(o -> (long) o.input().height() * o.input().width());

    private final ToLongFunction<Operator> size;

    Dimension(ToLongFunction<Operator> size) {
      this.size = size;
    }

    /** What the operators on a line along this dimension have in common. */
    private List<Object> line(Operator o) {
      TensorShape in = o.input();
      TensorShape out = o.output();
      List<Object> fields = new ArrayList<>();
      fields.add(o.kind());
      fields.add(in.channels());
      fields.add(o.stride());
      fields.add(o.groups());
      fields.add(o.activation());
      fields.add(o.shortcut());
      fields.add(o.precision());
      fields.add(this == KERNEL ? 0 : o.kernel());
      fields.add(this == EXPANSION_CHANNELS ? 0 : o.expansionChannels());
      fields.add(
          this == EXPANSION_CHANNELS ? Math.min(o.squeezeChannels(), 1) : o.squeezeChannels());
      fields.add(this == OUTPUT_CHANNELS ? 0 : out.channels());
      fields.add(this == INPUT_SIZE ? 0 : in.height());
      fields.add(this == INPUT_SIZE ? 0 : in.width());
      fields.add(this == INPUT_SIZE ? 0 : out.height());
      fields.add(this == INPUT_SIZE ? 0 : out.width());
      return fields;
    }
  }

  /**
   * A pair of operators.
   *
   * @param dimension in which they differ
   * @param smaller the one with less of it
   * @param larger the one with more of it
   * @param smallerMicros what the smaller takes
   * @param largerMicros what the larger takes
   */
  public record Step(
      Dimension dimension,
      Operator smaller,
      Operator larger,
      double smallerMicros,
      double largerMicros) {
    /** The dimension's value at both ends, as in {@code 3 to 5}. */
    public String values() {
      return dimension == Dimension.INPUT_SIZE
          ? "%dx%d to %dx%d"
              .formatted(
                  smaller.input().height(),
                  smaller.input().width(),
                  larger.input().height(),
                  larger.input().width())
          : dimension.size.applyAsLong(smaller) + " to " + dimension.size.applyAsLong(larger);
    }
  }

  public Steps {
    suspicious = List.copyOf(suspicious);
  }

  /** Finds all steps of a table; O(n log n). */
  public static Steps of(LatencyTable table) {
    int steps = 0;
    List<Step> suspicious = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      Map<List<Object>, List<Operator>> lines = new LinkedHashMap<>();
      table
          .entries()
          .keySet()
          .forEach(o -> lines.computeIfAbsent(dimension.line(o), line -> new ArrayList<>()).add(o));
      for (List<Operator> line : lines.values()) {
        line.sort(Comparator.comparingLong(dimension.size).thenComparing(Operator::key));
        for (int i = 1; i < line.size(); i++) {
          Operator smaller = line.get(i - 1);
          Operator larger = line.get(i);
          if (dimension.size.applyAsLong(smaller) < dimension.size.applyAsLong(larger)) {
            steps++;
            LatencyEntry less = table.find(smaller).orElseThrow();
            LatencyEntry more = table.find(larger).orElseThrow();
            if (suspicious(less, more)) {
              suspicious.add(new Step(dimension, smaller, larger, less.micros(), more.micros()));
            }
          }
        }
      }
    }
    suspicious.sort(
        Comparator.<Step>comparingDouble(s -> s.largerMicros / s.smallerMicros)
            .thenComparing(s -> s.larger.key()));
    return new Steps(steps, suspicious);
  }

  private static boolean suspicious(LatencyEntry smaller, LatencyEntry larger) {
    double gain = smaller.micros() - larger.micros();
    return gain > TOLERANCE * smaller.micros()
        && gain > smaller.stdMicros().orElse(0) + larger.stdMicros().orElse(0);
  }
}
