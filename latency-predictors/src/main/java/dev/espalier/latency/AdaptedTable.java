package dev.espalier.latency;

import dev.espalier.profile.SumError;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.mllib.optimization.NNLS;

/**
 * The latency of a new device as a sum over the tables of known ones, each times a weight, plus an
 * overhead: so that there is a number for each operator, and a space too large to list can be
 * searched. Weights and overhead are not negative and minimise the squared relative error of the
 * measured networks, by MLlib's non-negative least squares, with outliers counted less as in {@link
 * RelativeLine}.
 *
 * @param weights of the known devices, in their order
 * @param overheadMicros of a network, at least 0
 * @param leftOut the error on each measured network, had it not been used
 */
public record AdaptedTable(List<Double> weights, double overheadMicros, SumError leftOut) {
  /** Fewest measured networks. */
  public static final int FEWEST = 5;

  private static final int ROUNDS = 10;

  /** Residuals up to so many robust deviations count in full; see {@link RelativeLine}. */
  private static final double HUBER = 1.345;

  private static final double NORMAL = 1.4826;

  /** Pulls weights towards equal shares, as much as so many networks would: tables are alike. */
  private static final double PRIOR = 0.001;

  public AdaptedTable {
    weights = List.copyOf(weights);
  }

  /**
   * Fits; O(networks² · devices²) times a constant, for the errors.
   *
   * @param known what the tables of known devices sum to, by device and network, above 0
   * @param micros measured, one for each network, at least {@value #FEWEST}
   */
  public static AdaptedTable fit(double[][] known, double[] micros) {
    if (known.length == 0) {
      throw new IllegalArgumentException("at least one known device is needed to adapt");
    }
    if (micros.length < FEWEST) {
      throw new IllegalArgumentException(
          "%d measured networks are too few to adapt to: at least %d are needed, ten to fifty are good"
              .formatted(micros.length, FEWEST));
    }
    double[] leftOut = new double[micros.length];
    for (int n = 0; n < micros.length; n++) {
      int without = n;
      int[] rest = IntStream.range(0, micros.length).filter(i -> i != without).toArray();
      leftOut[n] = predict(coefficients(known, micros, rest), known, n);
    }
    double[] all = coefficients(known, micros, IntStream.range(0, micros.length).toArray());
    return new AdaptedTable(
        Arrays.stream(all, 0, known.length).boxed().toList(),
        all[known.length],
        AdditivityCheck.error(leftOut, micros));
  }

  private static double predict(double[] coefficients, double[][] known, int network) {
    double sum = coefficients[known.length];
    for (int d = 0; d < known.length; d++) {
      sum += coefficients[d] * known[d][network];
    }
    return sum;
  }

  /** The weights, then the overhead. */
  private static double[] coefficients(double[][] known, double[] micros, int[] networks) {
    int columns = known.length + 1;
    double[][] relative = new double[columns][networks.length];
    for (int i = 0; i < networks.length; i++) {
      for (int d = 0; d < known.length; d++) {
        relative[d][i] = known[d][networks[i]] / micros[networks[i]];
      }
      relative[known.length][i] = 1 / micros[networks[i]];
    }
    // On a common scale, so that the prior means the same for every device.
    double[] scale = new double[columns];
    double[] start = new double[columns];
    for (int c = 0; c < columns; c++) {
      scale[c] = 1 / Arrays.stream(relative[c]).average().orElseThrow();
      for (int i = 0; i < networks.length; i++) {
        relative[c][i] *= scale[c];
      }
      start[c] = c < known.length ? 1.0 / known.length : 0;
    }
    double[] solution = start;
    double[] counts = new double[networks.length];
    Arrays.fill(counts, 1);
    for (int round = 0; round < ROUNDS; round++) {
      solution = solve(relative, counts, start);
      double[] residuals = residuals(relative, solution);
      double full =
          HUBER
              * NORMAL
              * Arrays.stream(residuals)
                  .map(Math::abs)
                  .sorted()
                  .skip(residuals.length / 2)
                  .findFirst()
                  .orElseThrow();
      for (int i = 0; i < counts.length; i++) {
        double size = Math.abs(residuals[i]);
        counts[i] = size <= full ? 1 : full / size;
      }
    }
    for (int c = 0; c < columns; c++) {
      solution[c] *= scale[c];
    }
    return solution;
  }

  private static double[] residuals(double[][] relative, double[] solution) {
    double[] residuals = new double[relative[0].length];
    for (int i = 0; i < residuals.length; i++) {
      residuals[i] = 1;
      for (int c = 0; c < solution.length; c++) {
        residuals[i] -= solution[c] * relative[c][i];
      }
    }
    return residuals;
  }

  /** Normal equations of the prior and the networks, each counted as told. */
  private static double[] solve(double[][] relative, double[] counts, double[] start) {
    int columns = relative.length;
    double prior = PRIOR * counts.length;
    double[] squares = new double[columns * columns];
    double[] products = new double[columns];
    for (int c = 0; c < columns; c++) {
      squares[c * columns + c] = prior;
      products[c] = prior * start[c];
      for (int i = 0; i < counts.length; i++) {
        double weighted = counts[i] * relative[c][i];
        products[c] += weighted;
        for (int other = 0; other < columns; other++) {
          squares[c * columns + other] += weighted * relative[other][i];
        }
      }
    }
    return NNLS.solve(squares, products, NNLS.createWorkspace(columns));
  }
}
