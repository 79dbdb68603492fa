package dev.espalier.search;

/** Hears of progress, in the thread of the search. */
@FunctionalInterface
public interface SearchListener {
  /** Listens to nothing. */
  SearchListener NONE = progress -> {};

  /** Called after each step. */
  void progressed(SearchProgress progress);
}
