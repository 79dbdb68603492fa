package dev.espalier.space;

import java.util.HashSet;
import java.util.List;

/**
 * One choice with finite options.
 *
 * @param name unique within its space, as in {@code stage2.block1.kernel}
 * @param options readable labels; an architecture code holds an index into this list
 */
public record Decision(String name, List<String> options) {
  public Decision {
    options = List.copyOf(options);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a decision needs a name");
    }
    if (options.isEmpty() || options.size() > 127) {
      throw new IllegalArgumentException(
          "decision " + name + " has " + options.size() + " options; 1 to 127 are allowed");
    }
    if (new HashSet<>(options).size() != options.size()) {
      throw new IllegalArgumentException("decision " + name + " repeats an option: " + options);
    }
  }
}
