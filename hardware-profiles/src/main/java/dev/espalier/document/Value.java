package dev.espalier.document;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value of a document, with its place.
 *
 * <p>What it is, its reader says: {@code 1.29} and {@code 2026} are texts where a text is asked
 * for, and {@code "3"} is a number where a number is. A value that is not what it is asked for is
 * noted as a problem, and nothing is returned. Not thread-safe.
 */
public final class Value {
  static final String TEXT = "text";
  static final String DAY = "a day as in 2026-03-31";
  static final String SHARE = "a number above 0 and at most 1";
  static final String OBJECT = "an object of 'key: value' lines";

  private static final Pattern WHOLE = Pattern.compile("[-+]?\\d[\\d_]*");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d[\\d_]*\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

  private final Reading reading;
  private final String path;
  private final Node node;

  Value(Reading reading, String path, Node node) {
    this.reading = reading;
    this.path = path;
    this.node = node;
  }

  /** A text that is not blank. */
  public Optional<String> text() {
    return parsed(TEXT, text -> text.isBlank() ? Optional.empty() : Optional.of(text));
  }

  /** A whole number within bounds; {@code 10_000} is one too. */
  public Optional<Long> integer(long least, long most) {
    return parsed(whole(least, most), text -> whole(text).filter(n -> n >= least && n <= most));
  }

  /** A finite number within bounds. */
  public Optional<Double> number(double least, double most) {
    return number(range(least, most), n -> n >= least && n <= most);
  }

  /** A number above 0 and at most 1. */
  public Optional<Double> share() {
    return number(SHARE, n -> n > 0 && n <= 1);
  }

  private Optional<Double> number(String allowed, DoublePredicate admits) {
    return parsed(
        allowed,
        text ->
            NUMBER.matcher(text).matches()
                ? Optional.of(Double.valueOf(text.replace("_", ""))).filter(admits::test)
                : Optional.empty());
  }

  /** One of some words. */
  public Optional<String> oneOf(Collection<String> words) {
    String suggestion = single(node).map(text -> Suggestion.of(text, words)).orElse("");
    return parsed(choice(words) + suggestion, text -> Optional.of(text).filter(words::contains));
  }

  /** A constant of an enum, written as {@link Fields#word} writes it. */
  public <E extends Enum<E>> Optional<E> choice(Class<E> type) {
    List<String> words = words(type);
    return oneOf(words).map(word -> type.getEnumConstants()[words.indexOf(word)]);
  }

  /** A day, as in 2026-03-31. */
  public Optional<LocalDate> date() {
    return parsed(
        DAY,
        text -> {
          try {
            return Optional.of(LocalDate.parse(text));
          } catch (DateTimeParseException e) {
            return Optional.empty();
          }
        });
  }

  /** An object; to be opened once, since what is never read of it is a problem. */
  public Optional<Fields> object() {
    return object(OBJECT);
  }

  /**
   * An object; to be opened once, since what is never read of it is a problem.
   *
   * @param allowed what it should be, in words, for the note if it is none
   */
  public Optional<Fields> object(String allowed) {
    if (node instanceof MappingNode mapping) {
      return Optional.of(Fields.within(reading, path + ".", mapping));
    }
    refuse(allowed);
    return Optional.empty();
  }

  /** The elements of a list that is not empty; a value that is no list counts as a list of it. */
  public List<Value> elements() {
    if (!(node instanceof SequenceNode list)) {
      return List.of(this);
    }
    if (list.getValue().isEmpty()) {
      problem("the list is empty");
    }
    List<Value> elements = new ArrayList<>();
    for (Node element : list.getValue()) {
      elements.add(new Value(reading, "%s[%d]".formatted(path, elements.size()), element));
    }
    return elements;
  }

  /** Whether it is neither a list nor an object. */
  public boolean isSingle() {
    return node instanceof ScalarNode;
  }

  /** Notes a problem with it. */
  public void problem(String what) {
    reading.problem(line(), path + ": " + what);
  }

  private void refuse(String allowed) {
    problem(found(node) + " is not " + allowed);
  }

  int line() {
    return line(node);
  }

  /** The text of a node that is neither a list, nor an object, nor nothing. */
  static Optional<String> single(Node node) {
    return node instanceof ScalarNode scalar && !isNull(node)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  private <T> Optional<T> parsed(String allowed, Function<String, Optional<T>> parse) {
    Optional<T> value = single(node).flatMap(parse);
    if (value.isEmpty()) {
      refuse(allowed);
    }
    return value;
  }

  private static Optional<Long> whole(String text) {
    try {
      return WHOLE.matcher(text).matches()
          ? Optional.of(Long.valueOf(text.replace("_", "")))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty(); // more digits than a long has
    }
  }

  static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  static String found(Node node) {
    if (node instanceof MappingNode) {
      return "an object";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    return isNull(node) ? "nothing" : "'" + ((ScalarNode) node).getValue() + "'";
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  static String whole(long least, long most) {
    return most == Integer.MAX_VALUE || most == Long.MAX_VALUE
        ? "a whole number of at least " + least
        : "a whole number from " + least + " to " + most;
  }

  static String range(double least, double most) {
    return "a number from " + least + " to " + most;
  }

  static String choice(Collection<String> words) {
    return "one of " + String.join(", ", words);
  }

  static List<String> words(Class<? extends Enum<?>> type) {
    return Arrays.stream(type.getEnumConstants()).map(Fields::word).toList();
  }
}
