package dev.espalier.cost;

import dev.espalier.profile.Additivity;
import dev.espalier.profile.SumError;

/** What a cost model's latency claims to be. */
public sealed interface LatencyClaim {
  /** In words, for cards and reports. */
  String words();

  /**
   * The sum of the table's entries, to the last digit; how that compares with whole networks was
   * not checked on this target.
   */
  record ExactForTable() implements LatencyClaim {
    @Override
    public String words() {
      return "exact sum over the table's operators; not compared with whole networks";
    }
  }

  /**
   * The sum of what a model says of each operator; how that compares with whole networks was not
   * checked on this target.
   */
  record SumOfModelled() implements LatencyClaim {
    @Override
    public String words() {
      return "sum of modelled operators; not compared with whole networks";
    }
  }

  /**
   * An estimate of a whole network's latency: the sum through an open overhead model.
   *
   * @param additivity the model and its error on networks it was not fitted on
   */
  record Estimate(Additivity additivity) implements LatencyClaim {
    /** Error on measured networks kept out of the fit. */
    public SumError error() {
      return additivity.corrected();
    }

    @Override
    public String words() {
      return "estimate; " + additivity.words();
    }
  }
}
