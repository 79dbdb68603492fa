package dev.espalier.accuracy;

import dev.espalier.accuracy.MlpEnsemble.TargetScale;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Digest;
import dev.espalier.checkpoint.Safetensors;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** What the files of all predictors have in common: how networks and weightings are written. */
final class PredictorForms {
  private static final int SHOWN_NAMES = 3;

  private PredictorForms() {}

  /**
   * Refuses weights that a description does not belong to.
   *
   * @param description the file that states their digest
   * @param name of the weights' file, beside it
   * @throws ArtefactException if they have another digest
   */
  static void requireDigest(
      Path description, String name, byte[] weights, String stated, String remedy) {
    if (!stated.equals(Digest.of(weights))) {
      throw ArtefactException.corrupt(
          description,
          "states SHA-256 %s for %s, which has %s".formatted(stated, name, Digest.of(weights)),
          remedy);
    }
  }

  /**
   * The networks of a file of weights.
   *
   * @param networks how many are stated
   * @throws IllegalArgumentException if weights, their number or the scale do not fit
   */
  static MlpEnsemble mlp(
      SearchSpace space, int networks, double mean, double deviation, byte[] weights, Path file) {
    Weights read = Safetensors.read(weights, file.toString());
    MlpEnsemble mlp = MlpEnsemble.of(space, read, new TargetScale(mean, deviation));
    if (mlp.members() != networks) {
      throw new IllegalArgumentException(
          "mlp states %d networks, %s holds %d".formatted(networks, file.getName(), mlp.members()));
    }
    return mlp;
  }

  /** Coefficients by the names of their features. */
  static SortedMap<String, Double> coefficients(AdditiveWeighting weighting) {
    SortedMap<String, Double> coefficients = new TreeMap<>();
    List<String> names = weighting.basis().names();
    for (int f = 0; f < names.size(); f++) {
      coefficients.put(names.get(f), weighting.coefficient(f));
    }
    return coefficients;
  }

  /**
   * Undoes {@link #coefficients}.
   *
   * @throws IllegalArgumentException naming features that are missing or unknown
   */
  static AdditiveWeighting weighting(
      SearchSpace space, int order, double intercept, SortedMap<String, Double> stated) {
    AdditiveBasis basis = new AdditiveBasis(space, order);
    List<String> problems = new ArrayList<>();
    double[] coefficients = new double[basis.features()];
    SortedMap<String, Double> left = new TreeMap<>(stated);
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
    return new AdditiveWeighting(basis, intercept, coefficients);
  }
}
