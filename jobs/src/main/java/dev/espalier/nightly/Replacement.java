package dev.espalier.nightly;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a model is replaced: where it breaks its budget under what is known tonight, or the new
 * one is more accurate beyond noise. Accuracies that say different things are not compared.
 *
 * @param decision about the model
 * @param reason in words, for people
 */
record Replacement(Decision decision, String reason) {
  /** Standard deviations of the difference of two measurements that chance alone may make. */
  private static final double DEVIATIONS = 2;

  /**
   * The model that is there.
   *
   * @param code of its architecture
   * @param weights digest of the supernet it was extracted from; empty for an architecture alone
   * @param accuracy as it is known tonight
   * @param violations limits of its budget that it breaks tonight, each in words
   * @param lost why it cannot stay whatever the new one is, where it cannot
   */
  record Incumbent(
      String code,
      String weights,
      Accuracy accuracy,
      List<String> violations,
      Optional<String> lost) {
    Incumbent {
      violations = List.copyOf(violations);
    }
  }

  /**
   * The model that was found tonight.
   *
   * @param code of its architecture
   * @param weights digest of the supernet it was extracted from; empty for an architecture alone
   * @param accuracy as it is known tonight
   * @param rejected when and by whom it was rolled back, where it was
   */
  record Challenger(String code, String weights, Accuracy accuracy, Optional<String> rejected) {}

  /**
   * That nothing was found tonight.
   *
   * @param decision where nothing is deployed either
   * @param reason in words
   */
  record Absence(Decision decision, String reason) {}

  /**
   * Decides.
   *
   * @param incumbent absent where nothing is deployed
   * @param challenger absent where nothing was found
   * @param none why nothing was found; of use where there is no challenger
   */
  static Replacement decide(
      Optional<Incumbent> incumbent,
      Optional<Challenger> challenger,
      Absence none,
      Margins margins) {
    if (incumbent.isEmpty()) {
      return challenger.isPresent()
          ? unlessRejected(challenger.get(), Decision.NEW, "the first model", Decision.NONE)
          : new Replacement(none.decision(), none.reason());
    }
    Incumbent old = incumbent.get();
    if (challenger.isEmpty()) {
      return old.violations().isEmpty()
          ? new Replacement(Decision.KEPT, "nothing to replace it: " + none.reason())
          : new Replacement(
              Decision.BROKEN,
              breaks(old) + ", and there is nothing to replace it: " + none.reason());
    }
    Challenger found = challenger.get();
    if (old.lost().isPresent()) {
      return unlessRejected(found, Decision.REPLACED, old.lost().get(), Decision.KEPT);
    }
    if (found.code().equals(old.code()) && found.weights().equals(old.weights())) {
      return new Replacement(Decision.KEPT, "still the best that fits");
    }
    if (!old.violations().isEmpty()) {
      return unlessRejected(found, Decision.REPLACED, breaks(old), Decision.BROKEN);
    }
    return compared(old, found, margins);
  }

  private static String breaks(Incumbent old) {
    return "it breaks its budget: " + String.join(", ", old.violations());
  }

  private static Replacement unlessRejected(
      Challenger found, Decision decision, String reason, Decision otherwise) {
    return found
        .rejected()
        .map(
            when ->
                new Replacement(
                    otherwise, "%s, but what was found was rolled back %s".formatted(reason, when)))
        .orElseGet(() -> new Replacement(decision, reason));
  }

  private static Replacement compared(Incumbent old, Challenger found, Margins margins) {
    if (old.accuracy() instanceof Accuracy.Predicted
        && found.accuracy() instanceof Accuracy.Measured) {
      return unlessRejected(
          found,
          Decision.REPLACED,
          "the new one was built and measured, the old one was an architecture alone",
          Decision.KEPT);
    }
    if (old.accuracy() instanceof Accuracy.Measured
        && found.accuracy() instanceof Accuracy.Predicted) {
      return new Replacement(
          Decision.KEPT,
          "it was built and measured, and the new one is an architecture alone: its accuracy is only predicted");
    }
    if (old.accuracy() instanceof Accuracy.Measured before
        && found.accuracy() instanceof Accuracy.Measured now
        && !before.imagesDigest().equals(now.imagesDigest())) {
      return unlessRejected(
          found,
          Decision.REPLACED,
          "the test images changed, so that the accuracies cannot be compared",
          Decision.KEPT);
    }
    Noise noise = noise(old.accuracy(), found.accuracy(), margins);
    double gain = found.accuracy().value() - old.accuracy().value();
    String compared =
        String.format(
            Locale.ROOT,
            "%s instead of %s, %+.2f points",
            found.accuracy().words(),
            old.accuracy().words(),
            100 * gain);
    String stated =
        String.format(
            Locale.ROOT, "the noise of %.2f points (%s)", 100 * noise.value(), noise.of());
    return gain > noise.value()
        ? unlessRejected(found, Decision.REPLACED, compared + ", beyond " + stated, Decision.KEPT)
        : new Replacement(Decision.KEPT, compared + ", not beyond " + stated);
  }

  /**
   * What chance alone may make of a difference.
   *
   * @param value fraction of 1
   * @param of where it comes from
   */
  private record Noise(double value, String of) {}

  private static Noise noise(Accuracy old, Accuracy found, Margins margins) {
    if (margins.accuracyNoise().isPresent()) {
      return new Noise(margins.accuracyNoise().getAsDouble(), "as configured");
    }
    if (old instanceof Accuracy.Measured before && found instanceof Accuracy.Measured now) {
      // Both as binomial: an upper bound, since the same images are hard for both.
      double variance =
          before.value() * (1 - before.value()) / before.images()
              + now.value() * (1 - now.value()) / now.images();
      return new Noise(
          DEVIATIONS * Math.sqrt(variance),
          "two standard deviations on %d test images".formatted(now.images()));
    }
    return found instanceof Accuracy.Predicted predicted && predicted.error().isPresent()
        ? new Noise(
            predicted.error().getAsDouble(),
            "95 % of the predictor's errors on others are within it")
        : new Noise(
            0, "the predictor's error is not known; replace: {accuracy-noise: ...} states one");
  }
}
