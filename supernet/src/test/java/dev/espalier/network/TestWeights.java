package dev.espalier.network;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Random weights that keep activations in range, and their statistics. */
public final class TestWeights {
  private TestWeights() {}

  /** Every parameter of a network, drawn in the order of names. */
  public static Weights random(ElasticNetwork network, RandomGenerator random) {
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    for (Map.Entry<String, int[]> entry : NetworkParameters.shapesOf(network).entrySet()) {
      int[] shape = entry.getValue();
      int size = 1;
      for (int d : shape) {
        size *= d;
      }
      int fan = shape[0] == 0 ? 1 : Math.max(1, size / shape[0]);
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] =
            entry.getKey().endsWith("_var")
                ? 0.5f + random.nextFloat()
                : shape.length == 1
                    ? 1.5f * random.nextFloat() - 0.5f
                    : (float) (random.nextGaussian() / Math.sqrt(fan));
      }
      tensors.put(entry.getKey(), new WeightTensor(shape, values));
    }
    return new Weights(tensors);
  }
}
