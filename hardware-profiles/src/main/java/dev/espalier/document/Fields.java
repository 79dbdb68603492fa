package dev.espalier.document;

import java.io.ByteArrayInputStream;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.reader.UnicodeReader;

/**
 * The members of one object of a document, read strictly.
 *
 * <p>A member that is missing or wrong is noted as a problem and a harmless value is returned in
 * its place, so that reading goes on and every problem is found in one pass. Values may be used
 * only after {@link #finish()} of the outermost object has returned. Not thread-safe.
 */
public final class Fields {
  private final Reading reading;
  private final String prefix;
  private final int line;
  private final Standing standing;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private boolean restIgnored;

  private enum Standing {
    OUTERMOST,
    WITHIN,
    /** Not there, which was noted once: its members are not missed one by one. */
    ABSENT
  }

  private record Member(int line, Value value) {}

  private Fields(Reading reading, String prefix, int line, Standing standing) {
    this.reading = reading;
    this.prefix = prefix;
    this.line = line;
    this.standing = standing;
  }

  private Fields(Reading reading, String prefix, MappingNode node, Standing standing) {
    this(reading, prefix, Value.line(node), standing);
    for (NodeTuple tuple : node.getValue()) {
      add(tuple.getKeyNode(), tuple.getValueNode());
    }
    reading.opened(this);
  }

  private void add(Node key, Node value) {
    int place = Value.line(key);
    Optional<String> word = Value.single(key).filter(text -> !text.isBlank());
    if (word.isEmpty()) {
      reading.problem(place, Value.found(key) + " is not a key");
      return;
    }
    String name = word.get();
    Member first =
        members.putIfAbsent(name, new Member(place, new Value(reading, prefix + name, value)));
    if (first != null) {
      reading.problem(place, prefix + name + ": given twice, first in line " + first.line());
    }
  }

  static Fields within(Reading reading, String prefix, MappingNode node) {
    return new Fields(reading, prefix, node, Standing.WITHIN);
  }

  /**
   * Opens a document of YAML, or of JSON, which YAML contains.
   *
   * @param document its name in messages, usually its path
   * @throws InvalidDocumentException if it is not one YAML object
   */
  public static Fields of(String document, byte[] yaml) {
    Node root = root(document, yaml);
    if (root instanceof MappingNode mapping) {
      return new Fields(new Reading(document), "", mapping, Standing.OUTERMOST);
    }
    throw new InvalidDocumentException(
        document,
        List.of(
            "line %d: expected %s, found %s"
                .formatted(
                    root == null ? 1 : Value.line(root),
                    Value.OBJECT,
                    root == null ? "nothing" : Value.found(root))));
  }

  /** Null for an empty document. */
  private static Node root(String document, byte[] yaml) {
    try {
      // Nodes alone are composed, no objects; SnakeYAML limits size, depth and aliases.
      return new Yaml(new SafeConstructor(new LoaderOptions()))
          .compose(new UnicodeReader(new ByteArrayInputStream(yaml)));
    } catch (MarkedYAMLException e) {
      String place =
          e.getProblemMark() == null ? "" : "line " + (e.getProblemMark().getLine() + 1) + ": ";
      throw new InvalidDocumentException(
          document, place + "this is not YAML: " + e.getProblem(), e);
    } catch (YAMLException e) {
      throw new InvalidDocumentException(document, "cannot be read as YAML: " + e.getMessage(), e);
    }
  }

  /** A text that is not blank. */
  public String text(String name) {
    return value(name, Value.TEXT).flatMap(Value::text).orElse("?");
  }

  /** A text that is not blank, where there is one. */
  public Optional<String> optionalText(String name) {
    return optionalValue(name).flatMap(Value::text);
  }

  /** A whole number within bounds. */
  public long integer(String name, long least, long most) {
    return value(name, Value.whole(least, most)).flatMap(v -> v.integer(least, most)).orElse(least);
  }

