package dev.espalier.accuracy;

import java.io.Serializable;
import java.util.Locale;

/**
 * How close one predictor comes to another that it was fitted to, on architectures kept out of that
 * fit. Both sides are predictions: this says nothing of how far either is from what would be
 * measured, and is no {@link PredictorError}.
 *
 * @param fitted number of architectures fitted on
 * @param heldOut number of architectures kept out
 * @param rSquared share of the other's variance that it explains on those kept out, at most 1;
 *     negative where it does worse than their mean
 * @param rootMeanSquare root of the mean squared residual, fraction of 1
 * @param largest largest absolute residual, fraction of 1
 * @param spearman rank correlation, between -1 and 1; see {@link PredictorError#spearman}
 */
public record PredictorAgreement(
    int fitted,
    int heldOut,
    double rSquared,
    double rootMeanSquare,
    double largest,
    double spearman)
    implements Serializable {
  public PredictorAgreement {
    if (fitted < 1 || heldOut < 2) {
      throw new IllegalArgumentException(
          "an agreement on %d fitted and %d kept out architectures: at least 1 and 2 are needed"
              .formatted(fitted, heldOut));
    }
    if (!(rSquared <= 1) || !(spearman >= -1 && spearman <= 1)) {
      throw new IllegalArgumentException(
          "rSquared %s must be at most 1, and spearman %s between -1 and 1"
              .formatted(rSquared, spearman));
    }
    if (!(rootMeanSquare >= 0 && largest >= 0)) {
      throw new IllegalArgumentException(
          "residuals must not be negative: root mean square %s, largest %s"
              .formatted(rootMeanSquare, largest));
    }
  }

  /**
   * Compares two predictors' values for the same architectures, in the same order; {@code O(n log
   * n)}.
   *
   * @param fitted number of other architectures that were fitted on
   * @param approximated fractions by the one that was fitted
   * @param predicted fractions by the one it was fitted to
   * @throws IllegalArgumentException if the lengths differ or are below 2, if a value is NaN, or if
   *     all predicted ones are equal
   */
  public static PredictorAgreement of(int fitted, double[] approximated, double[] predicted) {
    double spearman = PredictorError.spearman(approximated, predicted);
    double mean = 0;
    for (double value : predicted) {
      mean += value / predicted.length;
    }
    double squares = 0;
    double variation = 0;
    double largest = 0;
    for (int i = 0; i < predicted.length; i++) {
      double residual = approximated[i] - predicted[i];
      squares += residual * residual;
      variation += (predicted[i] - mean) * (predicted[i] - mean);
      largest = Math.max(largest, Math.abs(residual));
    }
    if (variation == 0) {
      throw new IllegalArgumentException(
          "all %d predicted accuracies are %s: there is nothing to agree on"
              .formatted(predicted.length, mean));
    }
    return new PredictorAgreement(
        fitted,
        predicted.length,
        1 - squares / variation,
        Math.sqrt(squares / predicted.length),
        largest,
        spearman);
  }

  /** In words, for reports; says that it is no measured error. */
  public String words() {
    return String.format(
        Locale.ROOT,
        "R2 %.4f, root mean square residual %.3f points, largest %.2f points, Spearman %.4f, on %d architectures kept out of %d; residuals are to the predictor, not to measurements",
        rSquared,
        100 * rootMeanSquare,
        100 * largest,
        spearman,
        heldOut,
        fitted + heldOut);
  }
}
