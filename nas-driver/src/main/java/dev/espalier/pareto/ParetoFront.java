package dev.espalier.pareto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Mutually non-dominated architectures by ascending cost and ascending accuracy; of architectures
 * equal in both, the one with the least code. Depends on the set of points only, never on their
 * order. Immutable and thread-safe.
 */
public final class ParetoFront {
  private static final ParetoFront EMPTY = new ParetoFront(List.of());

  private final List<ParetoPoint> points;

  private ParetoFront(List<ParetoPoint> points) {
    this.points = points;
  }

  /** A front without points. */
  public static ParetoFront empty() {
    return EMPTY;
  }

  /** The front of a set of points. O(n log n). */
  public static ParetoFront of(Collection<ParetoPoint> candidates) {
    ParetoPoint[] points = candidates.toArray(ParetoPoint[]::new);
    double[] accuracies = Arrays.stream(points).mapToDouble(ParetoPoint::accuracy).toArray();
    double[] costs = Arrays.stream(points).mapToDouble(ParetoPoint::cost).toArray();
    int[] kept =
        NonDominated.filter(
            accuracies,
            costs,
            points.length,
            (a, b) -> points[a].architecture().compareTo(points[b].architecture()));
    List<ParetoPoint> front = new ArrayList<>(kept.length);
    for (int i : kept) {
      front.add(points[i]);
    }
    return new ParetoFront(List.copyOf(front));
  }

  /** The front of the points of both. */
  public ParetoFront union(ParetoFront other) {
    List<ParetoPoint> all = new ArrayList<>(points);
    all.addAll(other.points);
    return of(all);
  }

  /** By ascending cost and ascending accuracy. */
  public List<ParetoPoint> points() {
    return points;
  }

  /** Number of points. */
  public int size() {
    return points.size();
  }

  /** The most accurate point that costs at most the limit, if there is one. O(log n). */
  public Optional<ParetoPoint> best(double costLimit) {
    int low = 0;
    int high = points.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (points.get(middle).cost() <= costLimit) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? Optional.empty() : Optional.of(points.get(low - 1));
  }

  /**
   * The area dominated by this front and bounded by a reference point, in units of accuracy times
   * cost; points that do not dominate the reference add nothing. More is better. O(n).
   */
  public double hypervolume(ReferencePoint reference) {
    double[] accuracies = points.stream().mapToDouble(ParetoPoint::accuracy).toArray();
    double[] costs = points.stream().mapToDouble(ParetoPoint::cost).toArray();
    return Hypervolume.ofFront(accuracies, costs, points.size(), reference);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParetoFront f && points.equals(f.points);
  }

  @Override
  public int hashCode() {
    return points.hashCode();
  }

  @Override
  public String toString() {
    return points.toString();
  }
}
