package dev.espalier.kit;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Storage;
import dev.espalier.document.InvalidDocumentException;
import dev.espalier.operator.Precision;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** A folder of models to time on a device. Immutable and thread-safe. */
public final class Kit {
  private static final int SPACE_DIGITS = 12;

  private final Storage storage;
  private final Path folder;
  private final KitDescription description;
  private final SearchSpace space;
  private final Map<String, KitModel> models;

  private Kit(
      Storage storage,
      Path folder,
      KitDescription description,
      SearchSpace space,
      Map<String, KitModel> models) {
    this.storage = storage;
    this.folder = folder;
    this.description = description;
    this.space = space;
    this.models = models;
  }

  /**
   * Reads what a {@link KitWriter} wrote; the models themselves are read when they are asked for.
   *
   * @throws ArtefactException if a file is missing or was altered
   * @throws InvalidDocumentException naming every wrong line of the manifest
   */
  public static Kit read(Storage storage, Path folder) {
    Path file = new Path(folder, KitDescription.FILE);
    if (!storage.exists(file)) {
      throw new ArtefactException(
          "%s is not a kit: it has no %s; ./espalier profile kit makes one"
              .formatted(folder, KitDescription.FILE));
    }
    KitDescription description = storage.readJson(file, KitDescription.class);
    Path manifest = new Path(folder, Manifest.FILE);
    byte[] csv = storage.read(manifest);
    if (!Digest.of(csv).equals(description.manifest())) {
      throw ArtefactException.corrupt(
          manifest,
          "is not the manifest that %s was written with".formatted(KitDescription.FILE),
          "it was altered; copy the kit again");
    }
    Map<String, KitModel> models = new LinkedHashMap<>();
    Manifest.read(manifest.toString(), csv).forEach(model -> models.put(model.name(), model));
    try {
      return new Kit(
          storage, folder, description, SpaceFamily.space(description.definition()), models);
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(file + ": definition: " + e.getMessage(), e);
    }
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** As whoever made it called the space. */
  public String spaceName() {
    return description.space();
  }

  /** That operators and networks are of. */
  public SearchSpace space() {
    return space;
  }

  /** Of the models. */
  public Precision precision() {
    return description.precision();
  }

  /** Of the models, an emitter's name. */
  public String format() {
    return description.format();
  }

  /** All models, in the order in which to measure. */
  public List<KitModel> models() {
    return List.copyOf(models.values());
  }

  /** The models of a role. */
  public List<KitModel> models(KitRole role) {
    return models.values().stream().filter(m -> m.role() == role).toList();
  }

  /** The model of a name, or of the name of a file, with folders and ending or without. */
  public Optional<KitModel> model(String name) {
    return Optional.ofNullable(models.get(name))
        .or(() -> Optional.ofNullable(models.get(KitModel.stem(name))));
  }

  /** By which measurements of whole networks say of which space they are. */
  public String spaceDigest() {
    return spaceDigest(space);
  }

  static String spaceDigest(SearchSpace space) {
    return Digest.of(Json.write(SpaceFamily.tree(space))).substring(0, SPACE_DIGITS);
  }

  /**
   * The content of a model's file.
   *
   * @throws ArtefactException if it is missing or was altered
   */
  public byte[] content(KitModel model) {
    Path file = new Path(folder, model.file());
    byte[] content = storage.read(file);
    if (!Digest.of(content).equals(model.sha256())) {
      throw ArtefactException.corrupt(
          file, "is not the model that the manifest lists", "it was altered; copy the kit again");
    }
    return content;
  }
}
