package dev.espalier.accuracy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.checkpoint.Safetensors;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.space.SearchSpace;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Accuracy predictors as two files of a supernet's folder.
 *
 * <pre>
 * accuracy-predictor.json          {"format": 1, "supernet": SHA-256, "data": SHA-256,
 *                                   "calibrationImages": ..., "evaluationImages": ..., "seed": ...,
 *                                   "mlp": {"networks": ..., "mean": ..., "deviation": ...,
 *                                           "weights": SHA-256, "error": {...}},
 *                                   "additive": {"order": ..., "intercept": ...,
 *                                                "coefficients": {FEATURE: ...}, "error": {...}}}
 * accuracy-predictor.safetensors   mlp.M.layerL.weight (out, in) and mlp.M.layerL.bias (out)
 * </pre>
 *
 * <p>Equal predictors give equal bytes.
 */
public final class AccuracyPredictorFiles {
  /** What the predictors are, with their errors. */
  public static final String DESCRIPTION = "accuracy-predictor.json";

  /** The weights of the MLP. */
  public static final String WEIGHTS = "accuracy-predictor.safetensors";

  private static final int FORMAT = 1;
  private static final String REMEDY = "fit the predictors again with 'supernet fit-accuracy'";

  private record Content(
      @JsonProperty(required = true) int format,
      @JsonProperty(required = true) String supernet,
      @JsonProperty(required = true) String data,
      @JsonProperty(required = true) int calibrationImages,
      @JsonProperty(required = true) int evaluationImages,
      @JsonProperty(required = true) long seed,
      @JsonProperty(required = true) Mlp mlp,
      @JsonProperty(required = true) Additive additive) {}

  private record Mlp(
      @JsonProperty(required = true) int networks,
      @JsonProperty(required = true) double mean,
      @JsonProperty(required = true) double deviation,
      @JsonProperty(required = true) String weights,
      @JsonProperty(required = true) PredictorError error) {}

  private record Additive(
      @JsonProperty(required = true) int order,
      @JsonProperty(required = true) double intercept,
      @JsonProperty(required = true) SortedMap<String, Double> coefficients,
      @JsonProperty(required = true) PredictorError error) {
    Additive {
      coefficients = Collections.unmodifiableSortedMap(new TreeMap<>(coefficients));
    }
  }

  private AccuracyPredictorFiles() {}

  /** The files by name, to be published with the supernet. */
  public static SortedMap<String, byte[]> write(AccuracyPredictors predictors) {
    MlpAccuracyPredictor mlp = predictors.mlp();
    AdditiveAccuracyPredictor additive = predictors.additive();
    byte[] weights = Safetensors.write(mlp.weights());
    MeasurementConditions conditions = predictors.conditions();
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(WEIGHTS, weights);
    files.put(
        DESCRIPTION,
        Json.write(
            new Content(
                FORMAT,
                conditions.supernetDigest(),
                conditions.dataDigest(),
                conditions.calibrationImages(),
                predictors.evaluationImages(),
                predictors.seed(),
                new Mlp(
                    mlp.ensemble().members(),
                    mlp.scale().mean(),
                    mlp.scale().deviation(),
                    Digest.of(weights),
                    mlp.error()),
                new Additive(
                    additive.basis().order(),
                    additive.weighting().intercept(),
                    PredictorForms.coefficients(additive.weighting()),
                    additive.error()))));
    return files;
  }

  /**
   * Reads the predictors of a supernet.
   *
   * @param supernet the one in the folder
   * @throws ArtefactException if there are none, if a file was altered, if they were fitted on
   *     another supernet, or if weights or coefficients do not fit the space
   */
  public static AccuracyPredictors read(SupernetFolder folder, Supernet supernet) {
    Path description = new Path(folder.path(), DESCRIPTION);
    if (!folder.files().contains(DESCRIPTION)) {
      throw new ArtefactException(
          "supernet %s has no %s: run 'supernet fit-accuracy' on it first"
              .formatted(folder.path(), DESCRIPTION));
    }
    byte[] json = folder.file(DESCRIPTION);
    JsonNode format = Json.read(json, JsonNode.class, description.toString()).path("format");
    if (!format.isInt() || format.intValue() != FORMAT) {
      throw ArtefactException.corrupt(
          description,
          "format " + (format.isMissingNode() ? "is missing" : format),
          "this version reads format " + FORMAT);
    }
    Content content = Json.read(json, Content.class, description.toString());
    if (!content.supernet.equals(supernet.digest())) {
      throw ArtefactException.corrupt(
          description,
          "fitted on supernet %s, but this one is %s"
              .formatted(content.supernet, supernet.digest()),
          REMEDY);
    }
    byte[] weights = folder.file(WEIGHTS);
    PredictorForms.requireDigest(description, WEIGHTS, weights, content.mlp.weights, REMEDY);
    SearchSpace space = supernet.space();
    try {
      return new AccuracyPredictors(
          new MeasurementConditions(content.supernet, content.data, content.calibrationImages),
          content.evaluationImages,
          content.seed,
          new MlpAccuracyPredictor(
              PredictorForms.mlp(
                  space,
                  content.mlp.networks,
                  content.mlp.mean,
                  content.mlp.deviation,
                  weights,
                  new Path(folder.path(), WEIGHTS)),
              content.mlp.error),
          new AdditiveAccuracyPredictor(
              PredictorForms.weighting(
                  space,
                  content.additive.order,
                  content.additive.intercept,
                  content.additive.coefficients),
              content.additive.error));
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(description + ": " + e.getMessage() + "; " + REMEDY, e);
    }
  }
}
