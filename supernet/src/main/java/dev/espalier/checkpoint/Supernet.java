package dev.espalier.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.Digest;
import dev.espalier.artefact.Json;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import dev.espalier.space.SpaceFamily;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A trained weight-sharing network. Made by {@link #of} or read from a {@link SupernetFolder}.
 *
 * @param network its walk and space
 * @param weights every parameter of the walk, and no other
 * @param description name, data and training record
 * @param digest SHA-256 over space, data set description and weights; the training record, which
 *     holds times, is left out
 */
public record Supernet(
    ElasticNetwork network, Weights weights, SupernetDescription description, String digest) {
  private static final int SHOWN_PROBLEMS = 5;

  /**
   * Puts a supernet together.
   *
   * @throws IllegalArgumentException if a weight is missing, of another shape or not part of the
   *     network, or if the data set has another number of classes or channels; all problems are
   *     named together
   */
  public static Supernet of(
      ElasticNetwork network, Weights weights, SupernetDescription description) {
    return of(network, weights, description, Digest.of(Safetensors.write(weights)));
  }

  static Supernet of(
      ElasticNetwork network,
      Weights weights,
      SupernetDescription description,
      String weightsDigest) {
    requireFitting(network, weights, description.dataset());
    SortedMap<String, String> parts = new TreeMap<>();
    parts.put("space", Digest.of(Json.write(SpaceFamily.tree(network.space()))));
    parts.put("dataset", Digest.of(Json.write(description.dataset())));
    parts.put("weights", weightsDigest);
    return new Supernet(network, weights, description, Digest.ofParts(parts));
  }

  private static void requireFitting(
      ElasticNetwork network, Weights weights, DatasetDescription dataset) {
    List<String> problems = new ArrayList<>();
    SortedMap<String, int[]> shapes = NetworkParameters.shapesOf(network);
    for (Map.Entry<String, int[]> entry : shapes.entrySet()) {
      WeightTensor tensor = weights.tensors().get(entry.getKey());
      if (tensor == null) {
        problems.add("tensor '" + entry.getKey() + "' is missing");
      } else if (!Arrays.equals(tensor.shape(), entry.getValue())) {
        problems.add(
            "tensor '%s' has shape %s, the network needs %s"
                .formatted(
                    entry.getKey(),
                    Arrays.toString(tensor.shape()),
                    Arrays.toString(entry.getValue())));
      }
    }
    for (String name : weights.tensors().keySet()) {
      if (!shapes.containsKey(name)) {
        problems.add("tensor '" + name + "' is not part of the network");
      }
    }
    int channels = network.input(network.space().largest()).channels();
    if (dataset.mean().size() != channels) {
      problems.add(
          "the data set normalises %d channels, the network takes %d"
              .formatted(dataset.mean().size(), channels));
    }
    if (dataset.labels().size() != network.classes()) {
      problems.add(
          "the data set has %d labels, the network %d classes"
              .formatted(dataset.labels().size(), network.classes()));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "weights and data do not fit the space: "
              + String.join("; ", problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size())))
              + (problems.size() > SHOWN_PROBLEMS
                  ? "; and " + (problems.size() - SHOWN_PROBLEMS) + " more"
                  : ""));
    }
  }

  /** The space of its subnets. */
  public SearchSpace space() {
    return network.space();
  }

  /** The data it was trained on. */
  public DatasetDescription dataset() {
    return description.dataset();
  }

  /** Losses, accuracies, seeds, seconds; the trainer decides on the form. */
  public JsonNode training() {
    return description.training();
  }
}
