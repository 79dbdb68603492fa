package dev.espalier.training;

import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.NetworkParameters;
import dev.espalier.network.WeightTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** All trainable tensors of a network in one array, and where each lies. */
final class FlatParameters {
  private final List<Tensor> tensors = new ArrayList<>();
  private final SortedMap<String, Integer> index = new TreeMap<>();
  private int length;

  /**
   * One tensor's place.
   *
   * @param decays whether weight decay applies: convolution and linear weights, not batch norms,
   *     biases or kernel transformations (whose rest is the identity, not zero)
   */
  record Tensor(String name, List<Integer> shape, int offset, int length, boolean decays) {}

  FlatParameters(ElasticNetwork network) {
    for (Map.Entry<String, int[]> entry : NetworkParameters.shapesOf(network).entrySet()) {
      if (NetworkParameters.isStatistic(entry.getKey())) {
        continue;
      }
      int size = 1;
      List<Integer> shape = new ArrayList<>();
      for (int d : entry.getValue()) {
        size *= d;
        shape.add(d);
      }
      boolean decays = shape.size() > 1 && entry.getKey().endsWith(".weight");
      index.put(entry.getKey(), tensors.size());
      tensors.add(new Tensor(entry.getKey(), List.copyOf(shape), length, size, decays));
      length += size;
    }
  }

  List<Tensor> tensors() {
    return tensors;
  }

  Tensor tensor(String name) {
    return tensors.get(index(name));
  }

  /** Place of a tensor in {@link #tensors()}. */
  int index(String name) {
    Integer i = index.get(name);
    if (i == null) {
      throw new IllegalArgumentException("no trainable tensor is named " + name);
    }
    return i;
  }

  int length() {
    return length;
  }

  /**
   * Initial values: convolutions and linear layers normal with variance 2 / fan-out (He et al.,
   * ICCV 2015), batch norm scales one, kernel transformations the identity, all else zero.
   */
  float[] initialize(RandomGenerator random) {
    float[] values = new float[length];
    for (Tensor t : tensors) {
      if (t.decays()) {
        double deviation = deviation(t.shape());
        for (int i = 0; i < t.length(); i++) {
          values[t.offset() + i] = (float) (random.nextGaussian() * deviation);
        }
      } else if (t.shape().size() == 2) {
        for (int i = 0; i < t.shape().get(0); i++) {
          values[t.offset() + i * (t.shape().get(0) + 1)] = 1;
        }
      } else if (t.name().endsWith(".weight")) {
        for (int i = 0; i < t.length(); i++) {
          values[t.offset() + i] = 1;
        }
      }
    }
    return values;
  }

  /**
   * He initialisation by fan-out for convolutions; linear layers by fan-in, so that the classifier
   * starts close to undecided.
   */
  private static double deviation(List<Integer> shape) {
    if (shape.size() == 2) {
      return Math.sqrt(1.0 / shape.get(1));
    }
    int fanOut = shape.get(0) * shape.get(2) * shape.get(3);
    // A depthwise filter has one output channel a group.
    boolean depthwise = shape.get(1) == 1 && shape.get(2) > 1;
    return Math.sqrt(2.0 / (depthwise ? fanOut / shape.get(0) : fanOut));
  }

  /** The tensors of a flat array. */
  SortedMap<String, WeightTensor> unflatten(float[] values) {
    SortedMap<String, WeightTensor> map = new TreeMap<>();
    for (Tensor t : tensors) {
      float[] part = new float[t.length()];
      System.arraycopy(values, t.offset(), part, 0, part.length);
      map.put(
          t.name(),
          new WeightTensor(t.shape().stream().mapToInt(Integer::intValue).toArray(), part));
    }
    return map;
  }

  /**
   * Puts one dimension of a tensor in another order.
   *
   * @param order {@code order[new] = old}
   */
  void reorder(float[] values, String name, int dimension, int[] order) {
    Tensor t = tensor(name);
    int inner = 1;
    for (int d = dimension + 1; d < t.shape().size(); d++) {
      inner *= t.shape().get(d);
    }
    int size = t.shape().get(dimension);
    int outer = t.length() / (size * inner);
    float[] old = new float[t.length()];
    System.arraycopy(values, t.offset(), old, 0, old.length);
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < size; i++) {
        System.arraycopy(
            old, (o * size + order[i]) * inner, values, t.offset() + (o * size + i) * inner, inner);
      }
    }
  }

  /** The sum of absolute values for each index of one dimension. */
  double[] l1(float[] values, String name, int dimension) {
    Tensor t = tensor(name);
    int inner = 1;
    for (int d = dimension + 1; d < t.shape().size(); d++) {
      inner *= t.shape().get(d);
    }
    int size = t.shape().get(dimension);
    double[] norms = new double[size];
    for (int i = 0; i < t.length(); i++) {
      norms[i / inner % size] += Math.abs(values[t.offset() + i]);
    }
    return norms;
  }
}
