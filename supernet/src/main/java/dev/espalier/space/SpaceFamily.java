package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Makes search spaces of one family from data. Registered in {@code
 * META-INF/services/dev.espalier.space.SpaceFamily}.
 */
public interface SpaceFamily {
  /** The key of a family's name beside the fields of its definition. */
  String FAMILY = "family";

  /** The name under which requests and supernets ask for it. */
  String name();

  /**
   * Makes a space.
   *
   * @param definition the family's own fields beside {@code family}
   * @throws IllegalArgumentException naming every unknown, missing or wrong field
   */
  SearchSpace create(JsonNode definition);

  /** The definition that {@link #create} turns into an equal space. */
  JsonNode definition(SearchSpace space);

  /**
   * The registered family of a name.
   *
   * @throws IllegalArgumentException listing the known families
   */
  static SpaceFamily named(String name) {
    List<String> known = new ArrayList<>();
    for (SpaceFamily family : ServiceLoader.load(SpaceFamily.class)) {
      if (family.name().equals(name)) {
        return family;
      }
      known.add(family.name());
    }
    throw new IllegalArgumentException(
        "unknown space family '" + name + "'; known families: " + known);
  }

  /**
   * Makes a space from its definition with the name of its family beside.
   *
   * @throws IllegalArgumentException if the family is missing or unknown, or its definition wrong
   */
  static SearchSpace space(JsonNode tree) {
    if (!(tree instanceof ObjectNode node) || !node.path(FAMILY).isTextual()) {
      throw new IllegalArgumentException(
          "a space needs a family, as in family: ofa-mobilenetv3, beside its definition");
    }
    ObjectNode definition = node.deepCopy();
    return named(definition.remove(FAMILY).asText()).create(definition);
  }

  /** What {@link #space} turns into an equal space. */
  static ObjectNode tree(SearchSpace space) {
    ObjectNode tree = named(space.family()).definition(space).deepCopy();
    tree.put(FAMILY, space.family());
    return tree;
  }
}
