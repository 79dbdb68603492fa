package dev.espalier.search;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * A way to search. Registered in {@code META-INF/services/dev.espalier.search.SearchEngine}; needs
 * a public constructor without arguments. Stateless.
 *
 * <p>Requests, messages and help know engines from here alone: a new one is its class and its line
 * in that file.
 */
public interface SearchEngine {
  /** The name under which requests ask for it. */
  String name();

  /** What it does, in one line without a full stop. */
  String description();

  /** What a request may set, in the order in which messages and help list it. */
  List<EngineOption> options();

  /** Whose accuracies its outcomes hold. */
  ScoredBy scoredBy();

  /**
   * Puts what a request set into the settings of a search. What no setting stands for goes into
   * {@link SearchSettings.Builder#options}, where {@link #search} finds it.
   *
   * @param values one for each of {@link #options()}
   */
  void configure(OptionValues values, SearchSettings.Builder settings);

  /**
   * Searches. The same problem and scorer give an equal outcome.
   *
   * @param scorer scores candidates one by one; not called where {@link #scoredBy()} is the
   *     additive model
   * @param listener hears of every generation, or target for {@code exact}
   * @throws IllegalArgumentException if the engine cannot work on this problem, saying why
   */
  SearchOutcome search(SearchProblem problem, CandidateScorer scorer, SearchListener listener);

  /**
   * All registered engines, in the order of their registration.
   *
   * @throws IllegalStateException if two have one name
   */
  static List<SearchEngine> all() {
    List<SearchEngine> engines = new ArrayList<>();
    Map<String, SearchEngine> names = new HashMap<>();
    for (SearchEngine engine : ServiceLoader.load(SearchEngine.class)) {
      SearchEngine first = names.putIfAbsent(engine.name(), engine);
      if (first != null) {
        throw new IllegalStateException(
            "two search engines are named %s: %s and %s; rename one, or take it off the class path"
                .formatted(engine.name(), first.getClass().getName(), engine.getClass().getName()));
      }
      engines.add(engine);
    }
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
