package dev.espalier.run;

import dev.espalier.accuracy.PredictorError;
import dev.espalier.cost.LatencyClaim;
import dev.espalier.search.Budget;
import dev.espalier.search.Constraint;
import dev.espalier.search.Quantity;
import dev.espalier.search.ScoredArchitecture;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When a candidate may be published.
 *
 * @param logitDifference largest difference of logits allowed, relative to their range
 * @param accuracyDifference largest difference of measured and predicted accuracy allowed, fraction
 *     of 1
 * @param latencyExcess how far a measured latency may exceed a budget, relative to it
 */
public record VerificationRule(
    double logitDifference, double accuracyDifference, double latencyExcess) {
  /** What rounding in another order of summation may do, and no more. */
  private static final double LOGIT_DIFFERENCE = 1e-4;

  /** Two standard deviations: chance alone exceeds it once in twenty. */
  private static final double DEVIATIONS = 2;

  /**
   * The rule for one target.
   *
   * <p>Accuracy may differ by the predictor's 95th percentile plus two standard deviations of the
   * sampling noise: the predictor was fitted on one set of images and the file is evaluated on
   * another. Both accuracies are taken as binomial at {@code accuracy}, which is an upper bound of
   * the noise where the same images are hard for all.
   *
   * @param claim its latency; a claim without an error allows no excess
   * @param predictor the predictor's stated error
   * @param accuracy around which models are, fraction of 1
   * @param images that files are evaluated on, at least 1
   */
  public static VerificationRule of(
      LatencyClaim claim, PredictorError predictor, double accuracy, int images) {
    double variance = accuracy * (1 - accuracy) / images;
    return new VerificationRule(
        LOGIT_DIFFERENCE,
        predictor.ninetyFifthPercentile() + DEVIATIONS * Math.sqrt(2 * variance),
        excess(claim));
  }

  /** What a claim states of its own error; a sum that was compared with nothing states none. */
  private static double excess(LatencyClaim claim) {
    if (claim instanceof LatencyClaim.Estimate estimate) {
      return estimate.error().ninetiethPercentileError();
    }
    return claim instanceof LatencyClaim.WholeNetworks networks ? networks.statedError() : 0;
  }

  /** The largest measured latency that a budget allows, if it limits latency. */
  public OptionalDouble allowedMicros(Budget budget) {
    return budget.constraints().stream()
        .filter(c -> c.quantity() == Quantity.LATENCY)
        .mapToDouble(Constraint::limit)
        .map(limit -> limit * (1 + latencyExcess))
        .findFirst();
  }

  /** What is wrong with a file, whatever its latency. */
  public Optional<Verdict> refuse(ScoredArchitecture candidate, EmittedSubnet emitted) {
    // Written so that NaN is refused.
    if (!(emitted.logitDifference() <= logitDifference)) {
      return Optional.of(new Verdict.LogitsDisagree(emitted.logitDifference(), logitDifference));
    }
    double measured = emitted.measuredAccuracy();
    double predicted = candidate.predictedAccuracy();
    if (!(Math.abs(measured - predicted) <= accuracyDifference)) {
      return Optional.of(new Verdict.AccuracyOff(measured, predicted, accuracyDifference));
    }
    return Optional.empty();
  }

  /** Whether a measured latency breaks a budget. */
  public Optional<Verdict> refuse(Budget budget, double measuredMicros) {
    OptionalDouble allowed = allowedMicros(budget);
    return allowed.isPresent() && !(measuredMicros <= allowed.getAsDouble())
        ? Optional.of(new Verdict.TooSlow(allowed.getAsDouble()))
        : Optional.empty();
  }
}
