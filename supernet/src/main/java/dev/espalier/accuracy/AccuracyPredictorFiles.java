package dev.espalier.accuracy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.accuracy.MlpEnsemble.TargetScale;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.checkpoint.Safetensors;
import dev.espalier.checkpoint.Supernet;
import dev.espalier.checkpoint.SupernetFolder;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
  private static final int SHOWN_NAMES = 3;

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
    SortedMap<String, Double> coefficients = new TreeMap<>();
    List<String> names = additive.basis().names();
    for (int f = 0; f < names.size(); f++) {
      coefficients.put(names.get(f), additive.coefficient(f));
    }
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
                    additive.intercept(),
                    coefficients,
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
    if (!content.mlp.weights.equals(Digest.of(weights))) {
      throw ArtefactException.corrupt(
          description,
          "states SHA-256 %s for %s, which has %s"
              .formatted(content.mlp.weights, WEIGHTS, Digest.of(weights)),
          REMEDY);
    }
    try {
      return new AccuracyPredictors(
          new MeasurementConditions(content.supernet, content.data, content.calibrationImages),
          content.evaluationImages,
          content.seed,
          mlp(
              supernet.space(),
              content.mlp,
              Safetensors.read(weights, new Path(folder.path(), WEIGHTS).toString())),
          additive(supernet.space(), content.additive));
    } catch (IllegalArgumentException e) {
      throw new ArtefactException(description + ": " + e.getMessage() + "; " + REMEDY, e);
    }
  }

  private static MlpAccuracyPredictor mlp(SearchSpace space, Mlp stated, Weights weights) {
    MlpAccuracyPredictor mlp =
        MlpAccuracyPredictor.of(
            space, weights, new TargetScale(stated.mean, stated.deviation), stated.error);
    if (mlp.ensemble().members() != stated.networks) {
      throw new IllegalArgumentException(
          "mlp states %d networks, %s holds %d"
              .formatted(stated.networks, WEIGHTS, mlp.ensemble().members()));
    }
    return mlp;
  }

  private static AdditiveAccuracyPredictor additive(SearchSpace space, Additive stated) {
    AdditiveBasis basis = new AdditiveBasis(space, stated.order);
    List<String> problems = new ArrayList<>();
    double[] coefficients = new double[basis.features()];
    SortedMap<String, Double> left = new TreeMap<>(stated.coefficients);
    for (int f = 0; f < coefficients.length; f++) {
      Double coefficient = left.remove(basis.names().get(f));
      if (coefficient == null) {
        problems.add(basis.names().get(f) + " is missing");
      } else {
        coefficients[f] = coefficient;
      }
    }
    left.keySet().forEach(name -> problems.add(name + " is not a feature of the space"));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "additive coefficients do not fit the space: "
              + String.join(", ", problems.subList(0, Math.min(SHOWN_NAMES, problems.size())))
              + (problems.size() > SHOWN_NAMES
                  ? " and " + (problems.size() - SHOWN_NAMES) + " more"
                  : ""));
    }
    return new AdditiveAccuracyPredictor(basis, stated.intercept, coefficients, stated.error);
  }
}
