package dev.espalier.search;

/**
 * The best of the scored candidates that meet one budget: by descending accuracy, ascending cost in
 * {@link SearchTarget#tieBreaker}, then code.
 */
final class BestFew {
  private final int[] limitColumns;
  private final double[] limits;
  private final int tieColumn;
  private final CodeSet codes;
  private final int[] ids;
  private final double[] accuracies;
  private final double[] costs;
  private int size;

  /**
   * Keeps none yet.
   *
   * @param target whose budget it is
   * @param index of the target in the columns
   * @param codes where candidates get their numbers
   * @param most that are kept
   */
  BestFew(
      Budget budget, SearchTarget target, int index, CostColumns columns, CodeSet codes, int most) {
    this.limitColumns =
        budget.constraints().stream().mapToInt(c -> columns.column(index, c.quantity())).toArray();
    this.limits = budget.constraints().stream().mapToDouble(Constraint::limit).toArray();
    this.tieColumn = columns.column(index, target.tieBreaker(budget));
    this.codes = codes;
    this.ids = new int[most];
    this.accuracies = new double[most];
    this.costs = new double[most];
  }

  /**
   * Takes in a candidate if it is among the best; O(places it rises).
   *
   * @param id its number among the codes
   * @param row costs of all columns, from {@code offset}
   */
  void offer(int id, double accuracy, double[] row, int offset) {
    if (size == ids.length && accuracy < accuracies[size - 1]) {
      return;
    }
    for (int i = 0; i < limits.length; i++) {
      if (row[offset + limitColumns[i]] > limits[i]) {
        return;
      }
    }
    double cost = row[offset + tieColumn];
    int place = size;
    while (place > 0 && precedes(id, accuracy, cost, place - 1)) {
      place--;
    }
    if (place == ids.length) {
      return;
    }
    size = Math.min(size + 1, ids.length);
    int moved = size - 1 - place;
    System.arraycopy(ids, place, ids, place + 1, moved);
    System.arraycopy(accuracies, place, accuracies, place + 1, moved);
    System.arraycopy(costs, place, costs, place + 1, moved);
    ids[place] = id;
    accuracies[place] = accuracy;
    costs[place] = cost;
  }

  private boolean precedes(int id, double accuracy, double cost, int other) {
    if (accuracy != accuracies[other]) {
      return accuracy > accuracies[other];
    }
    return cost != costs[other] ? cost < costs[other] : codes.compare(id, ids[other]) < 0;
  }

  int size() {
    return size;
  }

  /** The number of the candidate at a place, the best first. */
  int id(int place) {
    return ids[place];
  }

  double accuracy(int place) {
    return accuracies[place];
  }
}
