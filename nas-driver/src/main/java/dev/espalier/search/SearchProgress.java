package dev.espalier.search;

/**
 * How far a search is.
 *
 * @param step steps done: generations, or targets for {@code exact}
 * @param steps steps planned
 * @param evaluations candidates scored so far
 * @param plannedEvaluations candidates that will be scored at most; 0 where none are scored one by
 *     one
 * @param frontSize points on all targets' fronts together
 * @param hypervolume mean over the targets done, between 0 and 1
 */
public record SearchProgress(
    int step,
    int steps,
    long evaluations,
    long plannedEvaluations,
    int frontSize,
    double hypervolume) {

  /** The share of the work done, between 0 and 1; time left follows from it. */
  public double fraction() {
    double bySteps = steps == 0 ? 1 : (double) step / steps;
    double byEvaluations = plannedEvaluations == 0 ? 0 : (double) evaluations / plannedEvaluations;
    return Math.min(1, Math.max(bySteps, byEvaluations));
  }
}
