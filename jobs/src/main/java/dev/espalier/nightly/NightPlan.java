package dev.espalier.nightly;

import dev.espalier.nightly.NightState.BudgetState;
import dev.espalier.nightly.NightState.TargetState;
import dev.espalier.run.FailedTarget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a night has to do: the difference between the last state and what is there now.
 *
 * @param search targets to be searched, by name, with the reasons
 * @param carried targets whose answers stay
 * @param removed targets that are asked for no more
 * @param failed targets whose profiles cannot be used; their answers stay, where they have some
 */
record NightPlan(
    SortedMap<String, List<String>> search,
    List<String> carried,
    List<String> removed,
    List<FailedTarget> failed) {
  NightPlan {
    search = Collections.unmodifiableSortedMap(new TreeMap<>(search));
    carried = List.copyOf(carried);
    removed = List.copyOf(removed);
    failed = List.copyOf(failed);
  }

  /**
   * Compares.
   *
   * @param keys of the targets that can be used now, by name
   * @param failed the others
   * @param damaged nights whose runs cannot be relied on
   */
  static NightPlan of(
      NightState last,
      SortedMap<String, SortedMap<String, String>> keys,
      List<FailedTarget> failed,
      Set<String> damaged) {
    SortedMap<String, List<String>> search = new TreeMap<>();
    List<String> carried = new ArrayList<>();
    keys.forEach(
        (name, key) -> {
          Optional<TargetState> before = Optional.ofNullable(last.targets().get(name));
          List<String> reasons =
              before
                  .map(state -> reasons(state, key, damaged))
                  .orElse(List.of(last.isNothing() ? "the first night" : "a new target"));
          if (reasons.isEmpty()) {
            carried.add(name);
          } else {
            search.put(name, reasons);
          }
        });
    List<String> names = failed.stream().map(FailedTarget::name).toList();
    List<String> removed =
        last.targets().keySet().stream()
            .filter(name -> !keys.containsKey(name) && !names.contains(name))
            .toList();
    return new NightPlan(search, carried, removed, failed);
  }

  private static List<String> reasons(
      TargetState state, SortedMap<String, String> key, Set<String> damaged) {
    List<String> reasons = new ArrayList<>(TargetKey.changes(state.key(), key));
    if (damaged.contains(state.answers())) {
      reasons.add(
          "the run of night %s, which holds its answers, is damaged".formatted(state.answers()));
    }
    for (BudgetState budget : state.budgets().values()) {
      if (budget.deployed() != null
          && !budget.deployed().night().equals(state.answers())
          && damaged.contains(budget.deployed().night())) {
        reasons.add(
            "the run of night %s, which holds a model of it, is damaged"
                .formatted(budget.deployed().night()));
        break;
      }
    }
    return reasons;
  }

  /** Whether every target that can be used has its answers already. */
  boolean isNothing() {
    return search.isEmpty() && removed.isEmpty();
  }
}
