package dev.espalier.search;

import dev.espalier.pareto.NonDominated;
import dev.espalier.space.Architecture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The front and the best few per budget of one target, kept up to date batch by batch. */
final class TargetArchive {
  private final SearchTarget target;
  private final List<LeastCost.Verdict> verdicts;
  private final CostRange range;
  private final CodeSet codes;
  private final int columns;
  private final int objective;
  private final BestFew[] best;
  private final int[] limitColumns;
  private final double[] limits;
  private int[] frontIds = new int[0];
  private double[] frontAccuracies = new double[0];
  private double[] frontCosts = new double[0];

  /**
   * An empty archive.
   *
   * @param index of the target in the columns
   * @param verdicts one per budget
   * @param count candidates to keep per budget
   */
  TargetArchive(
      SearchTarget target,
      int index,
      List<LeastCost.Verdict> verdicts,
      CostRange range,
      CostColumns columns,
      CodeSet codes,
      int count) {
    this.target = target;
    this.verdicts = verdicts;
    this.range = range;
    this.codes = codes;
    this.columns = columns.count();
    this.objective = columns.column(index, target.objective());
    this.best =
        target.budgets().stream()
            .map(budget -> new BestFew(budget, target, index, columns, codes, count))
            .toArray(BestFew[]::new);
    this.limitColumns =
        target.limits().stream().mapToInt(c -> columns.column(index, c.quantity())).toArray();
    this.limits = target.limits().stream().mapToDouble(Constraint::limit).toArray();
  }

  /** Takes in a scored batch; candidate {@code i} has number {@code first + i} among the codes. */
  void add(int first, int count, double[] accuracies, double[] costs) {
    int before = frontIds.length;
    int size = before;
    int[] ids = Arrays.copyOf(frontIds, before + count);
    double[] poolAccuracies = Arrays.copyOf(frontAccuracies, before + count);
    double[] poolCosts = Arrays.copyOf(frontCosts, before + count);
    for (int i = 0; i < count; i++) {
      double cost = costs[i * columns + objective];
      // Most are dominated by the front as it was: they need not be sorted.
      if (!dominated(accuracies[i], cost) && fits(costs, i * columns)) {
        ids[size] = first + i;
        poolAccuracies[size] = accuracies[i];
        poolCosts[size++] = cost;
      }
      for (BestFew few : best) {
        few.offer(first + i, accuracies[i], costs, i * columns);
      }
    }
    int[] kept =
        NonDominated.filter(
            poolAccuracies, poolCosts, size, (a, b) -> codes.compare(ids[a], ids[b]));
    frontIds = Arrays.stream(kept).map(i -> ids[i]).toArray();
    frontAccuracies = Arrays.stream(kept).mapToDouble(i -> poolAccuracies[i]).toArray();
    frontCosts = Arrays.stream(kept).mapToDouble(i -> poolCosts[i]).toArray();
  }

  /** Whether a candidate is within the target's limits. */
  private boolean fits(double[] row, int offset) {
    boolean fits = true;
    for (int i = 0; i < limits.length; i++) {
      fits &= row[offset + limitColumns[i]] <= limits[i];
    }
    return fits;
  }

  /** Whether a point of the front costs less and is at least as accurate; O(log front). */
  private boolean dominated(double accuracy, double cost) {
    int place = Arrays.binarySearch(frontCosts, cost);
    // Costs of a front differ, and accuracies ascend with them.
    int cheaper = (place < 0 ? -place - 1 : place) - 1;
    return cheaper >= 0 && frontAccuracies[cheaper] >= accuracy;
  }

  int frontSize() {
    return frontIds.length;
  }

  double hypervolume() {
    return range.share(frontAccuracies, frontCosts, frontIds.length);
  }

  TargetResult result() {
    List<ScoredArchitecture> points = new ArrayList<>();
    for (int i = 0; i < frontIds.length; i++) {
      points.add(scored(frontIds[i], frontAccuracies[i]));
    }
    List<BudgetAnswer> answers = new ArrayList<>();
    for (int b = 0; b < best.length; b++) {
      if (verdicts.get(b) instanceof LeastCost.Refuted refuted) {
        answers.add(refuted.answer());
      } else {
        List<ScoredArchitecture> candidates = new ArrayList<>();
        for (int i = 0; i < best[b].size(); i++) {
          candidates.add(scored(best[b].id(i), best[b].accuracy(i)));
        }
        answers.add(new BudgetAnswer.Feasible(target.budgets().get(b), candidates));
      }
    }
    return new TargetResult(
        target.name(),
        new TargetFront(target.objective(), points),
        answers,
        range.reference(),
        hypervolume());
  }

  private ScoredArchitecture scored(int id, double accuracy) {
    return target.score(Architecture.ofCanonical(codes.code(id)), accuracy);
  }
}
