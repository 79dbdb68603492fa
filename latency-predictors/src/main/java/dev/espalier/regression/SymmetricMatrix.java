package dev.espalier.regression;

import dev.ludovic.netlib.lapack.LAPACK;
import org.netlib.util.intW;

/** A positive definite matrix and its inverse, by LAPACK's Cholesky factors. */
final class SymmetricMatrix {
  private final int size;
  private final double[] inverse;
  private final double logDeterminant;

  private SymmetricMatrix(int size, double[] inverse, double logDeterminant) {
    this.size = size;
    this.inverse = inverse;
    this.logDeterminant = logDeterminant;
  }

  /**
   * Inverts in O(n³).
   *
   * @param matrix row by row; overwritten
   * @throws IllegalArgumentException if it is not positive definite
   */
  static SymmetricMatrix invert(double[] matrix, int size) {
    intW info = new intW(0);
    LAPACK lapack = LAPACK.getInstance();
    lapack.dpotrf("L", size, matrix, size, info);
    if (info.val != 0) {
      throw new IllegalArgumentException(
          "the matrix of %d rows is not positive definite at row %d".formatted(size, info.val));
    }
    double log = 0;
    for (int i = 0; i < size; i++) {
      log += 2 * Math.log(matrix[i * size + i]);
    }
    lapack.dpotri("L", size, matrix, size, info);
    // LAPACK's columns are rows here: its lower triangle is the upper one.
    for (int i = 0; i < size; i++) {
      for (int j = i + 1; j < size; j++) {
        matrix[j * size + i] = matrix[i * size + j];
      }
    }
    return new SymmetricMatrix(size, matrix, log);
  }

  /** Row by row. */
  double[] inverse() {
    return inverse;
  }

  double logDeterminant() {
    return logDeterminant;
  }

  /** The inverse times a vector. */
  double[] solve(double[] vector) {
    double[] product = new double[size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int j = 0; j < size; j++) {
        sum += inverse[i * size + j] * vector[j];
      }
      product[i] = sum;
    }
    return product;
  }
}
