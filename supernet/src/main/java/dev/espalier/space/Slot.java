package dev.espalier.space;

import java.util.List;

/**
 * A place in the network whose operators depend on the decisions in its scope and on nothing else.
 *
 * @param name unique within its space, as in {@code stage2.block1}
 * @param scope indices into {@link SearchSpace#decisions()}, ascending
 */
public record Slot(String name, List<Integer> scope) {
  public Slot {
    scope = List.copyOf(scope);
    for (int i = 1; i < scope.size(); i++) {
      if (scope.get(i - 1) >= scope.get(i)) {
        throw new IllegalArgumentException("slot " + name + ": scope " + scope + " must ascend");
      }
    }
  }
}
