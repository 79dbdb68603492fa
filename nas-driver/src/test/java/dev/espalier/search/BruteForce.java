package dev.espalier.search;

import dev.espalier.space.AdditiveFunction;
import dev.espalier.space.Architecture;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Answers by looking at every architecture of a small space. */
final class BruteForce {
  private BruteForce() {}

  static Set<Architecture> architectures(SearchSpace space) {
    Set<Architecture> all = new TreeSet<>();
    byte[] code = new byte[space.length()];
    boolean more = true;
    while (more) {
      all.add(space.architecture(code));
      int i = code.length - 1;
      for (; i >= 0 && code[i] == space.decisions().get(i).options().size() - 1; i--) {
        code[i] = 0;
      }
      more = i >= 0;
      if (more) {
        code[i]++;
      }
    }
    return all;
  }

  static List<ScoredArchitecture> scored(
      SearchSpace space, SearchTarget target, AdditiveFunction accuracy) {
    return architectures(space).stream().map(a -> target.score(a, accuracy.at(a))).toList();
  }

  /** The points that no other dominates, by comparing all pairs. */
  static List<ScoredArchitecture> front(List<ScoredArchitecture> all, Quantity quantity) {
    List<ScoredArchitecture> front = new ArrayList<>();
    for (ScoredArchitecture a : all) {
      boolean kept = true;
      for (ScoredArchitecture b : all) {
        boolean noWorse =
            b.predictedAccuracy() >= a.predictedAccuracy() && b.cost(quantity) <= a.cost(quantity);
        boolean equal =
            b.predictedAccuracy() == a.predictedAccuracy() && b.cost(quantity) == a.cost(quantity);
        if (noWorse && (!equal || b.architecture().compareTo(a.architecture()) < 0)) {
          kept = false;
        }
      }
      if (kept) {
        front.add(a);
      }
    }
    front.sort(Comparator.comparingDouble(s -> s.cost(quantity)));
    return front;
  }

  static List<ScoredArchitecture> best(
      List<ScoredArchitecture> all, SearchTarget target, Budget budget, int count) {
    return all.stream()
        .filter(budget::admits)
        .sorted(
            Comparator.comparingDouble(ScoredArchitecture::predictedAccuracy)
                .reversed()
                .thenComparingDouble(s -> s.cost(target.tieBreaker(budget)))
                .thenComparing(ScoredArchitecture::architecture))
        .limit(count)
        .toList();
  }
}
