package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;

/** The family {@code ofa-mobilenetv3}; see {@link OfaMobileNetV3}. */
public final class OfaMobileNetV3Family implements SpaceFamily {
  static final String NAME = "ofa-mobilenetv3";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SearchSpace create(JsonNode definition) {
    try {
      return new OfaMobileNetV3(Json.read(definition, MobileNetV3Definition.class, NAME));
    } catch (ArtefactException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public JsonNode definition(SearchSpace space) {
    return Json.tree(((OfaMobileNetV3) space).definition());
  }
}
