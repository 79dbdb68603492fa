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
  private int[] frontIds = new int[0];
  private double[] frontAccuracies = new double[0];
  private double[] frontCosts = new double[0];

  /** The best candidates under one budget, by accuracy, cost of the first constraint, code. */
  private static final class BestFew {
    private final int[] limitColumns;
    private final double[] limits;
    private final int[] ids;
    private final double[] accuracies;
    private final double[] costs;
    private int size;

    private BestFew(int[] limitColumns, double[] limits, int count) {
      this.limitColumns = limitColumns;
      this.limits = limits;
      this.ids = new int[count];
      this.accuracies = new double[count];
      this.costs = new double[count];
    }

    private void offer(int id, double accuracy, double[] row, int offset, CodeSet codes) {
      for (int i = 0; i < limits.length; i++) {
        if (row[offset + limitColumns[i]] > limits[i]) {
          return;
        }
      }
      double cost = row[offset + limitColumns[0]];
      int place = size;
      while (place > 0 && precedes(id, accuracy, cost, place - 1, codes)) {
        place--;
      }
      if (place == ids.length) {
        return;
      }
      size = Math.min(size + 1, ids.length);
      for (int i = size - 1; i > place; i--) {
        ids[i] = ids[i - 1];
        accuracies[i] = accuracies[i - 1];
        costs[i] = costs[i - 1];
      }
      ids[place] = id;
      accuracies[place] = accuracy;
      costs[place] = cost;
    }

    private boolean precedes(int id, double accuracy, double cost, int other, CodeSet codes) {
      if (accuracy != accuracies[other]) {
        return accuracy > accuracies[other];
      }
      return cost != costs[other] ? cost < costs[other] : codes.compare(id, ids[other]) < 0;
    }
  }

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
            .map(
                budget ->
                    new BestFew(
                        budget.constraints().stream()
                            .mapToInt(c -> columns.column(index, c.quantity()))
                            .toArray(),
                        budget.constraints().stream().mapToDouble(Constraint::limit).toArray(),
                        count))
            .toArray(BestFew[]::new);
  }

  /** Takes in a scored batch; candidate {@code i} has number {@code first + i} among the codes. */
  void add(int first, int count, double[] accuracies, double[] costs) {
    int before = frontIds.length;
    int[] ids = Arrays.copyOf(frontIds, before + count);
    double[] poolAccuracies = Arrays.copyOf(frontAccuracies, before + count);
    double[] poolCosts = Arrays.copyOf(frontCosts, before + count);
    for (int i = 0; i < count; i++) {
      ids[before + i] = first + i;
      poolAccuracies[before + i] = accuracies[i];
      poolCosts[before + i] = costs[i * columns + objective];
      for (BestFew few : best) {
        few.offer(first + i, accuracies[i], costs, i * columns, codes);
      }
    }
    int[] kept =
        NonDominated.filter(
            poolAccuracies, poolCosts, ids.length, (a, b) -> codes.compare(ids[a], ids[b]));
    frontIds = Arrays.stream(kept).map(i -> ids[i]).toArray();
    frontAccuracies = Arrays.stream(kept).mapToDouble(i -> poolAccuracies[i]).toArray();
    frontCosts = Arrays.stream(kept).mapToDouble(i -> poolCosts[i]).toArray();
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
        for (int i = 0; i < best[b].size; i++) {
          candidates.add(scored(best[b].ids[i], best[b].accuracies[i]));
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
