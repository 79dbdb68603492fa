package dev.espalier.regression;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Finds a kernel by maximising the likelihood of observations (Rasmussen and Williams, 2006,
 * section 5.4.1) over the logarithms of its variances and of the {@link Relevance} of each decision
 * and feature, by Adam (Kingma and Ba, ICLR 2015). The kernel has neither constant nor sources; the
 * others are found.
 *
 * <p>Each step looks at {@value #BATCH} rows, all rows by turns: a step of O({@value #BATCH}³) in
 * place of one of O(n³), while every row has its say in what is relevant. A relevance is held near
 * its start by a normal prior on its logarithm, without which a thousand rows tell fifty of them
 * apart by their noise. What the last quarter of the steps say is averaged.
 */
public final class KernelFit {
  private static final double[] START = {-1.5, -2, -1, -3.5};
  private static final double START_DECISION = -3;
  private static final double START_FEATURE = -0.5;
  private static final int LINEAR = 0;
  private static final int HAMMING = 1;
  private static final int LAPLACE = 2;
  private static final int NOISE = 3;

  private static final int BATCH = 300;
  private static final int STEPS = 120;
  private static final int FINE_STEPS = 48;
  private static final int AVERAGED_STEPS = 30;
  private static final double RATE = 0.1;
  private static final double FINE_RATE = 0.03;
  private static final double MOMENTUM = 0.9;
  private static final double SECOND_MOMENTUM = 0.999;
  private static final double TINY = 1e-8;

  /** Precision of the logarithm of a relevance about its start, when all rows are looked at. */
  private static final double PRIOR = 0.3;

  private static final long SEED = 1;

  private final Rows rows;
  private final double[] values;
  private final int decisions;
  private final int features;
  private final double[] start;

  private KernelFit(Rows rows, double[] values) {
    this.rows = rows;
    this.values = values;
    decisions = rows.decisions();
    features = rows.numbers();
    start = Arrays.copyOf(START, START.length + decisions + features);
    Arrays.fill(start, START.length, START.length + decisions, START_DECISION);
    Arrays.fill(start, START.length + decisions, start.length, START_FEATURE);
  }

  /**
   * Finds a kernel in {@value #STEPS} steps.
   *
   * @param rows scaled
   * @param values one for each row
   */
  public static Kernel of(Rows rows, double[] values) {
    return new KernelFit(rows, GaussianProcess.Standard.of(values).values()).run();
  }

  private Kernel run() {
    SplittableRandom random = new SplittableRandom(SEED);
    int n = rows.count();
    int batch = Math.min(n, BATCH);
    double[] logs = start.clone();
    double[] first = new double[logs.length];
    double[] second = new double[logs.length];
    double[] averaged = new double[logs.length];
    int[] order = new int[n];
    Arrays.setAll(order, i -> i);
    int from = n;
    for (int step = 1; step <= STEPS; step++) {
      if (from + batch > n) {
        shuffle(order, random);
        from = 0;
      }
      int[] turn = Arrays.copyOfRange(order, from, from + batch);
      from += batch;
      double[] gradient = new Batch(turn).gradient(logs);
      double rate = step <= STEPS - FINE_STEPS ? RATE : FINE_RATE;
      for (int p = 0; p < logs.length; p++) {
        if (p >= START.length) {
          gradient[p] -= PRIOR * (logs[p] - start[p]) * batch / n;
        }
        first[p] = MOMENTUM * first[p] + (1 - MOMENTUM) * gradient[p];
        second[p] = SECOND_MOMENTUM * second[p] + (1 - SECOND_MOMENTUM) * gradient[p] * gradient[p];
        double mean = first[p] / (1 - Math.pow(MOMENTUM, step));
        double size = Math.sqrt(second[p] / (1 - Math.pow(SECOND_MOMENTUM, step)));
        logs[p] += rate * mean / (size + TINY);
        averaged[p] += step > STEPS - AVERAGED_STEPS ? logs[p] / AVERAGED_STEPS : 0;
      }
    }
    return kernel(averaged);
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
  }

  private Kernel kernel(double[] logs) {
    double[] relevance = new double[decisions + features];
    Arrays.setAll(relevance, i -> Math.exp(logs[START.length + i]));
    return new Kernel(
        0,
        0,
        0,
        Math.exp(logs[LINEAR]),
        Math.exp(logs[HAMMING]),
        1,
        Math.exp(logs[LAPLACE]),
        1,
        Math.exp(logs[NOISE]),
        new Relevance(
            Arrays.copyOf(relevance, decisions),
            Arrays.copyOfRange(relevance, decisions, relevance.length)));
  }

  /** The rows of one step. */
  private final class Batch {
    private final int[] turn;

    Batch(int[] turn) {
      this.turn = turn;
    }

    /** Of the log likelihood by the logarithms. */
    double[] gradient(double[] logs) {
      Kernel kernel = kernel(logs);
      Relevance relevance = kernel.relevance();
      int n = turn.length;
      double[] matrix = new double[n * n];
      double[] products = new double[n * n];
      double[] hamming = new double[n * n];
      double[] laplace = new double[n * n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          int at = i * n + j;
          products[at] = kernel.linear() * rows.featureProduct(turn[i], rows, turn[j]);
          hamming[at] =
              kernel.hamming() * Math.exp(-relevance.differing(rows, turn[i], rows, turn[j]));
          laplace[at] =
              kernel.laplace() * Math.exp(-relevance.distance(rows, turn[i], rows, turn[j]));
          matrix[at] = matrix[j * n + i] = products[at] + hamming[at] + laplace[at];
        }
        matrix[i * n + i] += kernel.noise();
      }
      SymmetricMatrix inverted = SymmetricMatrix.invert(matrix, n);
      double[] weights = inverted.solve(Arrays.stream(turn).mapToDouble(i -> values[i]).toArray());
      double[] inverse = inverted.inverse();
      double[] gradient = new double[logs.length];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j <= i; j++) {
          int at = i * n + j;
          // Both halves of the symmetric matrices at once.
          double g = (i == j ? 0.5 : 1) * (weights[i] * weights[j] - inverse[at]);
          gradient[LINEAR] += g * products[at];
          gradient[HAMMING] += g * hamming[at];
          gradient[LAPLACE] += g * laplace[at];
          if (i == j) {
            gradient[NOISE] += g * kernel.noise();
          } else {
            relevances(gradient, turn[i], turn[j], g * hamming[at], g * laplace[at] / features);
          }
        }
      }
      for (int p = START.length; p < gradient.length; p++) {
        gradient[p] *= Math.exp(logs[p]);
      }
      return gradient;
    }

    private void relevances(
        double[] gradient, int row, int other, double ofHamming, double ofLaplace) {
      int at = START.length;
      for (int d = 0; d < decisions; d++, at++) {
        gradient[at] -= rows.code(row, d) == rows.code(other, d) ? 0 : ofHamming;
      }
      for (int k = 0; k < features; k++, at++) {
        gradient[at] -= ofLaplace * Math.abs(rows.feature(row, k) - rows.feature(other, k));
      }
    }
  }
}
