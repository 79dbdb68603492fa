package dev.espalier.regression;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How alike two rows are, in units of the variance of what is predicted: a sum of a constant, the
 * products of sources, the product of features, a decay with the number of decisions that differ,
 * and a decay with the distance of features (Rasmussen and Williams, <em>Gaussian Processes for
 * Machine Learning</em>, 2006, section 4.2).
 *
 * @param constant variance of the mean
 * @param agreement variance that the mean of sources explains
 * @param sources variance that sources explain, each in proportion
 * @param linear variance that features explain, each in proportion
 * @param hamming variance that decisions explain
 * @param hammingRate by which a differing decision makes rows less alike, above 0
 * @param laplace variance that features explain in any way
 * @param laplaceRate by which the mean distance of a feature makes rows less alike, above 0
 * @param noise variance of measurements
 * @param relevance of each decision and feature to the two decays
 */
public record Kernel(
    double constant,
    double agreement,
    double sources,
    double linear,
    double hamming,
    double hammingRate,
    double laplace,
    double laplaceRate,
    double noise,
    Relevance relevance) {
  public Kernel {
    for (double variance : new double[] {constant, agreement, sources, linear, hamming, laplace}) {
      if (!(variance >= 0)) {
        throw new IllegalArgumentException(
            "a kernel's variances must not be negative: " + variance);
      }
    }
    if (!(hammingRate > 0 && laplaceRate > 0 && noise > 0)) {
      throw new IllegalArgumentException(
          "a kernel's rates and noise must be above 0: %s, %s, %s"
              .formatted(hammingRate, laplaceRate, noise));
    }
  }

  void write(DataOutput out) throws IOException {
    for (double value :
        new double[] {
          constant, agreement, sources, linear, hamming, hammingRate, laplace, laplaceRate, noise
        }) {
      out.writeDouble(value);
    }
    relevance.write(out);
  }

  /** Reads what {@link #write} wrote. */
  static Kernel read(DataInput in) throws IOException {
    return new Kernel(
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        Relevance.read(in));
  }

  /** Of a row and one of others. */
  double of(Rows rows, int row, Rows others, int other) {
    double sum = constant;
    if (agreement > 0) {
      sum += agreement * rows.sourceMean(row) * others.sourceMean(other);
    }
    if (sources > 0) {
      sum += sources * rows.sourceProduct(row, others, other);
    }
    if (linear > 0) {
      sum += linear * rows.featureProduct(row, others, other);
    }
    if (hamming > 0) {
      sum += hamming * Math.exp(-hammingRate * relevance.differing(rows, row, others, other));
    }
    if (laplace > 0) {
      sum += laplace * Math.exp(-laplaceRate * relevance.distance(rows, row, others, other));
    }
    return sum;
  }

  /** Of every two rows, without noise; symmetric, row by row. */
  double[] matrix(Rows rows) {
    int n = rows.count();
    double[] matrix = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        matrix[i * n + j] = matrix[j * n + i] = of(rows, i, rows, j);
      }
    }
    return matrix;
  }
}
