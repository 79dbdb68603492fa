package dev.espalier.search;

import dev.espalier.pareto.ParetoFront;
import dev.espalier.space.Architecture;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The mutually non-dominated architectures of one target.
 *
 * @param quantity the cost axis
 * @param points by ascending cost and ascending predicted accuracy
 */
public record TargetFront(Quantity quantity, List<ScoredArchitecture> points) {
  public TargetFront {
    points = List.copyOf(points);
  }

  /** The front of distinct architectures; see {@link ParetoFront} for ties. */
  public static TargetFront of(Quantity quantity, Collection<ScoredArchitecture> candidates) {
    Map<Architecture, ScoredArchitecture> byArchitecture =
        candidates.stream()
            .collect(Collectors.toMap(ScoredArchitecture::architecture, Function.identity()));
    ParetoFront front =
        ParetoFront.of(candidates.stream().map(scored -> scored.point(quantity)).toList());
    return new TargetFront(
        quantity,
        front.points().stream().map(point -> byArchitecture.get(point.architecture())).toList());
  }

  /** The same points in the plane of predicted accuracy and cost. */
  public ParetoFront paretoFront() {
    return ParetoFront.of(points.stream().map(scored -> scored.point(quantity)).toList());
  }
}
