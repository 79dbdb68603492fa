package dev.espalier.search;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * A way to search. Registered in {@code META-INF/services/dev.espalier.search.SearchEngine}; needs
 * a public constructor without arguments. Stateless.
 */
public interface SearchEngine {
  /** The name under which requests ask for it. */
  String name();

  /**
   * Searches. The same problem and scorer give an equal outcome.
   *
   * @param scorer scores candidates one by one; not called by {@code exact}
   * @param listener hears of every generation, or target for {@code exact}
   * @throws IllegalArgumentException if the engine cannot work on this problem, saying why
   */
  SearchOutcome search(SearchProblem problem, CandidateScorer scorer, SearchListener listener);

  /** All registered engines. */
  static List<SearchEngine> all() {
    List<SearchEngine> engines = new ArrayList<>();
    ServiceLoader.load(SearchEngine.class).forEach(engines::add);
    return List.copyOf(engines);
  }

  /**
   * The registered engine of a name.
   *
   * @throws IllegalArgumentException listing the known engines
   */
  static SearchEngine named(String name) {
    List<SearchEngine> engines = all();
    return engines.stream()
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown search engine '%s'; known engines: %s"
                        .formatted(name, engines.stream().map(SearchEngine::name).toList())));
  }
}
