package dev.espalier.memory;

import dev.espalier.memory.OperatorMemory.Held;
import dev.espalier.memory.OperatorMemory.Region;
import dev.espalier.operator.Operator;
import dev.espalier.operator.Precision;
import dev.espalier.operator.Shortcut;
import dev.espalier.operator.TensorShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Runs the first operators of a network patch by patch (Lin et al., MCUNetV2, NeurIPS 2021, section
 * 3.1), so that no large map of theirs is ever whole in memory.
 *
 * <p>The output of the last of these operators is cut into a grid of p × p patches, of sides as
 * equal as whole rows and columns allow. For each patch, every operator makes what the next one
 * needs of it and no more: the patch and its halo, cut off at the border of the map. Halos of
 * neighbours overlap, and are computed anew for each. A patch with its halos needs the buffers of
 * {@link ActivationSchedule}, but that the first operator reads the image and the last one writes
 * into the whole output. The image and that output are in memory all the time; the peak of the
 * patches is these two and the most that an operator needs for a patch. The operators after them
 * run on whole maps. A grid of one patch is the plain schedule.
 *
 * <p>Deviation from the paper: the image counts whole, as where a camera writes it; the paper
 * leaves open how patches of it arrive.
 *
 * @param operators that run on patches, from the first on; 0 for the plain schedule
 * @param grid patches along each side, at least 1
 * @param peakBytes of activations of the whole network
 * @param macs of the whole network, those computed again included
 * @param plainMacs of the whole network on whole maps
 * @param effort for each operator of the network, what it computes over what it computes on whole
 *     maps, by multiply-accumulates, by output elements for pooling
 */
