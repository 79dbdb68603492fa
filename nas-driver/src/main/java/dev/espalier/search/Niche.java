package dev.espalier.search;

import java.util.random.RandomGenerator;

/** One thing that evolution breeds for: keeps the best candidates for it, and offers parents. */
interface Niche {
  /** Takes in a batch that was scored. */
  void observe(GenerationalSearch.Batch batch);

  /** The number of a parent among the codes; there is one once the first batch was observed. */
  int parent(RandomGenerator stream);
}
