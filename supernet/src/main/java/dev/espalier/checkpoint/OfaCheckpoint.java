package dev.espalier.checkpoint;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The weights of a supernet that OFA's code trained (Cai et al., ICLR 2020), under the names of the
 * network here: kernel transformation matrices and running statistics included. Nothing is
 * computed: layouts agree.
 */
public final class OfaCheckpoint {
  private static final int SHOWN_PROBLEMS = 8;

  private OfaCheckpoint() {}

  /**
   * Renames a checkpoint's tensors.
   *
   * @param source what to call the checkpoint in a message, such as its path
   * @throws ArtefactException if a tensor is missing, ambiguous, of another shape, or has no place
   *     in the network; several problems are named together
   * @throws IllegalArgumentException if OFA has no network of the family
   */
  public static Weights weights(ElasticNetwork network, TorchCheckpoint checkpoint, String source) {
    OfaNames names = OfaNames.of(network.space());
    SortedMap<String, WeightTensor> theirs = checkpoint.weights().tensors();
    SortedMap<String, WeightTensor> ours = new TreeMap<>();
    TreeSet<String> left = new TreeSet<>(theirs.keySet());
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, int[]> needed : NetworkParameters.shapesOf(network).entrySet()) {
      List<String> spellings = names.spellings(needed.getKey());
      List<String> found = spellings.stream().filter(theirs::containsKey).toList();
      if (found.isEmpty()) {
        problems.add(
            "%s is missing, looked for as %s"
                .formatted(needed.getKey(), String.join(", ", spellings)));
      } else if (found.size() > 1) {
        problems.add(
            needed.getKey() + " could be any of " + found + "; remove all but one of them");
        left.removeAll(found);
      } else {
        WeightTensor tensor = theirs.get(found.get(0));
        left.remove(found.get(0));
        if (!Arrays.equals(tensor.shape(), needed.getValue())) {
          problems.add(
              "%s has shape %s, the space needs %s for %s"
                  .formatted(
                      found.get(0),
                      Arrays.toString(tensor.shape()),
                      Arrays.toString(needed.getValue()),
                      needed.getKey()));
        }
        ours.put(needed.getKey(), tensor);
      }
    }
    for (String name : left) {
      problems.add(name + " has no place in the space");
    }
    if (!problems.isEmpty()) {
      throw new ArtefactException(
          "%s does not fit this space of family %s: %s%s; is it the space of this checkpoint?"
              .formatted(
                  source,
                  network.space().family(),
                  String.join("; ", problems.subList(0, Math.min(SHOWN_PROBLEMS, problems.size()))),
                  problems.size() > SHOWN_PROBLEMS
                      ? "; and " + (problems.size() - SHOWN_PROBLEMS) + " more"
                      : ""));
    }
    return new Weights(ours);
  }
}
