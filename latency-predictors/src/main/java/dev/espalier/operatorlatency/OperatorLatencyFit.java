package dev.espalier.operatorlatency;

import dev.espalier.operator.Precision;
import dev.espalier.work.HeldOutError;
import dev.espalier.work.OperatorLatencyModel;
import dev.espalier.work.OperatorWork;
import dev.espalier.work.WorkFeature;
import dev.espalier.work.WorkGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.mllib.optimization.NNLS;

/**
 * Fits {@link OperatorLatencyModel}s: weights of at least 0 that minimise the mean relative error.
 *
 * <p>Least absolute relative errors by re-weighting (Schlossmacher, <em>An Iterative Technique for
 * Absolute Deviations Curve Fitting</em>, JASA 1973): each pass is a non-negative least squares
 * problem, solved by MLlib's projected conjugate gradients, whose rows weigh the inverse of latency
 * and of the root of the last pass's relative error, at least {@value #LEAST_ERROR}. Features are
 * scaled to a root mean square of 1, and a ridge of {@value #RIDGE} on that scale lets features
 * that the data cannot tell apart share what they cost, instead of one taking it all.
 *
 * <p>Of several {@link WorkGeometry}s the one with the least mean relative error on the fitted
 * values is taken, the first of equals. Takes O(values · features² + features³) for each pass and
 * geometry. Deterministic. Immutable and thread-safe.
 */
public final class OperatorLatencyFit {
  private static final double LEAST_ERROR = 0.02;
  private static final double RIDGE = 1e-4;
  private static final int PASSES = 30;

  /** Values for each weight without which a fit tells nothing of what it did not see. */
  private static final int VALUES_PER_WEIGHT = 2;

  private static final int FEATURES = WorkFeature.values().length;

  /** Of models that are asked once and thrown away. */
  private static final List<HeldOutError> UNJUDGED =
      List.of(HeldOutError.of("not judged", new double[] {0}));

  /** What executes products. */
  public enum Kernels {
    /** Code of its own for each kind of part, as on processors. */
    SEPARATE,
    /**
     * One array of multipliers: products of all kinds but depthwise cost the same for each
     * multiply-accumulate and each output, and nothing is gathered first.
     */
    SHARED
  }

  private static final List<List<WorkFeature>> TIED =
      List.of(
          List.of(
              WorkFeature.POINTWISE_MACS, WorkFeature.CONVOLUTION_MACS, WorkFeature.LINEAR_MACS),
          List.of(
              WorkFeature.POINTWISE_OUTPUTS,
              WorkFeature.CONVOLUTION_OUTPUTS,
              WorkFeature.LINEAR_OUTPUTS));

  private static final Set<WorkFeature> OF_SEPARATE_KERNELS =
      EnumSet.of(
          WorkFeature.CONVOLUTION_GATHERED,
          WorkFeature.CONVOLUTION_REMAINDERS,
          WorkFeature.CONVOLUTION_WINDOWS,
          WorkFeature.DEPTHWISE_GATHERED,
          WorkFeature.DEPTHWISE_REMAINDERS,
          WorkFeature.DEPTHWISE_WINDOWS);

  private final Precision precision;
  private final Kernels kernels;
  private final List<WorkGeometry> geometries;

  /**
   * A fit.
   *
   * @param precision that was measured in
   * @param kernels what executes products
   * @param geometries to choose from, at least one
   */
  public OperatorLatencyFit(Precision precision, Kernels kernels, List<WorkGeometry> geometries) {
    this.precision = precision;
    this.kernels = kernels;
    this.geometries = List.copyOf(geometries);
    if (geometries.isEmpty()) {
      throw new IllegalArgumentException("a fit needs a geometry");
    }
  }

  /** Geometries of the same lanes with limits in steps of a half from 64 KiB to 2 MiB, and none. */
  public static List<WorkGeometry> onChipLimits(WorkGeometry lanes) {
    List<WorkGeometry> geometries = new ArrayList<>();
    for (long bytes = 64 << 10; bytes <= 2 << 20; bytes *= 2) {
      geometries.add(lanes.withOnChipBytes(bytes));
      geometries.add(lanes.withOnChipBytes(bytes * 3 / 2));
    }
    geometries.add(lanes.withOnChipBytes(Long.MAX_VALUE));
    return List.copyOf(geometries);
  }

  /**
   * Fits a model on all values.
   *
   * @param fittedOn what they are, in words
   * @param errors found before on values kept out
   * @throws IllegalArgumentException if there are too few values, or all latencies are equal
   */
  public OperatorLatencyModel fit(
      List<MeasuredWork> values, String fittedOn, List<HeldOutError> errors) {
    Fitted fitted = new Table(values).fit(all(values.size()));
    return model(fitted, values, fittedOn, errors);
  }

