package dev.espalier.regression;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How much each decision and each feature counts when rows are compared (Rasmussen and Williams,
 * 2006, section 5.1, automatic relevance determination). Immutable.
 */
public final class Relevance {
  /** All count the same, 1. */
  public static final Relevance EQUAL = new Relevance(new double[0], new double[0]);

  private final double[] decisions;
  private final double[] features;

  /**
   * Takes copies.
   *
   * @param decisions one weight for each, at least 0
   * @param features likewise
   */
  Relevance(double[] decisions, double[] features) {
    this.decisions = decisions.clone();
    this.features = features.clone();
  }

  /** Weighted number of decisions in which a row differs from one of others. */
  double differing(Rows rows, int row, Rows others, int other) {
    if (this == EQUAL) {
      return rows.decisions() - rows.equalDecisions(row, others, other);
    }
    double sum = 0;
    for (int d = 0; d < decisions.length; d++) {
      sum += rows.code(row, d) == others.code(other, d) ? 0 : decisions[d];
    }
    return sum;
  }

  /** Weighted mean absolute difference of the features of a row from those of one of others. */
  double distance(Rows rows, int row, Rows others, int other) {
    if (this == EQUAL) {
      return rows.featureDistance(row, others, other);
    }
    double sum = 0;
    for (int k = 0; k < features.length; k++) {
      sum += features[k] * Math.abs(rows.feature(row, k) - others.feature(other, k));
    }
    return features.length == 0 ? 0 : sum / features.length;
  }

  void write(DataOutput out) throws IOException {
    write(out, decisions);
    write(out, features);
  }

  private static void write(DataOutput out, double[] weights) throws IOException {
    out.writeInt(weights.length);
    for (double weight : weights) {
      out.writeDouble(weight);
    }
  }

  /** Reads what {@link #write} wrote. */
  static Relevance read(DataInput in) throws IOException {
    double[] decisions = weights(in);
    double[] features = weights(in);
    return decisions.length == 0 && features.length == 0
        ? EQUAL
        : new Relevance(decisions, features);
  }

  private static double[] weights(DataInput in) throws IOException {
    double[] weights = new double[in.readInt()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = in.readDouble();
    }
    return weights;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Relevance r
        && Arrays.equals(decisions, r.decisions)
        && Arrays.equals(features, r.features);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(decisions) + Arrays.hashCode(features);
  }

  @Override
  public String toString() {
    return "relevance of decisions %s, of features %s"
        .formatted(Arrays.toString(decisions), Arrays.toString(features));
  }
}
