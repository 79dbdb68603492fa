package dev.espalier.search;

import java.util.random.RandomGenerator;

/** Breeds for one budget of one target: parents are drawn uniformly from the best few under it. */
final class BudgetNiche implements Niche {
  private final BestFew best;
  private final int columns;

  BudgetNiche(BestFew best, int columns) {
    this.best = best;
    this.columns = columns;
  }

  @Override
  public void observe(GenerationalSearch.Batch batch) {
    for (int i = 0; i < batch.count(); i++) {
      best.offer(batch.first() + i, batch.accuracies()[i], batch.costs(), i * columns);
    }
  }

  @Override
  public int parent(RandomGenerator stream) {
    return best.id(stream.nextInt(best.size()));
  }
}