  private OperatorLatencyModel model(
      Fitted fitted, List<MeasuredWork> values, String fittedOn, List<HeldOutError> errors) {
    return new OperatorLatencyModel(
        precision,
        fitted.geometry,
        fitted.weights,
        fittedOn,
        values.stream().mapToLong(MeasuredWork::macs).min().orElse(0),
        values.stream().mapToLong(MeasuredWork::macs).max().orElse(0),
        errors);
  }

  /**
   * What models say of values that they were not fitted on.
   *
   * @param micros of each value, in their order
   * @param networkMicros the part of it that is paid once for a network
   */
  public record KeptOut(List<Double> micros, List<Double> networkMicros) {
    public KeptOut {
      micros = List.copyOf(micros);
      networkMicros = List.copyOf(networkMicros);
    }

    /** |modelled - measured| / measured of each value, in their order. */
    public double[] errors(List<MeasuredWork> values) {
      return IntStream.range(0, values.size())
          .mapToDouble(i -> Math.abs(micros.get(i) / values.get(i).micros() - 1))
          .toArray();
    }
  }

  /**
   * Keeps each group out in turn, and asks a model that was fitted on the other groups.
   *
   * @throws IllegalArgumentException if there is one group only, or too few values without one
   */
  public KeptOut leaveGroupsOut(List<MeasuredWork> values) {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      groups.computeIfAbsent(values.get(i).group(), g -> new ArrayList<>()).add(i);
    }
    if (groups.size() < 2) {
      throw new IllegalArgumentException(
          "all %d values are of one group, %s: nothing can be kept out; name a space with --space whose parts tell them apart"
              .formatted(values.size(), groups.keySet()));
    }
    Table table = new Table(values);
    table.require(all(values.size()));
    Double[] micros = new Double[values.size()];
    Double[] networkMicros = new Double[values.size()];
    groups.forEach(
        (group, out) -> {
          int[] rest =
              IntStream.range(0, values.size())
                  .filter(i -> !values.get(i).group().equals(group))
                  .toArray();
          OperatorLatencyModel model = model(table.fit(rest), values, group, UNJUDGED);
          for (int i : out) {
            micros[i] = table.micros(model, i);
            networkMicros[i] =
                values.get(i).subject() == MeasuredWork.Subject.NETWORK ? model.networkMicros() : 0;
          }
        });
    return new KeptOut(List.of(micros), List.of(networkMicros));
  }

  /**
   * Relative errors of a model.
   *
   * @return |modelled - measured| / measured of each value, in their order
   */
  public static double[] errors(OperatorLatencyModel model, List<MeasuredWork> values) {
    double[] modelled = micros(model, values);
    return IntStream.range(0, modelled.length)
        .mapToDouble(i -> Math.abs(modelled[i] / values.get(i).micros() - 1))
        .toArray();
  }

  /** What a model says of measured values, microseconds, in their order. */
  public static double[] micros(OperatorLatencyModel model, List<MeasuredWork> values) {
    Counts counts = new Counts(model.precision(), model.geometry());
    return values.stream().mapToDouble(v -> model.micros(counts.of(v))).toArray();
  }

  private static int[] all(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** What a fit found. */
  private record Fitted(
      WorkGeometry geometry, SortedMap<WorkFeature, Double> weights, double meanRelativeError) {}

  /** Counts of values; those of an operator that many networks have are made once. */
  private static final class Counts {
    private final Precision precision;
    private final WorkGeometry geometry;
    private final Map<OperatorWork, double[]> known = new IdentityHashMap<>();

    Counts(Precision precision, WorkGeometry geometry) {
      this.precision = precision;
      this.geometry = geometry;
    }

    double[] of(MeasuredWork value) {
      double[] sum = new double[FEATURES];
      for (OperatorWork work : value.work()) {
        double[] counts = known.computeIfAbsent(work, w -> WorkFeature.of(w, precision, geometry));
        for (int f = 0; f < FEATURES; f++) {
          sum[f] += counts[f];
        }
      }
      sum[WorkFeature.NETWORKS.ordinal()] = value.subject() == MeasuredWork.Subject.NETWORK ? 1 : 0;
      return sum;
    }
  }

  /** Values as numbers, in every geometry. */
  private final class Table {
    private final List<MeasuredWork> values;
    private final double[] micros;
    private final List<double[][]> counts = new ArrayList<>();

    Table(List<MeasuredWork> values) {
      this.values = values;
      micros = values.stream().mapToDouble(MeasuredWork::micros).toArray();
      for (WorkGeometry geometry : geometries) {
        Counts of = new Counts(precision, geometry);
        counts.add(values.stream().map(of::of).toArray(double[][]::new));
      }
    }

    double micros(OperatorLatencyModel model, int value) {
      return model.micros(counts.get(geometries.indexOf(model.geometry()))[value]);
    }

    Fitted fit(int[] rows) {
      require(rows);
      Fitted best = null;
      for (int g = 0; g < geometries.size(); g++) {
        Fitted fitted = fit(g, rows);
        if (best == null || fitted.meanRelativeError < best.meanRelativeError - 1e-9) {
          best = fitted;
        }
      }
      return best;
    }

    private void require(int[] rows) {
      if (rows.length == 0) {
        throw new IllegalArgumentException("there is no value to fit: measure some operators");
      }
      String places =
          values.get(rows[0]).place() + " to " + values.get(rows[rows.length - 1]).place();
      if (Arrays.stream(rows).mapToDouble(i -> micros[i]).distinct().count() == 1) {
        throw new IllegalArgumentException(
            "%s: all %d latencies are %s us: that column is no latency; check which one it is"
                .formatted(places, rows.length, micros[rows[0]]));
      }
      int features = columns(counts.get(0), rows).size();
      int needed = VALUES_PER_WEIGHT * features;
      if (rows.length < needed) {
        throw new IllegalArgumentException(
            "%s: %d values are too few to fit %d weights, for which at least %d are needed; measure more operators"
                .formatted(places, rows.length, features, needed));
      }
    }

    private Fitted fit(int geometry, int[] rows) {
      double[][] table = counts.get(geometry);
      List<List<WorkFeature>> columns = columns(table, rows);
      int n = columns.size();
      // Relative to latency, so that a row that is met exactly sums to 1.
      double[][] relative = new double[rows.length][n];
      double[] scales = new double[n];
      for (int i = 0; i < rows.length; i++) {
        for (int f = 0; f < n; f++) {
          for (WorkFeature feature : columns.get(f)) {
            relative[i][f] += table[rows[i]][feature.ordinal()] / micros[rows[i]];
          }
          scales[f] += relative[i][f] * relative[i][f] / rows.length;
        }
      }
      for (int f = 0; f < n; f++) {
        scales[f] = Math.sqrt(scales[f]);
      }
      double[] weights = new double[n];
      double[] importance = new double[rows.length];
      Arrays.fill(importance, 1);
      double mean = 0;
      for (int pass = 0; pass < PASSES; pass++) {
        weights = solve(relative, scales, importance);
        mean = 0;
        for (int i = 0; i < rows.length; i++) {
          double said = 0;
          for (int f = 0; f < n; f++) {
            said += weights[f] * relative[i][f] / scales[f];
          }
          double error = Math.abs(said - 1);
          mean += error / rows.length;
          importance[i] = 1 / Math.max(error, LEAST_ERROR);
        }
      }
      SortedMap<WorkFeature, Double> named = new TreeMap<>();
      for (int f = 0; f < n; f++) {
        for (WorkFeature feature : columns.get(f)) {
          named.put(feature, weights[f] / scales[f]);
        }
      }
      return new Fitted(geometries.get(geometry), named, mean);
    }

    /** Non-negative least squares of rows that should sum to 1. */
    private static double[] solve(double[][] relative, double[] scales, double[] importance) {
      int n = scales.length;
      double[] squares = new double[n * n];
      double[] products = new double[n];
      double total = Arrays.stream(importance).sum();
      for (int i = 0; i < relative.length; i++) {
        double share = importance[i] / total;
        for (int f = 0; f < n; f++) {
          double x = relative[i][f] / scales[f];
          products[f] += share * x;
          for (int g = 0; g < n; g++) {
            squares[f * n + g] += share * x * relative[i][g] / scales[g];
          }
        }
      }
      for (int f = 0; f < n; f++) {
        squares[f * n + f] += RIDGE;
      }
      return NNLS.solve(squares, products, NNLS.createWorkspace(n));
    }

    /**
     * Features that get a weight: those that some row has and that can be told from {@link
     * WorkFeature#NETWORKS}, which what all networks have alike cannot; tied ones together.
     */
    private List<List<WorkFeature>> columns(double[][] table, int[] rows) {
      boolean networks = table[rows[0]][WorkFeature.NETWORKS.ordinal()] > 0;
      Set<WorkFeature> used = EnumSet.noneOf(WorkFeature.class);
      for (WorkFeature feature : WorkFeature.values()) {
        int f = feature.ordinal();
        double first = table[rows[0]][f];
        boolean varies = Arrays.stream(rows).anyMatch(i -> table[i][f] != first);
        boolean seen = first > 0 || varies;
        boolean told = varies || !networks || feature == WorkFeature.NETWORKS;
        boolean asked = kernels == Kernels.SEPARATE || !OF_SEPARATE_KERNELS.contains(feature);
        if (seen && told && asked) {
          used.add(feature);
        }
      }
      List<List<WorkFeature>> columns = new ArrayList<>();
      if (kernels == Kernels.SHARED) {
        for (List<WorkFeature> tied : TIED) {
          if (used.removeAll(tied)) {
            columns.add(tied);
          }
        }
      }
      used.forEach(feature -> columns.add(List.of(feature)));
      return columns;
    }
  }
}
