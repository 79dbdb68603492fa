package dev.espalier.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.document.Fields;

/**
 * How what a table says of whole networks compares with what was measured of them.
 *
 * @param networks number of networks compared, at least 2
 * @param spearman rank correlation of said and measured, -1 to 1, more being better
 * @param withinTenPercent share of networks for which |said - measured| ≤ 0.1 measured, 0 to 1
 * @param medianRatio median of measured / said, above 0; 1 is best
 * @param medianRelativeError median of |said - measured| / measured, at least 0
 * @param ninetiethPercentileError 90th percentile of the same
 */
public record SumError(
    int networks,
    double spearman,
    double withinTenPercent,
    double medianRatio,
    double medianRelativeError,
    double ninetiethPercentileError) {
  public SumError {
    if (networks < 2
        || !(spearman >= -1 && spearman <= 1)
        || !(withinTenPercent >= 0 && withinTenPercent <= 1)
        || !(medianRatio > 0 && medianRatio < Double.POSITIVE_INFINITY)
        || !(medianRelativeError >= 0 && medianRelativeError < Double.POSITIVE_INFINITY)
        || !(ninetiethPercentileError >= medianRelativeError
            && ninetiethPercentileError < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "sum error of %d networks: spearman %s, within ten percent %s, median ratio %s, median error %s, 90th percentile %s: networks must be at least 2 and the others in their ranges"
              .formatted(
                  networks,
                  spearman,
                  withinTenPercent,
                  medianRatio,
                  medianRelativeError,
                  ninetiethPercentileError));
    }
  }

  /** In words, for reports. */
  public String words() {
    return String.format(
        java.util.Locale.ROOT,
        "Spearman %.3f, %.0f %% within 10 %%, median ratio found to said %.3f, median error %.1f %%, 90th percentile %.1f %% on %d networks",
        spearman,
        100 * withinTenPercent,
        medianRatio,
        100 * medianRelativeError,
        100 * ninetiethPercentileError,
        networks);
  }

  void write(ObjectNode object) {
    object.put("networks", networks);
    object.put("spearman", spearman);
    object.put("withinTenPercent", withinTenPercent);
    object.put("medianRatio", medianRatio);
    object.put("medianRelativeError", medianRelativeError);
    object.put("ninetiethPercentileError", ninetiethPercentileError);
  }

  static SumError read(Fields fields) {
    int networks = fields.count("networks", 2);
    double spearman = fields.number("spearman", -1, 1);
    double withinTenPercent = fields.number("withinTenPercent", 0, 1);
    double medianRatio = fields.number("medianRatio", Double.MIN_NORMAL, Double.MAX_VALUE);
    double median = fields.number("medianRelativeError", 0, Double.MAX_VALUE);
    double ninetieth = fields.number("ninetiethPercentileError", 0, Double.MAX_VALUE);
    if (ninetieth < median) {
      fields.problem(
          "ninetiethPercentileError", ninetieth + " is below the median error " + median);
      ninetieth = median;
    }
    return new SumError(networks, spearman, withinTenPercent, medianRatio, median, ninetieth);
  }
}
