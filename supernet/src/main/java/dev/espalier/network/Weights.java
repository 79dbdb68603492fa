package dev.espalier.network;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weight tensors by name, sorted.
 *
 * @param tensors by name
 */
public record Weights(SortedMap<String, WeightTensor> tensors) {
  public Weights {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
  }

  /** Makes weights of any map. */
  public static Weights of(Map<String, WeightTensor> tensors) {
    return new Weights(new TreeMap<>(tensors));
  }

  /**
   * The tensor of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public WeightTensor tensor(String name) {
    WeightTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "weight tensor '" + name + "' is missing (" + tensors.size() + " tensors present)");
    }
    return tensor;
  }

  /** Whether a tensor of this name exists. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }
}
