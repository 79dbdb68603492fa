package dev.espalier.run;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * YAML in which every key has to be known, read node by node so that each problem can name its
 * line. Problems are collected; nothing is thrown before {@link Problems#throwIfAny}.
 */
final class StrictYaml {
  private StrictYaml() {}

  /** What is wrong with one document so far. */
  static final class Problems {
    private final String source;
    private final List<String> found = new ArrayList<>();

    Problems(String source) {
      this.source = source;
    }

    void add(int line, String problem) {
      found.add("line " + line + ": " + problem);
    }

    void add(String problem) {
      found.add(problem);
    }

    void throwIfAny() {
      if (!found.isEmpty()) {
        throw new InvalidRequestException(source, found);
      }
    }
  }

  /** A value with its place. */
  record Entry(Node node, Problems problems) {
    int line() {
      return node.getStartMark().getLine() + 1;
    }

    void problem(String what) {
      problems.add(line(), what);
    }

    Optional<String> text(String key) {
      if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
        return Optional.of(scalar.getValue().strip());
      }
      problem(key + ": a single value is expected, not " + form(node));
      return Optional.empty();
    }

    Optional<Long> whole(String key, long least, long most) {
      Optional<String> text = text(key);
      try {
        if (text.isPresent()) {
          long value = Long.parseLong(text.get().replace("_", ""));
          if (value >= least && value <= most) {
            return Optional.of(value);
          }
          problem("%s: %d is not from %d to %d".formatted(key, value, least, most));
        }
      } catch (NumberFormatException e) {
        problem("%s: '%s' is not a whole number".formatted(key, text.get()));
      }
      return Optional.empty();
    }

    /** A probability that is not zero. */
    Optional<Double> share(String key) {
      Optional<String> text = text(key);
      try {
        if (text.isPresent()) {
          double value = Double.parseDouble(text.get());
          if (value > 0 && value <= 1) {
            return Optional.of(value);
          }
          problem("%s: %s is not above 0 and at most 1".formatted(key, text.get()));
        }
      } catch (NumberFormatException e) {
        problem("%s: '%s' is not a number above 0 and at most 1".formatted(key, text.get()));
      }
      return Optional.empty();
    }

    /** The elements of a list; a single value counts as a list of one. */
    List<Entry> list(String key) {
      if (node instanceof SequenceNode sequence) {
        if (sequence.getValue().isEmpty()) {
          problem(key + ": the list is empty");
        }
        return sequence.getValue().stream().map(n -> new Entry(n, problems)).toList();
      }
      return List.of(this);
    }

    boolean isText() {
      return node instanceof ScalarNode;
    }

    boolean isMapping() {
      return node instanceof MappingNode;
    }

    boolean isEmptyMapping() {
      return node instanceof MappingNode mapping && mapping.getValue().isEmpty();
    }

    /** The entries of a mapping whose keys must be among {@code known}. */
    Fields fields(String what, Collection<String> known) {
      Map<String, Entry> entries = new LinkedHashMap<>();
      if (!(node instanceof MappingNode mapping)) {
        problem(
            "%s: keys with values are expected (%s), not %s"
                .formatted(what, String.join(", ", known), form(node)));
        return new Fields(entries, this);
      }
      for (NodeTuple tuple : mapping.getValue()) {
        Entry keyEntry = new Entry(tuple.getKeyNode(), problems);
        String key = tuple.getKeyNode() instanceof ScalarNode s ? s.getValue() : "";
        if (!known.contains(key)) {
          keyEntry.problem(
              "unknown key '%s' in %s%s; known keys: %s"
                  .formatted(key, what, suggestion(key, known), String.join(", ", known)));
        } else if (entries.putIfAbsent(key, new Entry(tuple.getValueNode(), problems)) != null) {
          keyEntry.problem("key '" + key + "' is given twice in " + what);
        }
      }
      return new Fields(entries, this);
    }

    private static String form(Node node) {
      return switch (node.getNodeId()) {
        case mapping -> "keys with values";
        case sequence -> "a list";
        case scalar -> ((ScalarNode) node).getValue().isBlank() ? "nothing" : "a single value";
        case anchor -> "an anchor";
      };
    }
  }

  /** The known entries of one mapping. */
  record Fields(Map<String, Entry> entries, Entry owner) {
    Optional<Entry> optional(String key) {
      return Optional.ofNullable(entries.get(key));
    }

    Optional<Entry> required(String key) {
      if (!entries.containsKey(key)) {
        owner.problem("'" + key + "' is missing");
      }
      return optional(key);
    }
  }

  /**
   * The root of a document.
   *
   * @throws InvalidRequestException if it is not YAML or is empty
   */
  static Entry root(String text, Problems problems) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(true);
    Node node = null;
    try {
      node = new Yaml(options).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      problems.add(line, "this is not YAML: " + e.getProblem());
    }
    if (node == null) {
      if (problems.found.isEmpty()) {
        problems.add(1, "the request is empty");
      }
      problems.throwIfAny();
    }
    return new Entry(node, problems);
  }

  /**
   * {@code " (did you mean 'budgets'?)"} for the known word with the fewest insertions, deletions
   * and substitutions away from {@code word}; empty where more than half of the word would change.
   */
  static String suggestion(String word, Collection<String> known) {
    String best = "";
    int least = Math.max(2, word.length() / 2) + 1;
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best.isEmpty() ? "" : " (did you mean '" + best + "'?)";
  }

  /** Levenshtein's distance, one row at a time. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
