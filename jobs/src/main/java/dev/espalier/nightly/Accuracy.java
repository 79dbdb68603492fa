package dev.espalier.nightly;

import java.util.Locale;
import java.util.OptionalDouble;

/** The accuracy of a model, and how it came about. */
sealed interface Accuracy {
  /** A fraction of 1. */
  double value();

  /** In words. */
  String words();

  /**
   * Predicted of its architecture.
   *
   * @param error that 95 % of the predictor's errors on others do not exceed, fraction of 1; empty
   *     where nobody measured it
   */
  record Predicted(double value, OptionalDouble error) implements Accuracy {
    @Override
    public String words() {
      return "predicted " + percent(value);
    }
  }

  /**
   * Measured from its file.
   *
   * @param images that it was measured on
   * @param imagesDigest which images these were
   */
  record Measured(double value, int images, String imagesDigest) implements Accuracy {
    @Override
    public String words() {
      return "measured " + percent(value);
    }
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }
}
