package dev.espalier.spark;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Solves OFA's MobileNetV3 spaces without anything the engines are made of: every combination of
 * each stage's options is tried by evaluating both functions on whole architectures, dominated ones
 * are dropped by sorting, and the stages' lists are added up, resolution by resolution. Right only
 * where both functions are sums over stages for each resolution, which {@link #stagewise} shows.
 */
final class StagewiseSolver {
  private final SearchSpace space;
  private final AdditiveFunction accuracy;
  private final AdditiveFunction cost;

  /** By ascending cost and ascending accuracy. */
  private final List<double[]> front;

  StagewiseSolver(SearchSpace space, AdditiveFunction accuracy, AdditiveFunction cost) {
    this.space = space;
    this.accuracy = accuracy;
    this.cost = cost;
    List<double[]> all = new ArrayList<>();
    for (int r = 0; r < space.decisions().get(0).options().size(); r++) {
      all.addAll(ofResolution((byte) r));
    }
    this.front = sifted(all);
  }

  /** The indices of each stage's decisions. */
  private static List<List<Integer>> stages(SearchSpace space) {
    List<List<Integer>> stages = new ArrayList<>();
    String last = "";
    for (int d = 1; d < space.length(); d++) {
      String stage = space.decisions().get(d).name().split("\\.")[0];
      if (!stage.equals(last)) {
        stages.add(new ArrayList<>());
        last = stage;
      }
      stages.get(stages.size() - 1).add(d);
    }
    return stages;
  }

  private List<double[]> ofResolution(byte resolution) {
    byte[] base = new byte[space.length()];
    base[0] = resolution;
    double baseCost = cost.at(base, 0);
    double baseAccuracy = accuracy.at(base, 0);
    List<double[]> sums = List.of(new double[] {baseCost, baseAccuracy});
    for (List<Integer> stage : stages(space)) {
      List<double[]> own = new ArrayList<>();
      each(base.clone(), stage, 0, own, baseCost, baseAccuracy);
      List<double[]> next = new ArrayList<>();
      for (double[] sum : sums) {
        for (double[] more : sifted(own)) {
          next.add(new double[] {sum[0] + more[0], sum[1] + more[1]});
        }
      }
      sums = sifted(next);
    }
    return sums;
  }

  private void each(
      byte[] code, List<Integer> stage, int next, List<double[]> into, double c, double a) {
    if (next == stage.size()) {
      byte[] canonical = code.clone();
      space.canonicalize(canonical);
      if (Arrays.equals(canonical, code)) {
        into.add(new double[] {cost.at(code, 0) - c, accuracy.at(code, 0) - a});
      }
      return;
    }
    int decision = stage.get(next);
    for (int option = 0; option < space.decisions().get(decision).options().size(); option++) {
      code[decision] = (byte) option;
      each(code, stage, next + 1, into, c, a);
    }
    code[decision] = 0;
  }

  private static List<double[]> sifted(List<double[]> points) {
    List<double[]> sorted = new ArrayList<>(points);
    sorted.sort(
        Comparator.<double[]>comparingDouble(p -> p[0])
            .thenComparing(p -> p[1], Comparator.reverseOrder()));
    List<double[]> kept = new ArrayList<>();
    for (double[] point : sorted) {
      if (kept.isEmpty() || point[1] > kept.get(kept.size() - 1)[1]) {
        kept.add(point);
      }
    }
    return kept;
  }

  /** The best accuracy within a limit on the cost. */
  double best(double limit) {
    double best = Double.NEGATIVE_INFINITY;
    for (double[] point : front) {
      if (point[0] <= limit * (1 + 1e-12)) {
        best = point[1];
      }
    }
    return best;
  }

  /** Whether a function is what its stages add, on an architecture. */
  static double stagewise(SearchSpace space, AdditiveFunction function, Architecture architecture) {
    byte[] code = architecture.toBytes();
    byte[] base = new byte[code.length];
    base[0] = code[0];
    double sum = function.at(base, 0);
    double before = sum;
    for (List<Integer> stage : stages(space)) {
      byte[] alone = base.clone();
      stage.forEach(d -> alone[d] = code[d]);
      sum += function.at(alone, 0) - before;
    }
    return sum;
  }
}