public record PatchSchedule(
    int operators, int grid, long peakBytes, long macs, long plainMacs, List<Double> effort) {
  /** Finer grids are not looked at. */
  private static final int FINEST = 8;

  public PatchSchedule {
    effort = List.copyOf(effort);
  }

  /** The network on whole maps. */
  public static PatchSchedule plain(List<Operator> network, Precision precision) {
    long macs = network.stream().mapToLong(Operator::macs).sum();
    List<Double> effort = network.stream().map(operator -> 1.0).toList();
    return new PatchSchedule(0, 1, wholeMaps(network, precision), macs, macs, effort);
  }

  private static long wholeMaps(List<Operator> operators, Precision precision) {
    return operators.stream()
        .mapToLong(operator -> OperatorMemory.of(operator).peakBytes(precision))
        .max()
        .orElse(0);
  }

  /**
   * The first operators on patches.
   *
   * @param network all operators, each taking what the one before it makes
   * @param count how many run on patches; each of these makes every position of its output from
   *     positions around it alone
   * @param grid patches along each side, at most the output's sides
   * @throws IllegalArgumentException if there are not as many such operators, or positions
   */
  public static PatchSchedule of(List<Operator> network, Precision precision, int count, int grid) {
    if (count < 1 || count > mostOperators(network)) {
      throw new IllegalArgumentException(
          "%d operators on patches: 1 to %d of this network can be"
              .formatted(count, mostOperators(network)));
    }
    TensorShape output = network.get(count - 1).output();
    int most = Math.min(output.height(), output.width());
    if (grid < 1 || grid > most) {
      throw new IllegalArgumentException(
          "a grid of %d patches a side over %s: 1 to %d are possible"
              .formatted(grid, output, most));
    }
    if (grid == 1) {
      return plain(network, precision);
    }
    long working = 0;
    double[] done = new double[count];
    for (int row = 0; row < grid; row++) {
      for (int column = 0; column < grid; column++) {
        List<Region> regions =
            regions(
                network.subList(0, count),
                Span.of(row, grid, output.height()),
                Span.of(column, grid, output.width()));
        for (int i = 0; i < count; i++) {
          Operator operator = network.get(i);
          working = Math.max(working, OperatorMemory.of(operator, regions.get(i)).peakElements());
          done[i] += effort(operator, regions.get(i));
        }
      }
    }
    long held = network.get(0).input().elements() + output.elements();
    long peak = (held + working) * precision.bytes();
    long rest = wholeMaps(network.subList(count, network.size()), precision);
    long macs = 0;
    List<Double> effort = new ArrayList<>();
    for (int i = 0; i < network.size(); i++) {
      Operator operator = network.get(i);
      Region whole = new Region(operator.input(), operator.output(), Held.NOTHING);
      effort.add(i < count ? done[i] / effort(operator, whole) : 1);
      macs += i < count && operator.macs() > 0 ? Math.round(done[i]) : operator.macs();
    }
    long plainMacs = network.stream().mapToLong(Operator::macs).sum();
    return new PatchSchedule(count, grid, Math.max(peak, rest), macs, plainMacs, effort);
  }

  /** How many operators, from the first on, make each position from positions around it alone. */
  public static int mostOperators(List<Operator> network) {
    int most = 0;
    while (most < network.size() && local(network.get(most))) {
      most++;
    }
    return most;
  }

  private static boolean local(Operator operator) {
    return switch (operator.kind()) {
      case CONV, BOTTLENECK, MAX_POOL -> true;
      // Squeeze-and-excitation averages over the whole map.
      case MBCONV -> operator.squeezeChannels() == 0;
      default -> false;
    };
  }

  /** The schedule with the least peak; of equals, the one that computes least. */
  public static PatchSchedule leastPeak(List<Operator> network, Precision precision) {
    return all(network, precision).stream()
        .min(
            Comparator.comparingLong(PatchSchedule::peakBytes)
                .thenComparingLong(PatchSchedule::macs))
        .orElseThrow();
  }

  /** The schedule that computes least within a limit on the peak; of equals, the least peak. */
  public static Optional<PatchSchedule> leastMacs(
      List<Operator> network, Precision precision, long mostPeakBytes) {
    return all(network, precision).stream()
        .filter(schedule -> schedule.peakBytes <= mostPeakBytes)
        .min(
            Comparator.comparingLong(PatchSchedule::macs)
                .thenComparingLong(PatchSchedule::peakBytes));
  }

  private static List<PatchSchedule> all(List<Operator> network, Precision precision) {
    List<PatchSchedule> all = new ArrayList<>(List.of(plain(network, precision)));
    for (int count = 1; count <= mostOperators(network); count++) {
      TensorShape output = network.get(count - 1).output();
      int finest = Math.min(FINEST, Math.min(output.height(), output.width()));
      for (int grid = 2; grid <= finest; grid++) {
        all.add(of(network, precision, count, grid));
      }
    }
    return all;
  }

  /** Multiply-accumulates that are computed more than once. */
  public long recomputedMacs() {
    return macs - plainMacs;
  }

  /**
   * An estimate of the latency, microseconds: every operator's time grows as what it computes. What
   * patches cost otherwise (calls, copies, caches that serve better) is not known from a table.
   *
   * @param network the operators this was made of
   * @param micros of an operator on whole maps
   */
  public double estimatedMicros(List<Operator> network, ToDoubleFunction<Operator> micros) {
    if (network.size() != effort.size()) {
      throw new IllegalArgumentException(
          "this schedule is of %d operators, not %d".formatted(effort.size(), network.size()));
    }
    double sum = 0;
    for (int i = 0; i < network.size(); i++) {
      sum += effort.get(i) * micros.applyAsDouble(network.get(i));
    }
    return sum;
  }

  /** In words, as in {@code with 2x2 patches over the first 5 operators, +12.3 % MACs}. */
  public String words() {
    return grid == 1
        ? "on whole maps"
        : String.format(
            Locale.ROOT,
            "with %dx%d patches over the first %d operators, %+.1f %% MACs",
            grid,
            grid,
            operators,
            100.0 * recomputedMacs() / plainMacs);
  }

  /**
   * Rows or columns of a map.
   *
   * @param from the first
   * @param end behind the last
   */
  record Span(int from, int end) {
    /** One of {@code parts} of a side. */
    static Span of(int part, int parts, int side) {
      return new Span(part * side / parts, (part + 1) * side / parts);
    }

    int length() {
      return end - from;
    }

    /** What an operator reads to make this, cut off at the border. */
    Span read(Operator operator, int side) {
      int half = operator.kernel() / 2;
      int stride = operator.stride();
      // A projected shortcut averages squares of the stride's side, which start at the position.
      int after = operator.shortcut() == Shortcut.PROJECTION ? Math.max(half, stride - 1) : half;
      return new Span(
          Math.max(0, from * stride - half), Math.min(side, (end - 1) * stride + after + 1));
    }
  }

  /** What each operator reads and makes for one patch of the last one's output. */
  static List<Region> regions(List<Operator> operators, Span rows, Span columns) {
    List<Region> regions = new ArrayList<>();
    Span height = rows;
    Span width = columns;
    for (int i = operators.size() - 1; i >= 0; i--) {
      Operator operator = operators.get(i);
      Span readRows = height.read(operator, operator.input().height());
      Span readColumns = width.read(operator, operator.input().width());
      boolean last = i == operators.size() - 1;
      regions.add(
          0,
          new Region(
              shape(readRows, readColumns, operator.input()),
              shape(height, width, operator.output()),
              i == 0 ? (last ? Held.BOTH : Held.INPUT) : last ? Held.OUTPUT : Held.NOTHING));
      height = readRows;
      width = readColumns;
    }
    return regions;
  }

  private static TensorShape shape(Span rows, Span columns, TensorShape map) {
    return new TensorShape(rows.length(), columns.length(), map.channels());
  }

  /** Multiply-accumulates of a region, or output elements of an operator that has none. */
  private static double effort(Operator operator, Region region) {
    long read = (long) region.input().height() * region.input().width();
    long made = (long) region.output().height() * region.output().width();
    long inputs = operator.input().channels();
    long outputs = operator.output().channels();
    long mid = operator.expansionChannels();
    long area = (long) operator.kernel() * operator.kernel();
    return switch (operator.kind()) {
      case CONV -> made * outputs * (inputs / operator.groups()) * area;
      case MBCONV -> (operator.expands() ? read * inputs * mid : 0) + made * mid * (area + outputs);
      case BOTTLENECK ->
          read * inputs * mid
              + made * mid * mid * area
              + made * outputs * (mid + (operator.shortcut() == Shortcut.PROJECTION ? inputs : 0));
      default -> made * outputs;
    };
  }
}
