package dev.espalier.nightly;

import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one night left: of every target what its answers depended on, where they are, and which
 * model it has for each budget.
 *
 * @param format of this record
 * @param night its name
 * @param previous the night it was compared with; empty for the first
 * @param targets by name
 * @param runs digests of the records of all runs that hold answers or models, by their nights
 */
public record NightState(
    int format,
    String night,
    String previous,
    SortedMap<String, TargetState> targets,
    SortedMap<String, String> runs) {
  static final int FORMAT = 1;

  /** Before the first night. */
  static final NightState NOTHING =
      new NightState(FORMAT, "", "", new TreeMap<>(), new TreeMap<>());

  public NightState {
    targets = Collections.unmodifiableSortedMap(new TreeMap<>(targets));
    runs = Collections.unmodifiableSortedMap(new TreeMap<>(runs));
  }

  /**
   * One target.
   *
   * @param key digests that its answers depend on, by what they are of
   * @param answers the night whose run holds its front and selections
   * @param hypervolume of its front, a share of the box between reference and ideal point
   * @param frontPoints of its front
   * @param budgets by name
   */
  public record TargetState(
      SortedMap<String, String> key,
      String answers,
      double hypervolume,
      int frontPoints,
      SortedMap<String, BudgetState> budgets) {
    public TargetState {
      key = Collections.unmodifiableSortedMap(new TreeMap<>(key));
      budgets = Collections.unmodifiableSortedMap(new TreeMap<>(budgets));
    }

    /** Digest of its profile. */
    String profileDigest() {
      return key.getOrDefault(TargetKey.PROFILE, "");
    }
  }

  /**
   * One budget of a target.
   *
   * @param limits in words
   * @param decision of this night
   * @param reason of the decision, for people
   * @param deployed the model; null where there is none
   */
  public record BudgetState(String limits, Decision decision, String reason, Deployed deployed) {}

  /** Whether there was no night yet. */
  boolean isNothing() {
    return night.isEmpty();
  }

  /** The nights whose runs hold answers or models of this one. */
  SortedSet<String> needs() {
    TreeSet<String> needs = new TreeSet<>();
    for (TargetState target : targets.values()) {
      needs.add(target.answers());
      for (BudgetState budget : target.budgets().values()) {
        if (budget.deployed() != null) {
          needs.add(budget.deployed().night());
        }
      }
    }
    return needs;
  }

  /** Digests of the profiles that its answers were found with. */
  Set<String> profiles() {
    Set<String> profiles = new TreeSet<>();
    targets.values().forEach(target -> profiles.add(target.profileDigest()));
    return profiles;
  }
}
