package dev.espalier.memory;

import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.operator.Precision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What of a graph's activations is alive at each node when one image runs through it, node by node
 * in the graph's order.
 *
 * <p>A feature map takes a buffer from the node that makes it to the last one that uses it; the
 * image from the start, the output to the end. While a node runs, its inputs and its output are
 * alive at once, and so is all that later nodes use. Exceptions, where the input dies at the node:
 *
 * <ul>
 *   <li>an element-wise function, a scaling by channel (of its first input) and a sum (of either
 *       input) write into that input's buffer;
 *   <li>a depthwise convolution does too, whatever its stride, channel by channel: the first
 *       channel's result waits in a buffer of one output channel, every other one takes the place
 *       of the channel read before it (Lin et al., MCUNet, NeurIPS 2020, section 3.2, in-place
 *       depthwise convolution). Afterwards the output alone is alive.
 * </ul>
 *
 * <p>Every other node has buffers of its own for input and output. Sizes are those of the feature
 * maps in the precision given, without alignment or padding; a runtime with another schedule needs
 * more. The order of nodes is the graph's, not optimised.
 *
 * @param precision of activations
 * @param steps one per node, in order
 */
public record ActivationSchedule(Precision precision, List<Step> steps) {

  /**
   * One node.
   *
   * @param node the name of what it makes
   * @param liveBytes of all buffers while it runs
   */
  public record Step(String node, long liveBytes) {}

  public ActivationSchedule {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a schedule has at least one step");
    }
  }

  /**
   * The schedule of a graph; O(nodes · feature maps alive at once).
   *
   * @param precision that the graph would run in
   */
  public static ActivationSchedule of(Graph graph, Precision precision) {
    List<Node> nodes = graph.nodes();
    Map<Tensor, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (Tensor input : nodes.get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
    lastUse.put(graph.output(), nodes.size());
    List<Step> steps = new ArrayList<>();
    List<Tensor> alive = new ArrayList<>(List.of(graph.input()));
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      int now = i;
      long elements = alive.stream().mapToLong(tensor -> tensor.shape().elements()).sum();
      elements += added(node, tensor -> lastUse.get(tensor) == now);
      steps.add(new Step(node.output().name(), elements * precision.bytes()));
      alive.add(node.output());
      alive.removeIf(tensor -> lastUse.getOrDefault(tensor, now) <= now);
    }
    return new ActivationSchedule(precision, steps);
  }

  /** Whether a feature map is used for the last time. */
  private interface Dies {
    boolean test(Tensor tensor);
  }

  /** Elements that a node needs besides those alive before it. */
  private static long added(Node node, Dies dies) {
    long output = node.output().shape().elements();
    if (node instanceof Node.Elementwise function) {
      return dies.test(function.input()) ? 0 : output;
    }
    if (node instanceof Node.Scale scale) {
      return dies.test(scale.input()) ? 0 : output;
    }
    if (node instanceof Node.Add add) {
      return dies.test(add.left()) || dies.test(add.right()) ? 0 : output;
    }
    if (node instanceof Node.Convolution convolution
        && depthwise(convolution)
        && dies.test(convolution.input())) {
      return output / convolution.groups();
    }
    return output;
  }

  private static boolean depthwise(Node.Convolution convolution) {
    return convolution.groups() == convolution.input().shape().channels()
        && convolution.groups() == convolution.output().shape().channels();
  }

  /** The most bytes alive at once. */
  public long peakBytes() {
    return binding().liveBytes();
  }

  /** The first step that needs the peak. */
  public Step binding() {
    Step most = steps.get(0);
    for (Step step : steps) {
      most = step.liveBytes() > most.liveBytes() ? step : most;
    }
    return most;
  }
}
