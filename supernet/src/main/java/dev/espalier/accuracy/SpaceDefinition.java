package dev.espalier.accuracy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.io.Serializable;

/**
 * A space as it travels between machines: spaces themselves are not serialisable.
 *
 * @param family its family's name
 * @param definition JSON from which the family makes it
 */
public record SpaceDefinition(String family, String definition) implements Serializable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The definition from which {@link #space} makes an equal space. */
  public static SpaceDefinition of(SearchSpace space) {
    return new SpaceDefinition(
        space.family(), SpaceFamily.named(space.family()).definition(space).toString());
  }

  /**
   * Makes the space.
   *
   * @throws IllegalArgumentException if the family is unknown or the definition wrong
   */
  public SearchSpace space() {
    try {
      return SpaceFamily.named(family).create(MAPPER.readTree(definition));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "definition of a space of family " + family + " is not JSON: " + e.getOriginalMessage(),
          e);
    }
  }
}
