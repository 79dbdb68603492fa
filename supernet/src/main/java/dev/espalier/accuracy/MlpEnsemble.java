package dev.espalier.accuracy;

import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import dev.espalier.space.SearchSpace;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Predicts accuracy with the mean of a few multilayer perceptrons on one-hot decisions (Cai et al.,
 * ICLR 2020, section 3.4 and appendix A; deviation: a small ensemble of narrower networks).
 *
 * <p>Runs in Java: a candidate costs {@code members · (decisions · width + layers · width²)}
 * multiply-adds and allocates nothing beyond scratch held per thread. Equal codes give
 * bit-identical predictions on every machine. Immutable, thread-safe, serialisable.
 */
public final class MlpEnsemble implements AccuracyPredictor, Serializable {
  private static final long serialVersionUID = 1;

  private final transient SearchSpace space;
  private final transient OneHotEncoding encoding;
  private final transient List<DenseNetwork> members;
  private final transient TargetScale scale;
  private final transient ThreadLocal<Scratch> scratch;

  /**
   * How network outputs become accuracies: {@code mean + deviation · output}.
   *
   * @param mean of the accuracies fitted on
   * @param deviation their standard deviation; 1 with mean 0 where networks give accuracies
   */
  record TargetScale(double mean, double deviation) implements Serializable {
    TargetScale {
      if (!(mean >= 0 && mean <= 1) || !(deviation > 0 && deviation <= 1)) {
        throw new IllegalArgumentException(
            "target mean %s must be within 0 and 1, and deviation %s above 0 and at most 1"
                .formatted(mean, deviation));
      }
    }
  }

  private record Scratch(
      int[] ones, int[] counts, float[] outputs, double[] sums, DenseNetwork.Scratch network) {}

  /**
   * Checks that the networks fit the space.
   *
   * @throws IllegalArgumentException if a network has other inputs than the encoding has columns,
   *     or there is none
   */
  MlpEnsemble(SearchSpace space, List<DenseNetwork> members, TargetScale scale) {
    this.space = space;
    this.encoding = new OneHotEncoding(space);
    this.members = List.copyOf(members);
    this.scale = scale;
    if (members.isEmpty()) {
      throw new IllegalArgumentException("an MLP accuracy predictor needs at least one network");
    }
    for (DenseNetwork member : members) {
      if (member.inputs() != encoding.columns()) {
        throw new IllegalArgumentException(
            "an MLP accuracy predictor with %d inputs does not fit space %s, whose encoding has %d columns"
                .formatted(member.inputs(), space.family(), encoding.columns()));
      }
    }
    int widest = members.stream().mapToInt(DenseNetwork::widest).max().orElseThrow();
    int decisions = encoding.decisions();
    scratch =
        ThreadLocal.withInitial(
            () ->
                new Scratch(
                    new int[DenseNetwork.ROWS * decisions],
                    new int[DenseNetwork.ROWS],
                    new float[DenseNetwork.ROWS],
                    new double[DenseNetwork.ROWS],
                    DenseNetwork.scratch(widest)));
  }

  @Override
  public String kind() {
    return "MLP";
  }

  @Override
  public SearchSpace space() {
    return space;
  }

  TargetScale scale() {
    return scale;
  }

  /** Number of networks averaged. */
  public int members() {
    return members.size();
  }

  /** Number of trainable values of all networks together. */
  public long parameters() {
    return members.stream()
        .flatMap(m -> m.layers().stream())
        .mapToLong(l -> l.weight().length() + l.bias().length())
        .sum();
  }

  @Override
  public void predict(byte[] codes, int count, double[] accuracies) {
    Scratch mine = scratch.get();
    for (int first = 0; first < count; first += DenseNetwork.ROWS) {
      predict(codes, first, Math.min(DenseNetwork.ROWS, count - first), accuracies, mine);
    }
  }

  private void predict(byte[] codes, int first, int rows, double[] accuracies, Scratch mine) {
    int length = encoding.decisions();
    for (int row = 0; row < rows; row++) {
      mine.counts[row] = encoding.encode(codes, (first + row) * length, mine.ones, row * length);
      mine.sums[row] = 0;
    }
    for (DenseNetwork member : members) {
      member.outputs(mine.ones, length, mine.counts, rows, mine.network, mine.outputs);
      for (int row = 0; row < rows; row++) {
        mine.sums[row] += mine.outputs[row];
      }
    }
    for (int row = 0; row < rows; row++) {
      double accuracy = scale.mean + scale.deviation * (mine.sums[row] / members.size());
      accuracies[first + row] = Math.max(0, Math.min(1, accuracy));
    }
  }

  /** Every weight: {@code mlp.M.layerL.weight} of shape {@code (out, in)} and {@code .bias}. */
  Weights weights() {
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    for (int m = 0; m < members.size(); m++) {
      List<DenseNetwork.Layer> layers = members.get(m).layers();
      for (int l = 0; l < layers.size(); l++) {
        tensors.put(name(m, l) + ".weight", layers.get(l).weight());
        tensors.put(name(m, l) + ".bias", layers.get(l).bias());
      }
    }
    return new Weights(tensors);
  }

  /**
   * Undoes {@link #weights()}.
   *
   * @throws IllegalArgumentException naming a tensor that is missing, superfluous or of a wrong
   *     shape
   */
  static MlpEnsemble of(SearchSpace space, Weights weights, TargetScale scale) {
    List<DenseNetwork> members = new ArrayList<>();
    int used = 0;
    while (weights.contains(name(members.size(), 0) + ".weight")) {
      List<DenseNetwork.Layer> layers = new ArrayList<>();
      String name = name(members.size(), 0);
      while (weights.contains(name + ".weight")) {
        layers.add(
            new DenseNetwork.Layer(
                weights.tensor(name + ".weight"), weights.tensor(name + ".bias")));
        name = name(members.size(), layers.size());
        used += 2;
      }
      members.add(new DenseNetwork(layers));
    }
    if (used != weights.tensors().size()) {
      throw new IllegalArgumentException(
          "an MLP accuracy predictor of %d networks uses %d tensors, but there are %d: %s"
              .formatted(
                  members.size(), used, weights.tensors().size(), weights.tensors().keySet()));
    }
    return new MlpEnsemble(space, members, scale);
  }

  private static String name(int member, int layer) {
    return "mlp." + member + ".layer" + layer;
  }

  private Object writeReplace() {
    return new SerializedForm(this);
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("an MLP accuracy predictor is read through its proxy");
  }

  /** Spaces travel as their definition, weights as flat arrays. */
  private static final class SerializedForm implements Serializable {
    private static final long serialVersionUID = 1;

    private final SpaceDefinition space;
    private final List<String> names = new ArrayList<>();
    private final List<int[]> shapes = new ArrayList<>();
    private final List<float[]> values = new ArrayList<>();
    private final TargetScale scale;

    SerializedForm(MlpEnsemble predictor) {
      space = SpaceDefinition.of(predictor.space);
      predictor
          .weights()
          .tensors()
          .forEach(
              (name, tensor) -> {
                names.add(name);
                shapes.add(tensor.shape());
                values.add(tensor.values());
              });
      scale = predictor.scale;
    }

    private Object readResolve() {
      SortedMap<String, WeightTensor> tensors = new TreeMap<>();
      for (int i = 0; i < names.size(); i++) {
        tensors.put(names.get(i), new WeightTensor(shapes.get(i), values.get(i)));
      }
      return of(space.space(), new Weights(tensors), scale);
    }
  }
}
