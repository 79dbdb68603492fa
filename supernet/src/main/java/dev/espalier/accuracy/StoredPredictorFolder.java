package dev.espalier.accuracy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.artefact.Staging;
import dev.espalier.artefact.Storage;
import dev.espalier.checkpoint.Safetensors;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * A {@link StoredPredictor} as a folder.
 *
 * <pre>
 * predictor.json          {"format": 1, "space": {"family": ..., ...definition},
 *                          "source": {"words": ..., "fileDigest": SHA-256, "seed": ...},
 *                          "mlp": {"networks": ..., "mean": ..., "deviation": ...,
 *                                  "weights": SHA-256},
 *                          "error": {...}, or null where it is not known,
 *                          "additive": {"order": ..., "intercept": ...,
 *                                       "coefficients": {FEATURE: ...}, "agreement": {...},
 *                                       "nearFront": {...}},
 *                          "digest": SHA-256 of this file without its digest}
 * predictor.safetensors   mlp.M.layerL.weight (out, in) and mlp.M.layerL.bias (out)
 * </pre>
 *
 * <p>Equal predictors give equal bytes.
 */
public final class StoredPredictorFolder {
  /** The file that makes a folder a predictor. */
  public static final String DESCRIPTION = "predictor.json";

  /** The weights of the MLP. */
  public static final String WEIGHTS = "predictor.safetensors";

  private static final int FORMAT = 1;
  private static final String DIGEST = "digest";
  private static final String REMEDY = "make it again with 'predictor import' or 'predictor fit'";

  private record Content(
      @JsonProperty(required = true) int format,
      @JsonProperty(required = true) ObjectNode space,
      @JsonProperty(required = true) PredictorSource source,
      @JsonProperty(required = true) Mlp mlp,
      @JsonProperty(required = true) PredictorError error,
      @JsonProperty(required = true) Additive additive) {}

  private record Mlp(
      @JsonProperty(required = true) int networks,
      @JsonProperty(required = true) double mean,
      @JsonProperty(required = true) double deviation,
      @JsonProperty(required = true) String weights) {}

  private record Additive(
      @JsonProperty(required = true) int order,
      @JsonProperty(required = true) double intercept,
      @JsonProperty(required = true) SortedMap<String, Double> coefficients,
      @JsonProperty(required = true) PredictorAgreement agreement,
      @JsonProperty(required = true) PredictorAgreement nearFront) {
    Additive {
      coefficients = Collections.unmodifiableSortedMap(new TreeMap<>(coefficients));
    }
  }

  private StoredPredictorFolder() {}

  /** Whether a folder claims to hold a predictor. */
  public static boolean exists(Storage storage, Path folder) {
    return storage.exists(new Path(folder, DESCRIPTION));
  }

  static String digest(StoredPredictor predictor) {
    return Digest.of(Json.write(content(predictor, Safetensors.write(predictor.mlp().weights()))));
  }

  private static Content content(StoredPredictor predictor, byte[] weights) {
    MlpEnsemble mlp = predictor.mlp();
    AdditiveWeighting additive = predictor.additive().weighting();
    return new Content(
        FORMAT,
        SpaceFamily.tree(predictor.space()),
        predictor.source(),
        new Mlp(mlp.members(), mlp.scale().mean(), mlp.scale().deviation(), Digest.of(weights)),
        predictor.error().orElse(null),
        new Additive(
            additive.basis().order(),
            additive.intercept(),
            PredictorForms.coefficients(additive),
            predictor.additive().agreement(),
            predictor.additive().nearFront()));
  }

  /**
   * Publishes a predictor as a new folder.
   *
   * @param destination must not exist, or be empty
   * @throws ArtefactException if the destination is not vacant or cannot be written
   */
  public static void write(Storage storage, Path destination, StoredPredictor predictor) {
    byte[] weights = Safetensors.write(predictor.mlp().weights());
    Content content = content(predictor, weights);
    ObjectNode description = (ObjectNode) Json.tree(content);
    description.put(DIGEST, Digest.of(Json.write(content)));
    try (Staging staging = Staging.open(storage, destination)) {
      staging.write(WEIGHTS, weights);
      staging.writeJson(DESCRIPTION, description);
      staging.publish();
    }
  }

  /**
   * Reads a predictor.
   *
   * @throws ArtefactException if there is none, if it is of another format, if a file was altered,
   *     or if weights or coefficients do not fit the space
   */
  public static StoredPredictor read(Storage storage, Path folder) {
    Path description = new Path(folder, DESCRIPTION);
    if (!storage.exists(description)) {
      throw new ArtefactException(
          folder
              + (storage.exists(folder)
                  ? " is not a predictor: it has no " + DESCRIPTION
                  : " does not exist")
              + "; name a folder that 'predictor import' or 'predictor fit' wrote");
    }
    JsonNode tree = storage.readJson(description);
    JsonNode format = tree.path("format");
    if (!format.isInt() || format.intValue() != FORMAT) {
      throw ArtefactException.corrupt(
          description,
          "format " + (format.isMissingNode() ? "is missing" : format),
          "this version reads format " + FORMAT);
    }
    String stated = ((ObjectNode) tree).path(DIGEST).asText();
    ((ObjectNode) tree).remove(DIGEST);
    Content content = Json.read(tree, Content.class, description.toString());
    String found = Digest.of(Json.write(content));
    if (!stated.equals(found)) {
      throw ArtefactException.corrupt(
          description,
          "states digest '%s', but what it holds has %s: it was altered".formatted(stated, found),
          REMEDY);
    }
    Path file = new Path(folder, WEIGHTS);
    byte[] weights = storage.read(file);
    PredictorForms.requireDigest(description, WEIGHTS, weights, content.mlp.weights, REMEDY);
    try {
      return predictor(content, weights, file);
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(description + ": " + e.getMessage() + "; " + REMEDY, e);
    }
  }

  private static StoredPredictor predictor(Content content, byte[] weights, Path file) {
    SearchSpace space = SpaceFamily.space(content.space);
    MlpEnsemble mlp =
        PredictorForms.mlp(
            space, content.mlp.networks, content.mlp.mean, content.mlp.deviation, weights, file);
    Additive additive = content.additive;
    return new StoredPredictor(
        mlp,
        Optional.ofNullable(content.error),
        new AdditivePart(
            PredictorForms.weighting(
                space, additive.order, additive.intercept, additive.coefficients),
            mlp.kind(),
            additive.agreement,
            additive.nearFront),
        content.source);
  }
}
