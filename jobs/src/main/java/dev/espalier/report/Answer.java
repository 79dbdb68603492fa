package dev.espalier.report;

import dev.espalier.deploy.DeploymentCard;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a run has for one budget of one target.
 *
 * @param budget its name
 * @param limits in words, as in {@code latency ≤ 150 µs}
 * @param kind of answer
 * @param candidates the best as predicted first; none where the budget cannot be met
 * @param chosen what was published or, without a supernet, the best candidate
 * @param binding the constraint that cannot be met, in words
 * @param leastPossible of its quantity
 * @param card of the published model
 */
record Answer(
    String budget,
    String limits,
    Kind kind,
    List<Candidate> candidates,
    Optional<Candidate> chosen,
    Optional<String> binding,
    OptionalDouble leastPossible,
    Optional<DeploymentCard> card) {
  Answer {
    candidates = List.copyOf(candidates);
  }

  /** What became of a budget. */
  enum Kind {
    /** A model was verified and published. */
    PUBLISHED,
    /** The search had no supernet: an architecture, and no model. */
    PREDICTED,
    /** It can be met as predicted, but every candidate tried was refused. */
    REFUSED,
    /** Proven to be out of reach. */
    INFEASIBLE
  }

  /**
   * An architecture for a budget, as predicted, and what became of it.
   *
   * @param rank 1 for the best
   * @param code of the architecture in hexadecimal
   * @param architecture readable
   * @param accuracy predicted, fraction of 1
   * @param latencyMicros predicted
   * @param macs exact
   * @param parameters exact
   * @param peakBytes of activations, predicted, where known
   * @param weightBytes where known
   * @param verdict one word
   * @param reason why it was refused
   * @param measuredAccuracy of the emitted file
   * @param measuredMicros median, where the target was at hand
   */
  record Candidate(
      int rank,
      String code,
      String architecture,
      double accuracy,
      double latencyMicros,
      long macs,
      long parameters,
      OptionalLong peakBytes,
      OptionalLong weightBytes,
      String verdict,
      Optional<String> reason,
      OptionalDouble measuredAccuracy,
      OptionalDouble measuredMicros) {}
}
