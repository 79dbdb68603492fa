package dev.espalier.regression;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Regression by a Gaussian process (Rasmussen and Williams, 2006, chapter 2) whose noise has heavy
 * tails: each observation's noise grows with how far it is from what the others say of it, as under
 * a Student distribution of {@value #FREEDOM} degrees of freedom (expectation-maximisation as in
 * Lange, Little and Taylor, <em>Robust Statistical Modeling Using the t Distribution</em>, JASA
 * 1989). Deviation: residuals are leave-one-out, so that an outlier cannot hold on to itself.
 *
 * <p>Immutable and thread-safe. Fitting takes O(n³), predicting O(n) a row.
 */
public final class GaussianProcess {
  private static final double FREEDOM = 4;
  private static final int ROUNDS = 3;

  /** Most and least that an observation counts, as multiples of an ordinary one. */
  private static final double MOST = 1.25;

  private static final double LEAST = 0.01;

  private final Kernel kernel;
  private final Rows rows;
  private final double mean;
  private final double deviation;
  private final double[] weights;
  private final double[] leftOut;

  private GaussianProcess(
      Kernel kernel, Rows rows, double mean, double deviation, double[] weights, double[] leftOut) {
    this.kernel = kernel;
    this.rows = rows;
    this.mean = mean;
    this.deviation = deviation;
    this.weights = weights;
    this.leftOut = leftOut;
  }

  /**
   * Fits.
   *
   * @param rows scaled; see {@link Rows.Scale}
   * @param values one for each row, at least two, all finite
   */
  public static GaussianProcess fit(Kernel kernel, Rows rows, double[] values) {
    int n = rows.count();
    Standard standard = Standard.of(values);
    double[] y = standard.values();
    double[] alike = kernel.matrix(rows);
    double[] counts = new double[n];
    Arrays.fill(counts, 1);
    double[] weights = new double[n];
    double[] residuals = new double[n];
    for (int round = 0; round <= ROUNDS; round++) {
      SymmetricMatrix matrix = SymmetricMatrix.invert(noisy(alike, kernel, counts), n);
      weights = matrix.solve(y);
      for (int i = 0; i < n; i++) {
        // Leave-one-out residual and its variance: Rasmussen and Williams, equation 5.12.
        double precision = matrix.inverse()[i * n + i];
        residuals[i] = weights[i] / precision;
        double squared = residuals[i] * residuals[i] * precision;
        counts[i] = Math.min(MOST, Math.max(LEAST, (FREEDOM + 1) / (FREEDOM + squared)));
      }
    }
    double[] leftOut = new double[n];
    for (int i = 0; i < n; i++) {
      leftOut[i] = standard.mean() + standard.deviation() * (y[i] - residuals[i]);
    }
    return new GaussianProcess(
        kernel, rows, standard.mean(), standard.deviation(), weights, leftOut);
  }

  private static double[] noisy(double[] alike, Kernel kernel, double[] counts) {
    double[] matrix = alike.clone();
    for (int i = 0; i < counts.length; i++) {
      matrix[i * counts.length + i] += kernel.noise() / counts[i];
    }
    return matrix;
  }

  /** The values of other rows, on the same scale. */
  public double[] predict(Rows others) {
    double[] predicted = new double[others.count()];
    for (int i = 0; i < predicted.length; i++) {
      double sum = 0;
      for (int j = 0; j < weights.length; j++) {
        sum += weights[j] * kernel.of(others, i, rows, j);
      }
      predicted[i] = mean + deviation * sum;
    }
    return predicted;
  }

  /** Writes everything but the rows. */
  public void write(DataOutput out) throws IOException {
    kernel.write(out);
    out.writeDouble(mean);
    out.writeDouble(deviation);
    for (int i = 0; i < weights.length; i++) {
      out.writeDouble(weights[i]);
      out.writeDouble(leftOut[i]);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param rows that it was fitted on, on the same scale
   */
  public static GaussianProcess read(DataInput in, Rows rows) throws IOException {
    Kernel kernel = Kernel.read(in);
    double mean = in.readDouble();
    double deviation = in.readDouble();
    double[] weights = new double[rows.count()];
    double[] leftOut = new double[rows.count()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = in.readDouble();
      leftOut[i] = in.readDouble();
    }
    return new GaussianProcess(kernel, rows, mean, deviation, weights, leftOut);
  }

  /** What would be predicted for each row had it not been fitted on. */
  public double[] leftOut() {
    return leftOut.clone();
  }

  /**
   * Which rows tell most: each the one of which least is known after those before it, by the
   * variance that is left, as a pivoted Cholesky factorisation finds them. O(count² · rows).
   *
   * @param known rows at the beginning whose values are known already
   * @param count of others that are chosen
   * @return numbers of rows, the most telling first
   */
  public static int[] mostTelling(Kernel kernel, Rows rows, int known, int count) {
    int n = rows.count();
    if (known + count > n) {
      throw new IllegalArgumentException(
          "%d rows hold no %d beside %d known ones".formatted(n, count, known));
    }
    double[][] factors = new double[known + count][n];
    double[] left = new double[n];
    for (int i = 0; i < n; i++) {
      left[i] = kernel.of(rows, i, rows, i);
    }
    boolean[] taken = new boolean[n];
    int[] chosen = new int[count];
    for (int step = 0; step < known + count; step++) {
      int pivot = step;
      if (step >= known) {
        pivot = -1;
        for (int i = 0; i < n; i++) {
          if (!taken[i] && (pivot < 0 || left[i] > left[pivot])) {
            pivot = i;
          }
        }
        chosen[step - known] = pivot;
      }
      taken[pivot] = true;
      double root = Math.sqrt(left[pivot] + kernel.noise());
      for (int i = 0; i < n; i++) {
        double covariance = kernel.of(rows, i, rows, pivot);
        for (int k = 0; k < step; k++) {
          covariance -= factors[k][i] * factors[k][pivot];
        }
        factors[step][i] = covariance / root;
        left[i] = Math.max(0, left[i] - factors[step][i] * factors[step][i]);
      }
    }
    return chosen;
  }

  /**
   * Values with mean 0 and deviation 1.
   *
   * @param deviation 1 where all values are equal
   */
  record Standard(double mean, double deviation, double[] values) {
    static Standard of(double[] values) {
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      double deviation = variance > 1e-18 ? Math.sqrt(variance) : 1;
      return new Standard(
          mean, deviation, Arrays.stream(values).map(v -> (v - mean) / deviation).toArray());
    }
  }
}
