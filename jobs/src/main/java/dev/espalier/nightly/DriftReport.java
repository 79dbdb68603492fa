package dev.espalier.nightly;

import java.util.List;

/**
 * What moved in one night. Components that are null say that nothing is known.
 *
 * @param night its name
 * @param previous the night it is compared with; empty for the first
 * @param outcome of the night
 * @param carried how many targets did not change
 * @param targets those that did, or that failed
 * @param notes on what was out of the ordinary
 */
public record DriftReport(
    String night,
    String previous,
    NightOutcome outcome,
    int carried,
    List<TargetDrift> targets,
    List<String> notes) {
  public DriftReport {
    targets = List.copyOf(targets);
    notes = List.copyOf(notes);
  }

  /** What became of a target. */
  public enum Fate {
    SEARCHED,
    REMOVED,
    FAILED
  }

  /**
   * One target.
   *
   * @param target its name
   * @param fate what became of it
   * @param reasons why it was looked at, or why it failed
   * @param hypervolumeBefore of its front, a share of the box between reference and ideal point,
   *     more being better
   * @param hypervolumeAfter the same tonight
   * @param frontBefore points of its front
   * @param frontAfter points tonight
   * @param budgets of the target
   */
  public record TargetDrift(
      String target,
      Fate fate,
      List<String> reasons,
      Double hypervolumeBefore,
      Double hypervolumeAfter,
      Integer frontBefore,
      Integer frontAfter,
      List<BudgetDrift> budgets) {
    public TargetDrift {
      reasons = List.copyOf(reasons);
      budgets = List.copyOf(budgets);
    }
  }

  /**
   * One budget of a target.
   *
   * @param budget its name
   * @param decision about its model
   * @param reason of the decision
   * @param before the model until tonight
   * @param after the model from tonight on
   * @param shift what the tables of tonight say of the model until tonight
   */
  public record BudgetDrift(
      String budget,
      Decision decision,
      String reason,
      ModelSummary before,
      ModelSummary after,
      Shift shift) {}

  /**
   * A model.
   *
   * @param code of its architecture
   * @param architecture in its readable form
   * @param latencyMicros predicted
   * @param predictedAccuracy fraction of 1
   * @param measuredAccuracy fraction of 1
   */
  public record ModelSummary(
      String code,
      String architecture,
      double latencyMicros,
      double predictedAccuracy,
      Double measuredAccuracy) {
    static ModelSummary of(Deployed deployed) {
      return deployed == null
          ? null
          : new ModelSummary(
              deployed.code(),
              deployed.architecture(),
              deployed.costs().getOrDefault("latency", Double.NaN),
              deployed.predictedAccuracy(),
              deployed.measuredAccuracy());
    }
  }

  /**
   * How the predicted latency of a deployed model moved with the tables.
   *
   * @param beforeMicros by the tables of the night before
   * @param afterMicros by tonight's
   * @param causes entries of its operators that changed, the largest contribution first
   * @param otherMicros what no entry explains, such as another correction of sums
   */
  public record Shift(
      double beforeMicros, double afterMicros, List<Cause> causes, double otherMicros) {
    public Shift {
      causes = List.copyOf(causes);
    }
  }

  /**
   * A table entry.
   *
   * @param entry operator or network
   * @param times how often the model has it
   * @param beforeMicros by the tables of the night before
   * @param afterMicros by tonight's
   * @param contributionMicros to the model's latency
   * @param extent whether it moved beyond what both entries scatter
   */
  public record Cause(
      String entry,
      int times,
      double beforeMicros,
      double afterMicros,
      double contributionMicros,
      String extent) {}
}
