package dev.espalier.network;

import dev.espalier.operator.Activation;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tensors that an elastic network needs, found by walking its largest architecture. */
public final class NetworkParameters {
  private NetworkParameters() {}

  /**
   * Names and shapes of all tensors, running batch norm statistics and kernel transformation
   * matrices included.
   */
  public static SortedMap<String, int[]> shapesOf(ElasticNetwork network) {
    Declaration declaration = new Declaration();
    network.forward(network.space().largest(), declaration, declaration);
    return Collections.unmodifiableSortedMap(declaration.shapes);
  }

  /** Whether a tensor is a running statistic, which no gradient reaches. */
  public static boolean isStatistic(String name) {
    return name.endsWith(".running_mean") || name.endsWith(".running_var");
  }

  /** Collects names and shapes; what flows is the collector itself, since shapes do not matter. */
  private static final class Declaration implements ElasticLayers<Declaration> {
    private final SortedMap<String, int[]> shapes = new TreeMap<>();

    @Override
    public Declaration convolution(Declaration input, Convolution layer) {
      shapes.put(
          layer.weight(),
          new int[] {
            layer.outputChannels(), layer.inputChannels(), layer.kernel(), layer.kernel()
          });
      return batchNorm(layer.batchNorm(), layer.outputChannels());
    }

    @Override
    public Declaration depthwise(Declaration input, Depthwise layer) {
      int largest = layer.kernels().get(layer.kernels().size() - 1);
      shapes.put(layer.weight(), new int[] {layer.channels(), 1, largest, largest});
      for (int i = layer.kernels().size() - 1; i > 0; i--) {
        int smaller = layer.kernels().get(i - 1);
        shapes.put(
            layer.transform(layer.kernels().get(i), smaller),
            new int[] {smaller * smaller, smaller * smaller});
      }
      return batchNorm(layer.batchNorm(), layer.channels());
    }

    @Override
    public Declaration squeezeExcitation(Declaration input, SqueezeExcitation layer) {
      int channels = layer.channels();
      int squeezed = layer.squeezeChannels();
      shapes.put(layer.reduce() + ".weight", new int[] {squeezed, channels, 1, 1});
      shapes.put(layer.reduce() + ".bias", new int[] {squeezed});
      shapes.put(layer.expand() + ".weight", new int[] {channels, squeezed, 1, 1});
      shapes.put(layer.expand() + ".bias", new int[] {channels});
      return this;
    }

    @Override
    public Declaration maxPool(Declaration input, int kernel, int stride) {
      return this;
    }

    @Override
    public Declaration averagePool(Declaration input, int stride) {
      return this;
    }

    @Override
    public Declaration activation(Declaration input, Activation activation) {
      return this;
    }

    @Override
    public Declaration add(Declaration left, Declaration right) {
      return this;
    }

    @Override
    public Declaration globalPool(Declaration input) {
      return this;
    }

    @Override
    public Declaration linear(Declaration input, Linear layer) {
      shapes.put(
          layer.name() + ".weight", new int[] {layer.outputFeatures(), layer.inputFeatures()});
      shapes.put(layer.name() + ".bias", new int[] {layer.outputFeatures()});
      return this;
    }

    private Declaration batchNorm(String prefix, int channels) {
      if (!prefix.equals(NO_BATCH_NORM)) {
        for (String part : new String[] {".weight", ".bias", ".running_mean", ".running_var"}) {
          shapes.put(prefix + part, new int[] {channels});
        }
      }
      return this;
    }
  }
}
