package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Makes search spaces of one family from data. Registered in {@code
 * META-INF/services/dev.espalier.space.SpaceFamily}.
 */
public interface SpaceFamily {
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
}
