package dev.espalier.space;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import java.util.function.Function;

/**
 * A family whose definition is a record.
 *
 * @param <D> the record
 * @param <S> its spaces
 */
abstract class RecordFamily<D, S extends SearchSpace> implements SpaceFamily {
  private final String name;
  private final Class<D> definitionType;
  private final Function<D, S> create;
  private final Class<S> spaceType;
  private final Function<S, D> definition;

  RecordFamily(
      String name,
      Class<D> definitionType,
      Function<D, S> create,
      Class<S> spaceType,
      Function<S, D> definition) {
    this.name = name;
    this.definitionType = definitionType;
    this.create = create;
    this.spaceType = spaceType;
    this.definition = definition;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final SearchSpace create(JsonNode tree) {
    D read;
    try {
      read = Json.read(tree, definitionType, name);
    } catch (ArtefactException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    try {
      return create.apply(read);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public final JsonNode definition(SearchSpace space) {
    return Json.tree(definition.apply(spaceType.cast(space)));
  }
}
