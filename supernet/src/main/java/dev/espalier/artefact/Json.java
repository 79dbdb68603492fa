package dev.espalier.artefact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperBuilder;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Strict JSON, and YAML read as strictly: unknown or repeated keys, missing numbers and trailing
 * text are errors; keys are written in alphabetical order, so that equal values give equal bytes.
 * Thread-safe.
 */
public final class Json {
  private static final JsonMapper MAPPER = strict(JsonMapper.builder());
  private static final YAMLMapper YAML = strict(YAMLMapper.builder());

  private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> M strict(B builder) {
    return builder
        .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
        .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .addModule(new SimpleModule().addSerializer(JsonNode.class, new SortedTrees()))
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  private static final ObjectWriter WRITER =
      MAPPER.writer(new Layout().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private Json() {}

  /** Trees with their keys sorted; Jackson does that itself from 2.16 on, Spark 3.5 has 2.15. */
  private static final class SortedTrees extends JsonSerializer<JsonNode> {
    @Override
    public void serialize(JsonNode tree, JsonGenerator to, SerializerProvider provider)
        throws IOException {
      if (tree.isObject()) {
        to.writeStartObject();
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        tree.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
        for (Map.Entry<String, JsonNode> entry : sorted.entrySet()) {
          to.writeFieldName(entry.getKey());
          serialize(entry.getValue(), to, provider);
        }
        to.writeEndObject();
      } else if (tree.isArray()) {
        to.writeStartArray();
        for (JsonNode element : tree) {
          serialize(element, to, provider);
        }
        to.writeEndArray();
      } else {
        ((JsonSerializable) tree).serialize(to, provider);
      }
    }
  }

  /** A space behind the colon, none before it. */
  private static final class Layout extends DefaultPrettyPrinter {
    Layout() {}

    private Layout(Layout other) {
      super(other);
    }

    @Override
    public DefaultPrettyPrinter createInstance() {
      return new Layout(this);
    }

    @Override
    public DefaultPrettyPrinter withObjectIndenter(Indenter indenter) {
      Layout result = new Layout(this);
      result.indentObjectsWith(indenter);
      return result;
    }

    @Override
    public void writeObjectFieldValueSeparator(JsonGenerator to) throws IOException {
      to.writeRaw(": ");
    }
  }

  /** A value as indented UTF-8 text that ends with a newline; equal values give equal bytes. */
  public static byte[] write(Object value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      WRITER.writeValue(out, value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          value.getClass().getName() + " has no JSON form: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.write('\n');
    return out.toByteArray();
  }

  /** A value as a tree. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Reads text that {@link #write} or a person wrote. Every component of a record must be there.
   *
   * @param source what to call it in a message, such as its path
   * @throws ArtefactException naming source, place and key
   */
  public static <T> T read(byte[] json, Class<T> type, String source) {
    try {
      return MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw wrong(source, e);
    }
  }

  /**
   * Reads YAML that a person wrote, as strictly as {@link #read(byte[], Class, String)}.
   *
   * @throws ArtefactException naming source, place and key
   */
  public static <T> T readYaml(byte[] yaml, Class<T> type, String source) {
    try {
      return YAML.readValue(yaml, type);
    } catch (IOException e) {
      throw wrong(source, e);
    }
  }

  /**
   * Turns a tree into a value, as strictly as {@link #read}.
   *
   * @param source what to call it in a message
   * @throws ArtefactException naming source and key
   */
  public static <T> T read(JsonNode tree, Class<T> type, String source) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (IOException e) {
      throw wrong(source, e);
    }
  }

  private static ArtefactException wrong(String source, IOException e) {
    StringBuilder message = new StringBuilder(source);
    if (e instanceof JsonProcessingException processing) {
      JsonLocation location = processing.getLocation();
      if (location != null && location.getLineNr() > 0) {
        message
            .append(", line ")
            .append(location.getLineNr())
            .append(", column ")
            .append(location.getColumnNr());
      }
    }
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      message.append(", at ").append(place(mapping.getPath()));
    }
    return new ArtefactException(message.append(": ").append(problem(e)).toString(), e);
  }

  private static String problem(IOException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      List<String> known =
          unknown.getKnownPropertyIds() == null
              ? List.of()
              : List.copyOf(
                  new TreeSet<>(
                      unknown.getKnownPropertyIds().stream().map(String::valueOf).toList()));
      return "unknown key '" + unknown.getPropertyName() + "'; allowed: " + known;
    }
    if (e.getCause() instanceof IllegalArgumentException cause) {
      return cause.getMessage(); // a record's own check says it best
    }
    return e instanceof JsonProcessingException processing
        ? processing.getOriginalMessage()
        : Objects.toString(e.getMessage(), e.getClass().getSimpleName());
  }

  private static String place(List<JsonMappingException.Reference> path) {
    StringBuilder place = new StringBuilder();
    for (JsonMappingException.Reference step : path) {
      if (step.getFieldName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return place.toString();
  }
}
