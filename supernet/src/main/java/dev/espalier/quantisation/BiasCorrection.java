package dev.espalier.quantisation;

import dev.espalier.graph.FloatReference;
import dev.espalier.graph.Graph;
import dev.espalier.graph.IntegerReference;
import dev.espalier.graph.Node;
import dev.espalier.graph.Quantisation;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Convolution;
import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.graph.QuantisedWeights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rounded weights move the mean of what a convolution gives; its biases take that back (Nagel et
 * al., ICCV 2019, section 4.2, with means measured on images as in their appendix D).
 *
 * <p>Layer by layer, each on what the corrected ones before it give. A convolution that a
 * saturating activation is fused into stays as it is: its mean says too little of its sums.
 */
public final class BiasCorrection {
  private BiasCorrection() {}

  /**
   * The graph with corrected biases; costs two runs of the images.
   *
   * @param quantised of the graph
   * @param images {@code (count, c, h, w)} flat, those that ranges were chosen on or some of them
   */
  public static QuantisedGraph of(
      QuantisedGraph quantised, Graph graph, float[] images, int count) {
    Map<String, double[]> wanted = new HashMap<>();
    new FloatReference(graph)
        .run(
            images,
            count,
            (tensor, values) ->
                wanted.put(tensor.name(), means(values, tensor.shape().channels(), count)));
    Map<Tensor, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < quantised.nodes().size(); i++) {
      for (Tensor input : quantised.nodes().get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
    Map<Tensor, byte[]> maps = new HashMap<>();
    maps.put(quantised.input(), new IntegerReference(quantised).quantised(images));
    List<QuantisedNode> nodes = new ArrayList<>();
    for (int i = 0; i < quantised.nodes().size(); i++) {
      QuantisedNode node = quantised.nodes().get(i);
      byte[] made = IntegerReference.made(node, maps, count);
      if (node instanceof Convolution convolution && plain(convolution, graph)) {
        node = corrected(convolution, wanted.get(node.output().name()), made, count);
        made = IntegerReference.made(node, maps, count);
      }
      nodes.add(node);
      maps.put(node.output(), made);
      int now = i;
      maps.keySet().removeIf(tensor -> lastUse.getOrDefault(tensor, now) <= now);
    }
    return new QuantisedGraph(
        quantised.name(), quantised.input(), quantised.output(), nodes, quantised.metadata());
  }

  /** Whether it gives what the convolution of the float graph gives, nothing fused into it. */
  private static boolean plain(Convolution node, Graph graph) {
    return graph.nodes().stream()
        .anyMatch(
            n -> n instanceof Node.Convolution && n.output().name().equals(node.output().name()));
  }

  private static Convolution corrected(Convolution node, double[] wanted, byte[] made, int count) {
    QuantisedWeights weights = node.weights();
    float[] real = new float[made.length];
    Quantisation quantisation = node.output().quantisation();
    for (int i = 0; i < real.length; i++) {
      real[i] = quantisation.real(made[i]);
    }
    double[] found = means(real, wanted.length, count);
    int[] biases = weights.biases();
    for (int c = 0; c < biases.length; c++) {
      double unit = (double) node.input().quantisation().scale() * weights.scale(c);
      double bias = biases[c] + Math.rint((wanted[c] - found[c]) / unit);
      biases[c] = (int) Math.min(Math.max(bias, -Quantiser.MOST_BIAS), Quantiser.MOST_BIAS);
    }
    return new Convolution(
        node.input(),
        node.output(),
        weights.withBiases(biases),
        node.scaling(),
        node.stride(),
        node.groups());
  }

  private static double[] means(float[] values, int channels, int count) {
    double[] sums = new double[channels];
    int plane = values.length / count / channels;
    int next = 0;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < channels; c++) {
        double sum = sums[c];
        for (int i = 0; i < plane; i++) {
          sum += values[next++];
        }
        sums[c] = sum;
      }
    }
    for (int c = 0; c < channels; c++) {
      sums[c] /= (double) count * plane;
    }
    return sums;
  }
}
