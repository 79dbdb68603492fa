package dev.espalier.search;

import dev.espalier.pareto.Hypervolume;
import dev.espalier.pareto.ReferencePoint;

/**
 * The box in which a target's hypervolume is measured: from the reference point (the settings'
 * accuracy, the largest cost in the space) to the ideal point (accuracy 1, the least cost).
 */
record CostRange(ReferencePoint reference, double leastCost) {
  static CostRange of(EliminationPlan plan, SearchTarget target, double referenceAccuracy) {
    CostSpan span = CostSpan.of(plan, target.objectiveCost());
    return new CostRange(new ReferencePoint(referenceAccuracy, span.greatest()), span.least());
  }

  /** The share of the box that a front dominates; 0 where every architecture costs the same. */
  double share(double[] accuracies, double[] costs, int count) {
    double box = (1 - reference.accuracy()) * (reference.cost() - leastCost);
    return box <= 0 ? 0 : Hypervolume.ofFront(accuracies, costs, count, reference) / box;
  }

  double share(TargetFront front) {
    double[] accuracies =
        front.points().stream().mapToDouble(ScoredArchitecture::predictedAccuracy).toArray();
    double[] costs =
        front.points().stream().mapToDouble(point -> point.cost(front.quantity())).toArray();
    return share(accuracies, costs, costs.length);
  }
}
