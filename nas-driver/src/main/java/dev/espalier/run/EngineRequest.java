package dev.espalier.run;

import dev.espalier.search.OptionValues;
import dev.espalier.search.SearchEngine;
import dev.espalier.search.SearchSettings;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which engine searches, and how.
 *
 * @param kind the name of a registered {@link SearchEngine}
 * @param options a value for each of its options
 */
public record EngineRequest(String kind, OptionValues options) {
  public EngineRequest {
    Set<String> names = new TreeSet<>();
    SearchEngine.named(kind).options().forEach(option -> names.add(option.name()));
    if (!names.equals(options.asMap().keySet())) {
      throw new IllegalArgumentException(
          "engine %s has the options %s, and values are given for %s; give those of its options()"
              .formatted(kind, names, options.asMap().keySet()));
    }
  }

  /** The engine. */
  public SearchEngine engine() {
    return SearchEngine.named(kind);
  }

  /** Puts the values into settings, as the engine wants them. */
  public void configure(SearchSettings.Builder settings) {
    engine().configure(options, settings);
  }
}
