package dev.espalier.accuracy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.io.Serializable;

/**
 * A space as serialised predictors carry it.
 *
 * @param family its family's name
 * @param definition JSON from which the family makes it
 */
record SpaceDefinition(String family, String definition) implements Serializable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static SpaceDefinition of(SearchSpace space) {
    return new SpaceDefinition(
        space.family(), SpaceFamily.named(space.family()).definition(space).toString());
  }

  SearchSpace space() {
    try {
      return SpaceFamily.named(family).create(MAPPER.readTree(definition));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "definition of a space of family " + family + " is not JSON: " + e.getOriginalMessage(),
          e);
    }
  }
}
