package dev.espalier.search;

import dev.espalier.pareto.IndexOrder;
import dev.espalier.pareto.NonDominatedSort;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Breeds for the whole front of one target as NSGA-II does (Deb et al., 2002): members are those
 * first in the order of front, crowding distance and code; parents win binary tournaments in that
 * order. Candidates that meet none of the target's budgets never become members: a budget's witness
 * is scored before anything else, so there is always one that does.
 */
final class FrontNiche implements Niche {
  private final Admission admission;
  private final CodeSet codes;
  private final int target;
  private final int objective;
  private final int columns;
  private final int most;

  /** Members, the first in the order first. */
  private int[] ids = new int[0];

  private double[] accuracies = new double[0];
  private double[] costs = new double[0];

  /**
   * Has no members yet.
   *
   * @param objective column of the front's cost axis
   * @param columns number of columns
   * @param most members
   */
  FrontNiche(Admission admission, CodeSet codes, int target, int objective, int columns, int most) {
    this.admission = admission;
    this.codes = codes;
    this.target = target;
    this.objective = objective;
    this.columns = columns;
    this.most = most;
  }

  @Override
  public void observe(GenerationalSearch.Batch batch) {
    int size = ids.length;
    int[] pool = Arrays.copyOf(ids, size + batch.count());
    double[] poolAccuracies = Arrays.copyOf(accuracies, pool.length);
    double[] poolCosts = Arrays.copyOf(costs, pool.length);
    for (int i = 0; i < batch.count(); i++) {
      if (admission.meets(target, batch.costs(), i * columns)) {
        pool[size] = batch.first() + i;
        poolAccuracies[size] = batch.accuracies()[i];
        poolCosts[size++] = batch.costs()[i * columns + objective];
      }
    }
    NonDominatedSort sort = NonDominatedSort.of(poolAccuracies, poolCosts, size);
    int[] order =
        IndexOrder.sorted(
            size, (a, b) -> sort.compare(a, b, (i, j) -> codes.compare(pool[i], pool[j])));
    int kept = Math.min(size, most);
    ids = new int[kept];
    accuracies = new double[kept];
    costs = new double[kept];
    for (int i = 0; i < kept; i++) {
      ids[i] = pool[order[i]];
      accuracies[i] = poolAccuracies[order[i]];
      costs[i] = poolCosts[order[i]];
    }
  }

  @Override
  public int parent(RandomGenerator stream) {
    return ids[Math.min(stream.nextInt(ids.length), stream.nextInt(ids.length))];
  }
}
