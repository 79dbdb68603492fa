package dev.espalier.importer;

import dev.espalier.operator.TensorShape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The key of an entry in the tables of ProxylessNAS and OFA: a type, then {@code name:value} for
 * each field, with hyphens between, as in {@code
 * expanded_conv-input:12x12x136-output:12x12x136-expand:408-kernel:3-stride:1-idskip:1}.
 */
final class BlockKey {
  static final String STEM = "Conv";
  static final String FINAL = "Conv_1";
  static final String POOL = "AvgPool2D";
  static final String FEATURE = "Conv_2";
  static final String CLASSIFIER = "Logits";
  static final String BLOCK = "expanded_conv";

  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,6}");
  private static final Pattern SHAPE = Pattern.compile("[0-9]{1,6}x[0-9]{1,6}x[0-9]{1,6}");

  private final String text;
  private final String type;
  private final Map<String, String> fields;

  private BlockKey(String text, String type, Map<String, String> fields) {
    this.text = text;
    this.type = type;
    this.fields = fields;
  }

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if a part is not {@code name:value}, or a name occurs twice
   */
  static BlockKey parse(String key) {
    String[] parts = key.split("-", -1);
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int colon = parts[i].indexOf(':');
      if (colon < 1
          || fields.put(parts[i].substring(0, colon), parts[i].substring(colon + 1)) != null) {
        throw new IllegalArgumentException(
            "key '%s': '%s' is not a single name:value".formatted(key, parts[i]));
      }
    }
    return new BlockKey(key, parts[0], fields);
  }

  String type() {
    return type;
  }

  /** Takes a shape. */
  TensorShape shape(String name) {
    String value = take(name);
    if (!SHAPE.matcher(value).matches()) {
      throw wrong(name, value, "HxWxC, as in 14x14x96");
    }
    return TensorShape.parse(value);
  }

  /** Takes a whole number of at least 1. */
  int whole(String name) {
    String value = take(name);
    if (!WHOLE.matcher(value).matches() || Integer.parseInt(value) < 1) {
      throw wrong(name, value, "a whole number from 1 to 999999");
    }
    return Integer.parseInt(value);
  }

  /** Takes 0 or 1, and says whether it is 1. */
  boolean flag(String name) {
    String value = take(name);
    if (!value.equals("0") && !value.equals("1")) {
      throw wrong(name, value, "0 or 1");
    }
    return value.equals("1");
  }

  /**
   * Ends the reading of the key.
   *
   * @throws IllegalArgumentException if a field was not taken
   */
  void finish() {
    if (!fields.isEmpty()) {
      throw new IllegalArgumentException(
          "key '%s': a %s has no %s".formatted(text, type, String.join(", ", fields.keySet())));
    }
  }

  /** An exception for a type that is not known. */
  IllegalArgumentException unknown(String known) {
    return new IllegalArgumentException(
        "key '%s': '%s' is not one of %s".formatted(text, type, known));
  }

  private String take(String name) {
    String value = fields.remove(name);
    if (value == null) {
      throw new IllegalArgumentException("key '%s' lacks %s:".formatted(text, name));
    }
    return value;
  }

  private IllegalArgumentException wrong(String name, String value, String allowed) {
    return new IllegalArgumentException(
        "key '%s': %s '%s' is not %s".formatted(text, name, value, allowed));
  }
}
