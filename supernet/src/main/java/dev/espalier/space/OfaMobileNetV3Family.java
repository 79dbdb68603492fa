package dev.espalier.space;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The family {@code ofa-mobilenetv3}; see {@link OfaMobileNetV3}. */
public final class OfaMobileNetV3Family implements SpaceFamily {
  static final String NAME = "ofa-mobilenetv3";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SearchSpace create(JsonNode definition) {
    try {
      return new OfaMobileNetV3(MAPPER.treeToValue(definition, MobileNetV3Definition.class));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(NAME + ": " + e.getOriginalMessage(), e);
    }
  }

  @Override
  public JsonNode definition(SearchSpace space) {
    return MAPPER.valueToTree(((OfaMobileNetV3) space).definition());
  }
}