  /** A whole number within bounds, where there is one. */
  public OptionalLong optionalInteger(String name, long least, long most) {
    return optionalValue(name)
        .flatMap(v -> v.integer(least, most))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** An {@code int} of at least {@code least}. */
  public int count(String name, int least) {
    return (int) integer(name, least, Integer.MAX_VALUE);
  }

  /** An {@code int} of at least {@code least}, where there is one. */
  public OptionalInt optionalCount(String name, int least) {
    return optionalCount(name, least, Integer.MAX_VALUE);
  }

  /** An {@code int} within bounds, where there is one. */
  public OptionalInt optionalCount(String name, int least, int most) {
    OptionalLong value = optionalInteger(name, least, most);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** A finite number within bounds. */
  public double number(String name, double least, double most) {
    return value(name, Value.range(least, most)).flatMap(v -> v.number(least, most)).orElse(least);
  }

  /** One of some words; empty where it is missing or another, which was noted. */
  public Optional<String> oneOf(String name, Collection<String> words) {
    return value(name, Value.choice(words)).flatMap(v -> v.oneOf(words));
  }

  /** A constant of an enum, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    return value(name, Value.choice(Value.words(type)))
        .flatMap(v -> v.choice(type))
        .orElse(type.getEnumConstants()[0]);
  }

  /** A day, as in 2026-03-31. */
  public LocalDate date(String name) {
    return value(name, Value.DAY).flatMap(Value::date).orElse(LocalDate.EPOCH);
  }

  /** An object within this one; without one, an empty object whose every member is missing. */
  public Fields object(String name) {
    return value(name, "an object")
        .flatMap(Value::object)
        .orElseGet(() -> new Fields(reading, prefix + name + ".", line, Standing.ABSENT));
  }

  /** An object within this one, where there is one. */
  public Optional<Fields> optionalObject(String name) {
    return optionalValue(name).flatMap(Value::object);
  }

  /**
   * A value that has to be there; empty where it is not, which was noted.
   *
   * @param allowed what is needed, in words, for the note
   */
  public Optional<Value> value(String name, String allowed) {
    Optional<Value> value = optionalValue(name);
    if (value.isEmpty() && standing != Standing.ABSENT) {
      problem(name, "missing; " + allowed + " is needed");
    }
    return value;
  }

  /** A value, where there is one. */
  public Optional<Value> optionalValue(String name) {
    known.add(name);
    return Optional.ofNullable(members.get(name)).map(Member::value);
  }

  /** Whether it has no members. */
  public boolean isEmpty() {
    return members.isEmpty();
  }

  /** Leaves members unread without a problem: which are known, nobody can say. */
  public void ignoreRest() {
    restIgnored = true;
  }

  /** Notes a problem with a member, or with its absence. */
  public void problem(String name, String what) {
    int place = members.containsKey(name) ? members.get(name).value().line() : line;
    reading.problem(place, prefix + name + ": " + what);
  }

  /** Whether nothing has been found wrong so far, so that values may be combined. */
  public boolean sound() {
    return reading.sound();
  }

  /**
   * Ends the reading of the outermost object: members that nobody asked for are problems too.
   *
   * @throws InvalidDocumentException listing every problem, in the order of their lines
   */
  public void finish() {
    if (standing != Standing.OUTERMOST) {
      throw new IllegalStateException(prefix + " is finished with the object around it");
    }
    reading.finish();
  }

  void noteUnknown() {
    if (restIgnored) {
      return;
    }
    members.forEach(
        (name, member) -> {
          if (!known.contains(name)) {
            reading.problem(
                member.line(),
                "%s%s: unknown key%s; known here: %s"
                    .formatted(prefix, name, Suggestion.of(name, known), String.join(", ", known)));
          }
        });
  }

  /** How documents write a constant: {@code MOBILE_GPU} as {@code mobile-gpu}. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
