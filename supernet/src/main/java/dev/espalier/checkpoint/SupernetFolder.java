package dev.espalier.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.ElasticNetworks;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;

/**
 * A supernet on a file system.
 *
 * <pre>
 * supernet.json         {"format": 1, "name": ..., "space": {"family": ..., ...definition},
 *                        "dataset": {...}, "training": {...}, "files": {NAME: SHA-256, ...}}
 * weights.safetensors
 * ...                   others that {@code files} lists: accuracy predictors, calibration images
 * </pre>
 *
 * <p>Files that {@code files} does not list are never read. Immutable and thread-safe.
 */
public final class SupernetFolder {
  /** The file that makes a folder a supernet. */
  public static final String DESCRIPTION = "supernet.json";

  /** The file of the weights. */
  public static final String WEIGHTS = "weights.safetensors";

  private static final int FORMAT = 1;

  private final Storage storage;
  private final Path folder;
  private final Content content;

  private record Content(
      @JsonProperty(required = true) int format,
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) ObjectNode space,
      @JsonProperty(required = true) DatasetDescription dataset,
      @JsonProperty(required = true) JsonNode training,
      @JsonProperty(required = true) SortedMap<String, String> files) {}

  private SupernetFolder(Storage storage, Path folder, Content content) {
    this.storage = storage;
    this.folder = folder;
    this.content = content;
  }

  /**
   * Opens a folder: reads {@code supernet.json} and nothing else.
   *
   * @throws ArtefactException if there is none, or it is of another format
   */
  public static SupernetFolder open(Storage storage, Path folder) {
    Path description = new Path(folder, DESCRIPTION);
    if (!storage.exists(description)) {
      throw new ArtefactException(
          folder
              + (storage.exists(folder)
                  ? " is not a supernet: it has no " + DESCRIPTION
                  : " does not exist")
              + "; name a folder that 'supernet train' wrote");
    }
    JsonNode format = storage.readJson(description).path("format");
    if (!format.isInt() || format.intValue() != FORMAT) {
      throw ArtefactException.corrupt(
          description,
          "format " + (format.isMissingNode() ? "is missing" : format),
          "this version reads format " + FORMAT);
    }
    return new SupernetFolder(storage, folder, storage.readJson(description, Content.class));
  }

  /**
   * Publishes a supernet as a new folder.
   *
   * @param destination must not exist, or be empty
   * @param files others to publish with it, by name
   * @throws ArtefactException if the destination is not vacant or cannot be written
   */
  public static void write(
      Storage storage, Path destination, Supernet supernet, SortedMap<String, byte[]> files) {
    SortedMap<String, byte[]> all = new TreeMap<>(files);
    byte[] weights = Safetensors.write(supernet.weights());
    if (all.containsKey(DESCRIPTION) || all.put(WEIGHTS, weights) != null) {
      throw new IllegalArgumentException(
          DESCRIPTION + " and " + WEIGHTS + " are written from the supernet: name other files");
    }
    SortedMap<String, String> digests = new TreeMap<>();
    all.forEach((name, bytes) -> digests.put(name, Digest.of(bytes)));
    SupernetDescription description = supernet.description();
    try (Staging staging = Staging.open(storage, destination)) {
      all.forEach(staging::write);
      staging.writeJson(
          DESCRIPTION,
          new Content(
              FORMAT,
              description.name(),
              SpaceFamily.tree(supernet.space()),
              description.dataset(),
              description.training(),
              digests));
      staging.publish();
    }
  }

  /** Its name. */
  public String name() {
    return content.name;
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /**
   * The space of its subnets.
   *
   * @throws ArtefactException if the family is unknown or the definition wrong
   */
  public SearchSpace space() {
    try {
      return SpaceFamily.space(content.space);
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(new Path(folder, DESCRIPTION) + ", space: " + e.getMessage(), e);
    }
  }

  /** Names of all files whose digests are known, weights included. */
  public SortedSet<String> files() {
    return new TreeSet<>(content.files.keySet());
  }

  /**
   * The content of a file, checked against its digest.
   *
   * @throws ArtefactException if it is not part of this supernet, missing, truncated or altered
   */
  public byte[] file(String name) {
    String expected = content.files.get(name);
    if (expected == null) {
      throw new ArtefactException(
          "supernet %s has no file '%s'; it has %s"
              .formatted(folder, name, content.files.keySet()));
    }
    Path file = new Path(folder, name);
    byte[] bytes = storage.read(file);
    String found = Digest.of(bytes);
    if (!found.equals(expected)) {
      throw ArtefactException.corrupt(
          file,
          "SHA-256 is %s, %s states %s: the file (%d bytes) was truncated or altered"
              .formatted(found, DESCRIPTION, expected, bytes.length),
          "copy the supernet again from where it came");
    }
    return bytes;
  }

  /**
   * All files but the weights, for a folder that adds to this one.
   *
   * @throws ArtefactException as {@link #file} does
   */
  public SortedMap<String, byte[]> otherFiles() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (String name : content.files.keySet()) {
      if (!name.equals(WEIGHTS)) {
        files.put(name, file(name));
      }
    }
    return files;
  }

  /**
   * Reads the supernet.
   *
   * @throws ArtefactException if the weights are missing, truncated or altered, or do not fit the
   *     space
   */
  public Supernet supernet() {
    ElasticNetwork network = ElasticNetworks.of(space());
    byte[] bytes = file(WEIGHTS);
    Weights weights = Safetensors.read(bytes, new Path(folder, WEIGHTS).toString());
    try {
      return Supernet.of(
          network,
          weights,
          new SupernetDescription(content.name, content.dataset, content.training),
          content.files.get(WEIGHTS));
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(folder + ": " + e.getMessage(), e);
    }
  }
}
