package dev.espalier.cost;

import dev.espalier.operator.Operator;
import dev.espalier.profile.HardwareProfile;
import dev.espalier.space.Decision;
import dev.espalier.space.SearchSpace;
import dev.espalier.table.MissingOperatorsException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Collects what a table lacks while a space is walked, and finds the options to blame: those that
 * some slot cannot have in any combination.
 */
final class MissingOperators {
  private final SearchSpace space;
  private final Set<Operator> missing = new LinkedHashSet<>();

  /** Combinations that have operators: how many, and how many of them lack one. */
  private final Map<Choice, int[]> combinations = new TreeMap<>();

  private final List<List<Choice>> lackingCombinations = new ArrayList<>();

  private record Choice(int slot, int decision, int option) implements Comparable<Choice> {
    @Override
    public int compareTo(Choice other) {
      int order = Integer.compare(slot, other.slot);
      order = order != 0 ? order : Integer.compare(decision, other.decision);
      return order != 0 ? order : Integer.compare(option, other.option);
    }
  }

  MissingOperators(SearchSpace space) {
    this.space = space;
  }

  /** Notes one combination of options of a slot, which has operators, and those it lacks. */
  void note(int slot, byte[] code, List<Operator> lacking) {
    List<Choice> choices =
        space.slots().get(slot).scope().stream().map(d -> new Choice(slot, d, code[d])).toList();
    for (Choice choice : choices) {
      int[] counts = combinations.computeIfAbsent(choice, c -> new int[2]);
      counts[0]++;
      counts[1] += lacking.isEmpty() ? 0 : 1;
    }
    if (!lacking.isEmpty()) {
      missing.addAll(lacking);
      lackingCombinations.add(choices);
    }
  }

  /** Whether nothing is missing. */
  boolean isEmpty() {
    return missing.isEmpty();
  }

  void throwIfAny(HardwareProfile profile) {
    throwIfAny(profile, "");
  }

  /**
   * Throws if something is missing.
   *
   * @param alsoSaid of the profile, behind the remedy
   */
  void throwIfAny(HardwareProfile profile, String alsoSaid) {
    if (!missing.isEmpty()) {
      String remedy = missing.size() == 1 ? "measure it" : "measure them";
      String options = removableOptions();
      throw new MissingOperatorsException(
          List.copyOf(missing),
          profile.name(),
          profile.table().size(),
          (options.isEmpty() ? remedy : remedy + ", or remove " + options + " from the space")
              + alsoSaid);
    }
  }

  /** The options without which nothing is missing, in words; empty where there are none. */
  private String removableOptions() {
    Map<Integer, Set<Integer>> blamed = new TreeMap<>();
    combinations.forEach(
        (choice, counts) -> {
          if (counts[0] == counts[1]) {
            blamed.computeIfAbsent(choice.decision(), d -> new TreeSet<>()).add(choice.option());
          }
        });
    // A decision that would be left without an option is no remedy.
    blamed
        .entrySet()
        .removeIf(e -> e.getValue().size() == space.decisions().get(e.getKey()).options().size());
    boolean enough =
        lackingCombinations.stream()
            .allMatch(
                choices ->
                    choices.stream()
                        .anyMatch(
                            c -> blamed.getOrDefault(c.decision(), Set.of()).contains(c.option())));
    return enough ? words(blamed) : "";
  }

  private String words(Map<Integer, Set<Integer>> blamed) {
    Set<String> words = new LinkedHashSet<>();
    blamed.forEach(
        (decision, options) -> {
          Decision d = space.decisions().get(decision);
          for (int option : options) {
            String label = d.options().get(option);
            String kind = kind(d);
            words.add(
                blamedEverywhere(blamed, kind, label)
                    ? kind + " " + label
                    : d.name() + " " + label);
          }
        });
    return words.stream().collect(Collectors.joining(" and "));
  }

  /** Whether every decision of a kind that has this option is blamed for it. */
  private boolean blamedEverywhere(Map<Integer, Set<Integer>> blamed, String kind, String label) {
    for (int i = 0; i < space.decisions().size(); i++) {
      Decision decision = space.decisions().get(i);
      int option = decision.options().indexOf(label);
      if (kind(decision).equals(kind)
          && option >= 0
          && !blamed.getOrDefault(i, Set.of()).contains(option)) {
        return false;
      }
    }
    return true;
  }

  /** The last part of a name: {@code kernel} of {@code stage2.block1.kernel}. */
  private static String kind(Decision decision) {
    return decision.name().substring(decision.name().lastIndexOf('.') + 1);
  }
}
