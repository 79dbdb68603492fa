package dev.espalier.run;

import java.util.Locale;

/** What verification says about one candidate. */
public sealed interface Verdict {
  /** The word for it in tables. */
  String word();

  /**
   * Why, for people. Depends on the files alone, never on a clock: a reason about a measured
   * latency gives no number here.
   */
  String reason();

  /** Verified and published. */
  record Published() implements Verdict {
    @Override
    public String word() {
      return "published";
    }

    @Override
    public String reason() {
      return "";
    }
  }

  /** A better candidate was published, so this one was not looked at. */
  record Untried() implements Verdict {
    @Override
    public String word() {
      return "untried";
    }

    @Override
    public String reason() {
      return "";
    }
  }

  /** The search had no supernet, so that nothing could be built. */
  record Predicted() implements Verdict {
    @Override
    public String word() {
      return "predicted";
    }

    @Override
    public String reason() {
      return "";
    }
  }

  /**
   * The file does not compute what the supernet computes.
   *
   * @param difference of logits, relative to their range
   * @param allowed at most
   */
  record LogitsDisagree(double difference, double allowed) implements Verdict {
    @Override
    public String word() {
      return "logits-disagree";
    }

    @Override
    public String reason() {
      return String.format(
          Locale.ROOT,
          "logits of the file differ from the supernet's by %.2g of their range; at most %.2g is"
              + " allowed",
          difference,
          allowed);
    }
  }

  /**
   * The accuracy is not what was predicted.
   *
   * @param measured from the file, fraction of 1
   * @param predicted fraction of 1
   * @param allowed difference
   */
  record AccuracyOff(double measured, double predicted, double allowed) implements Verdict {
    @Override
    public String word() {
      return "accuracy-off";
    }

    @Override
    public String reason() {
      return String.format(
          Locale.ROOT,
          "measured accuracy %.2f %% is not within %.2f points of the predicted %.2f %%",
          100 * measured,
          100 * allowed,
          100 * predicted);
    }
  }

  /**
   * The measured latency breaks the budget: the one verdict that may differ between two runs.
   *
   * @param allowedMicros the budget with the profile's stated error
   */
  record TooSlow(double allowedMicros) implements Verdict {
    @Override
    public String word() {
      return "too-slow";
    }

    @Override
    public String reason() {
      return String.format(
          Locale.ROOT,
          "measured latency is above %.1f us, the budget with the profile's stated error; another"
              + " run may measure otherwise",
          allowedMicros);
    }
  }
}
