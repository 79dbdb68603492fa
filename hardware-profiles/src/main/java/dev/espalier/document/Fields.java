package dev.espalier.document;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The members of one object of a document, read strictly.
 *
 * <p>A member that is missing or wrong is noted as a problem and a harmless value is returned in
 * its place, so that reading goes on and every problem is found in one pass. Values may be used
 * only after {@link #finish()} of the outermost object has returned. Not thread-safe.
 */
public final class Fields {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String document;
  private final String prefix;
  private final JsonNode node;
  private final List<String> problems;
  private final List<Fields> children = new ArrayList<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final Standing standing;

  private enum Standing {
    OUTERMOST,
    WITHIN,
    /** Not there, which was noted once: its members are not missed one by one. */
    ABSENT
  }

  private Fields(String document, JsonNode node) {
    this.document = document;
    this.prefix = "";
    this.node = node;
    this.problems = new ArrayList<>();
    this.standing = Standing.OUTERMOST;
  }

  private Fields(Standing standing, Fields parent, String name, JsonNode node) {
    this.document = parent.document;
    this.prefix = parent.prefix + name + ".";
    this.node = node;
    this.problems = parent.problems;
    this.standing = standing;
  }

  /**
   * Opens a document of YAML, or of JSON, which YAML contains.
   *
   * @param document its name in messages, usually its path
   * @throws InvalidDocumentException if it is not one YAML object, or repeats a key
   */
  public static Fields of(String document, byte[] yaml) {
    try {
      return of(document, YAML.readTree(yaml));
    } catch (JacksonException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      throw new InvalidDocumentException(document, line + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new InvalidDocumentException(document, "cannot be read: " + e.getMessage(), e);
    }
  }

  /** Opens a tree that was parsed already. */
  public static Fields of(String document, JsonNode node) {
    if (node == null || !node.isObject()) {
      throw new InvalidDocumentException(
          document, List.of("expected an object of 'key: value' lines, found " + kind(node)));
    }
    return new Fields(document, node);
  }

  /** A text that is not blank. */
  public String text(String name) {
    return optionalText(name).orElseGet(() -> missing(name, "text", "?"));
  }

  /** A text that is not blank, where there is one. */
  public Optional<String> optionalText(String name) {
    JsonNode value = member(name);
    if (value == null) {
      return Optional.empty();
    }
    // 1.29 and 2026 are texts too: what runtimes call their versions need not be quoted.
    if (!value.isValueNode() || value.asText().isBlank()) {
      return Optional.of(wrong(name, value, "text", "?"));
    }
    return Optional.of(value.asText());
  }

  /** A whole number within bounds. */
  public long integer(String name, long least, long most) {
    OptionalLong value = optionalInteger(name, least, most);
    return value.isPresent() ? value.getAsLong() : missing(name, whole(least, most), least);
  }

  /** A whole number within bounds, where there is one. */
  public OptionalLong optionalInteger(String name, long least, long most) {
    JsonNode value = member(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < least
        || value.asLong() > most) {
      return OptionalLong.of(wrong(name, value, whole(least, most), least));
    }
    return OptionalLong.of(value.asLong());
  }

  /** An {@code int} of at least {@code least}. */
  public int count(String name, int least) {
    return (int) integer(name, least, Integer.MAX_VALUE);
  }

  /** An {@code int} of at least {@code least}, where there is one. */
  public OptionalInt optionalCount(String name, int least) {
    OptionalLong value = optionalInteger(name, least, Integer.MAX_VALUE);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** A finite number within bounds. */
  public double number(String name, double least, double most) {
    JsonNode value = member(name);
    String allowed = "a number from " + least + " to " + most;
    if (value == null) {
      return missing(name, allowed, least);
    }
    if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
      return wrong(name, value, allowed, least);
    }
    return value.asDouble();
  }

  /** A constant of an enum, written in lower case with hyphens. */
  public <E extends Enum<E>> E choice(String name, Class<E> type) {
    E[] constants = type.getEnumConstants();
    String allowed =
        Arrays.stream(constants).map(Fields::word).collect(Collectors.joining(", ", "one of ", ""));
    JsonNode value = member(name);
    if (value == null) {
      return missing(name, allowed, constants[0]);
    }
    for (E constant : constants) {
      if (value.isTextual() && word(constant).equals(value.asText())) {
        return constant;
      }
    }
    return wrong(name, value, allowed, constants[0]);
  }

  /** A day, as in 2026-03-31. */
  public LocalDate date(String name) {
    JsonNode value = member(name);
    String allowed = "a day as in 2026-03-31";
    if (value == null) {
      return missing(name, allowed, LocalDate.EPOCH);
    }
    try {
      return LocalDate.parse(value.asText());
    } catch (DateTimeParseException e) {
      return wrong(name, value, allowed, LocalDate.EPOCH);
    }
  }

  /** An object within this one; without one, an empty object whose every member is missing. */
  public Fields object(String name) {
    if (member(name) == null) {
      missing(name, "an object", node);
    }
    return optionalObject(name).orElseGet(() -> new Fields(Standing.ABSENT, this, name, node));
  }

  /** An object within this one, where there is one. */
  public Optional<Fields> optionalObject(String name) {
    JsonNode value = member(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!value.isObject()) {
      wrong(name, value, "an object of 'key: value' lines", value);
      return Optional.empty();
    }
    Fields child = new Fields(Standing.WITHIN, this, name, value);
    children.add(child);
    return Optional.of(child);
  }

  /** The names that are present, in the document's order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Notes a problem with a member that was read. */
  public void problem(String name, String what) {
    problems.add(prefix + name + ": " + what);
  }

  /** Whether nothing has been found wrong so far, so that values may be combined. */
  public boolean sound() {
    return problems.isEmpty();
  }

  /**
   * Ends the reading of the outermost object: members that nobody asked for are problems too.
   *
   * @throws InvalidDocumentException listing every problem
   */
  public void finish() {
    if (standing != Standing.OUTERMOST) {
      throw new IllegalStateException(prefix + " is finished with the object around it");
    }
    noteUnknown();
    if (!problems.isEmpty()) {
      throw new InvalidDocumentException(document, problems);
    }
  }

  private void noteUnknown() {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        problem(name, "unknown key; known here: " + String.join(", ", known));
      }
    }
    children.forEach(Fields::noteUnknown);
  }

  private JsonNode member(String name) {
    known.add(name);
    if (standing == Standing.ABSENT) {
      return null;
    }
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private <T> T missing(String name, String allowed, T substitute) {
    if (standing != Standing.ABSENT) {
      problem(name, "missing; " + allowed + " is needed");
    }
    return substitute;
  }

  private <T> T wrong(String name, JsonNode value, String allowed, T substitute) {
    problem(name, kind(value) + " is not " + allowed);
    return substitute;
  }

  private static String whole(long least, long most) {
    return most == Integer.MAX_VALUE || most == Long.MAX_VALUE
        ? "a whole number of at least " + least
        : "a whole number from " + least + " to " + most;
  }

  private static String kind(JsonNode node) {
    if (node == null || node.isMissingNode() || node.isNull()) {
      return "nothing";
    }
    if (node.isObject()) {
      return "an object";
    }
    return node.isArray() ? "a list" : "'" + node.asText() + "'";
  }

  /** How documents write a constant: {@code MOBILE_GPU} as {@code mobile-gpu}. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
