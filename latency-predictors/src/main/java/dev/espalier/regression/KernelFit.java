package dev.espalier.regression;

/**
 * Finds a kernel by maximising the likelihood of observations (Rasmussen and Williams, 2006,
 * section 5.4.1) over the logarithms of its variances and rates, by Adam (Kingma and Ba, ICLR
 * 2015). The kernel has neither constant nor sources; the others are found.
 */
public final class KernelFit {
  private static final double[] START = {-1.5, -2, -3, -1, -0.5, -3.5};
  private static final int LINEAR = 0;
  private static final int HAMMING = 1;
  private static final int HAMMING_RATE = 2;
  private static final int LAPLACE = 3;
  private static final int LAPLACE_RATE = 4;
  private static final int NOISE = 5;

  private static final int STEPS = 40;
  private static final double RATE = 0.1;
  private static final double MOMENTUM = 0.9;
  private static final double SECOND_MOMENTUM = 0.999;
  private static final double TINY = 1e-8;

  private final Rows rows;
  private final double[] values;

  /** Products of features, numbers of differing decisions, distances of features. */
  private final double[] products;

  private final double[] differing;
  private final double[] distances;

  private KernelFit(Rows rows, double[] values) {
    this.rows = rows;
    this.values = values;
    int n = rows.count();
    products = new double[n * n];
    differing = new double[n * n];
    distances = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        products[i * n + j] = rows.featureProduct(i, rows, j);
        differing[i * n + j] = rows.decisions() - rows.equalDecisions(i, rows, j);
        distances[i * n + j] = rows.featureDistance(i, rows, j);
      }
    }
  }

  /**
   * Finds a kernel in {@value #STEPS} steps of O(n³).
   *
   * @param rows scaled; a few hundred are enough
   * @param values one for each row
   */
  public static Kernel of(Rows rows, double[] values) {
    return new KernelFit(rows, GaussianProcess.Standard.of(values).values()).run();
  }

  private Kernel run() {
    double[] logs = START.clone();
    double[] first = new double[logs.length];
    double[] second = new double[logs.length];
    for (int step = 1; step <= STEPS; step++) {
      double[] gradient = gradient(logs);
      for (int p = 0; p < logs.length; p++) {
        first[p] = MOMENTUM * first[p] + (1 - MOMENTUM) * gradient[p];
        second[p] = SECOND_MOMENTUM * second[p] + (1 - SECOND_MOMENTUM) * gradient[p] * gradient[p];
        double mean = first[p] / (1 - Math.pow(MOMENTUM, step));
        double size = Math.sqrt(second[p] / (1 - Math.pow(SECOND_MOMENTUM, step)));
        logs[p] += RATE * mean / (size + TINY);
      }
    }
    return kernel(logs);
  }

  private static Kernel kernel(double[] logs) {
    return new Kernel(
        0,
        0,
        0,
        Math.exp(logs[LINEAR]),
        Math.exp(logs[HAMMING]),
        Math.exp(logs[HAMMING_RATE]),
        Math.exp(logs[LAPLACE]),
        Math.exp(logs[LAPLACE_RATE]),
        Math.exp(logs[NOISE]));
  }

  /** Of the log likelihood by the logarithms. */
  private double[] gradient(double[] logs) {
    Kernel kernel = kernel(logs);
    int n = rows.count();
    double[] matrix = new double[n * n];
    double[] hamming = new double[n * n];
    double[] laplace = new double[n * n];
    for (int i = 0; i < matrix.length; i++) {
      hamming[i] = kernel.hamming() * Math.exp(-kernel.hammingRate() * differing[i]);
      laplace[i] = kernel.laplace() * Math.exp(-kernel.laplaceRate() * distances[i]);
      matrix[i] = kernel.linear() * products[i] + hamming[i] + laplace[i];
    }
    for (int i = 0; i < n; i++) {
      matrix[i * n + i] += kernel.noise();
    }
    SymmetricMatrix inverted = SymmetricMatrix.invert(matrix, n);
    double[] weights = inverted.solve(values);
    double[] inverse = inverted.inverse();
    double[] gradient = new double[logs.length];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        int at = i * n + j;
        double g = 0.5 * (weights[i] * weights[j] - inverse[at]);
        gradient[LINEAR] += g * kernel.linear() * products[at];
        gradient[HAMMING] += g * hamming[at];
        gradient[HAMMING_RATE] -= g * hamming[at] * kernel.hammingRate() * differing[at];
        gradient[LAPLACE] += g * laplace[at];
        gradient[LAPLACE_RATE] -= g * laplace[at] * kernel.laplaceRate() * distances[at];
        if (i == j) {
          gradient[NOISE] += g * kernel.noise();
        }
      }
    }
    return gradient;
  }
}
