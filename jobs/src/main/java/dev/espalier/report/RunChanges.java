package dev.espalier.report;

import dev.espalier.report.Answer.Candidate;
import dev.espalier.report.RunRecord.Profile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What changed between two runs.
 *
 * <p>A budget is the same in both by its name. Where a target has no budget name in common, as many
 * budgets in both, and so a grid over a range that moved, they are matched by their places.
 * Measured latencies are shown and never compared: they differ between any two measurements.
 *
 * @param inputs that differ
 * @param answers that differ, those first that lost most
 * @param same number of answers that are the same
 */
record RunChanges(List<Input> inputs, List<Change> answers, int same) {
  RunChanges {
    inputs = List.copyOf(inputs);
    answers = List.copyOf(answers);
  }

  /**
   * Something that the results depend on.
   *
   * @param what in words
   * @param was earlier
   * @param now in the later run
   */
  record Input(String what, String was, String now) {}

  /** How an answer differs, those first that need attention first. */
  enum Kind {
    /** It was answered with an architecture, and is not any more. */
    LOST,
    /** It was asked, and is not any more. */
    GONE,
    /** It could not be answered, and now is. */
    FOUND,
    /** It was not asked before. */
    NEW,
    /** Another architecture. */
    REPLACED,
    /** The same architecture with other numbers. */
    MOVED
  }

  /**
   * The difference of one answer.
   *
   * @param was empty if it is new
   * @param now empty if it is gone
   */
  record Change(
      String target, String budget, Kind kind, Optional<Answer> was, Optional<Answer> now) {
    /** How far predicted accuracy moved, fraction of 1; 0 where there is nothing to compare. */
    double accuracyMoved() {
      Optional<Candidate> before = was.flatMap(Answer::chosen);
      Optional<Candidate> after = now.flatMap(Answer::chosen);
      return before.isPresent() && after.isPresent()
          ? after.get().accuracy() - before.get().accuracy()
          : 0;
    }
  }

  /** Compares. */
  static RunChanges between(FinishedRun earlier, FinishedRun later) {
    List<Change> changes = new ArrayList<>();
    int same = 0;
    Set<String> targets = new LinkedHashSet<>(later.targets().keySet());
    targets.addAll(earlier.targets().keySet());
    for (String target : targets) {
      List<Answer> was = earlier.targets().getOrDefault(target, List.of());
      List<Answer> now = later.targets().getOrDefault(target, List.of());
      boolean places = was.size() == now.size() && names(was, now).isEmpty();
      Set<Integer> matched = new HashSet<>();
      for (int i = 0; i < now.size(); i++) {
        Answer after = now.get(i);
        int index = places ? i : index(was, after.budget());
        matched.add(index);
        Optional<Answer> before = index < 0 ? Optional.empty() : Optional.of(was.get(index));
        Optional<Kind> kind = kind(before, after);
        if (kind.isPresent()) {
          changes.add(new Change(target, after.budget(), kind.get(), before, Optional.of(after)));
        } else {
          same++;
        }
      }
      for (int i = 0; i < was.size(); i++) {
        if (!matched.contains(i)) {
          changes.add(
              new Change(
                  target,
                  was.get(i).budget(),
                  Kind.GONE,
                  Optional.of(was.get(i)),
                  Optional.empty()));
        }
      }
    }
    changes.sort(
        Comparator.comparing(Change::kind)
            .thenComparing(c -> -Math.abs(c.accuracyMoved()))); // stable: else in table order
    return new RunChanges(inputs(earlier.record(), later.record()), changes, same);
  }

  /** How many answers differ in each way. */
  Map<Kind, Integer> counts() {
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    answers.forEach(change -> counts.merge(change.kind(), 1, Integer::sum));
    return counts;
  }

  private static Set<String> names(List<Answer> a, List<Answer> b) {
    Set<String> names = new HashSet<>(a.stream().map(Answer::budget).toList());
    names.retainAll(b.stream().map(Answer::budget).toList());
    return names;
  }

  private static int index(List<Answer> answers, String budget) {
    return answers.stream().map(Answer::budget).toList().indexOf(budget);
  }

  private static Optional<Kind> kind(Optional<Answer> before, Answer after) {
    if (before.isEmpty()) {
      return Optional.of(Kind.NEW);
    }
    Optional<Candidate> was = before.get().chosen();
    Optional<Candidate> now = after.chosen();
    if (was.isEmpty() || now.isEmpty()) {
      return was.isPresent()
          ? Optional.of(Kind.LOST)
          : now.isPresent() ? Optional.of(Kind.FOUND) : Optional.empty();
    }
    if (!was.get().architecture().equals(now.get().architecture())) {
      return Optional.of(Kind.REPLACED);
    }
    boolean equal =
        was.get().accuracy() == now.get().accuracy()
            && was.get().latencyMicros() == now.get().latencyMicros()
            && was.get().measuredAccuracy().equals(now.get().measuredAccuracy());
    return equal ? Optional.empty() : Optional.of(Kind.MOVED);
  }

  private static List<Input> inputs(RunRecord was, RunRecord now) {
    List<Input> inputs = new ArrayList<>();
    differ(
        inputs,
        was.source().kind().equals(now.source().kind()) ? now.source().kind() : "source",
        words(was.source()),
        words(now.source()));
    differ(inputs, "images that models are evaluated on", was.testImages(), now.testImages());
    differ(
        inputs,
        "accuracy predictor",
        was.predictorKind() + ": " + was.predictorQuality(),
        now.predictorKind() + ": " + now.predictorQuality());
    differ(
        inputs, "engine", was.engine() + " " + was.settings(), now.engine() + " " + now.settings());
    differ(inputs, "seed", Long.toString(was.seed()), Long.toString(now.seed()));
    Set<String> versions = new TreeSet<>(was.versions().keySet());
    versions.addAll(now.versions().keySet());
    for (String name : versions) {
      differ(
          inputs,
          "version of " + name,
          was.versions().getOrDefault(name, ""),
          now.versions().getOrDefault(name, ""));
    }
    Set<String> targets = new TreeSet<>(was.profiles().keySet());
    targets.retainAll(now.profiles().keySet());
    for (String target : targets) {
      Profile before = was.profiles().get(target);
      Profile after = now.profiles().get(target);
      differ(inputs, "profile of target " + target, words(before), words(after));
    }
    return inputs;
  }

  private static void differ(List<Input> inputs, String what, String was, String now) {
    if (!was.equals(now)) {
      inputs.add(new Input(what, was, now));
    }
  }

  private static String words(RunRecord.Source source) {
    return "%s %s, digest %s".formatted(source.kind(), source.name(), brief(source.digest()));
  }

  private static String words(Profile profile) {
    return "%s, digest %s".formatted(profile.name(), brief(profile.digest()));
  }

  /** As much of a digest as tells two apart. */
  private static String brief(String digest) {
    return digest.length() > 12 ? digest.substring(0, 12) : digest;
  }
}
