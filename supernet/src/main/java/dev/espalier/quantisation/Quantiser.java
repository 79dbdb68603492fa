package dev.espalier.quantisation;

import dev.espalier.graph.FunctionTable;
import dev.espalier.graph.Graph;
import dev.espalier.graph.LayerScaling;
import dev.espalier.graph.Node;
import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.graph.Quantisation;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.graph.QuantisedWeights;
import dev.espalier.graph.SumScaling;
import dev.espalier.network.WeightTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rounds a float graph to 8-bit integers.
 *
 * <p>Weights are symmetric with one scale an output channel, the largest absolute weight being 127.
 * A ReLU or ReLU6 whose input nothing else uses becomes the saturation of the convolution, linear
 * layer or sum before it; a hard sigmoid behind a convolution is folded into its weights: {@code w
 * / 6}, {@code b / 6 + 1/2}, saturating at 0 and 1. Pools take the quantisation of their input.
 *
 * <p>Engines round in ways of their own where a result is near the middle between two integers, and
 * what one layer gives otherwise the next ones carry on. Scales are chosen so that this is rare:
 * the weights of depthwise convolutions are up to twice as coarse as they need be, functions'
 * outputs up to 3 %.
 */
public final class Quantiser {
  /** Room between a bias and the bounds of 32 bits. */
  static final double MOST_BIAS = 1 << 29;

  /** What a hard sigmoid gives, in 255 steps. */
  private static final Range UNIT = new Range(0, 1);

  /** See {@code aligned}. */
  private static final double ABOVE = 2e-4;

  /** See {@code clear}. */
  private static final int COARSER = 32;

  private Quantiser() {}

  /**
   * The integer graph.
   *
   * @throws IllegalArgumentException naming the layer and channel whose weight is not finite
   */
  public static QuantisedGraph quantise(Graph graph, Calibration calibration) {
    Rounding rounding = new Rounding(graph, calibration);
    graph.nodes().forEach(node -> node.accept(rounding));
    return new QuantisedGraph(
        graph.name(),
        rounding.tensor(graph.input()),
        rounding.tensor(graph.output()),
        rounding.nodes,
        graph.metadata());
  }

  private static final class Rounding implements Node.Visitor<Void> {
    private final Calibration calibration;

    private final Graph graph;
    private final Map<Node.Tensor, Tensor> tensors = new HashMap<>();
    private final List<QuantisedNode> nodes = new ArrayList<>();

    Rounding(Graph graph, Calibration calibration) {
      this.calibration = calibration;
      this.graph = graph;
      tensors.put(graph.input(), made(graph.input(), calibration.range(graph.input())));
    }

    Tensor tensor(Node.Tensor tensor) {
      return tensors.get(tensor);
    }

    private static Tensor made(Node.Tensor tensor, Range range) {
      return new Tensor(
          tensor.name(), tensor.shape(), Quantisation.spanning(range.least(), range.most()));
    }

    /** What is made of a float tensor; its name is that of the last fused function's output. */
    private Tensor make(Node.Tensor tensor, Range range) {
      Tensor made = made(tensor, range);
      tensors.put(tensor, made);
      return made;
    }

    private Void append(QuantisedNode node) {
      nodes.add(node);
      return null;
    }

    private boolean followed(Node.Tensor tensor, Function function) {
      return graph.onlyUser(tensor).filter(user -> user.function() == function).isPresent();
    }

    private Node.Tensor follower(Node.Tensor tensor) {
      return graph.onlyUser(tensor).orElseThrow().output();
    }

    /** The output of sums, ReLU and ReLU6 behind them being its range. */
    private Tensor saturated(Node.Tensor sum) {
      if (followed(sum, Function.HARD_SIGMOID)) {
        return make(follower(sum), UNIT);
      }
      boolean six = followed(sum, Function.RELU6);
      if (six || followed(sum, Function.RELU)) {
        Node.Tensor output = follower(sum);
        double most = six ? 6 : Double.MAX_VALUE;
        return make(output, calibration.range(output).within(0, most));
      }
      return make(sum, calibration.range(sum));
    }

    @Override
    public Void convolution(Node.Convolution node) {
      Layer layer = layer(node.input(), node.output(), node.weight(), node.bias());
      return append(
          new QuantisedNode.Convolution(
              layer.input,
              layer.output,
              layer.weights,
              layer.scaling,
              node.stride(),
              node.groups()));
    }

    @Override
    public Void linear(Node.Linear node) {
      Layer layer = layer(node.input(), node.output(), node.weight(), node.bias());
      return append(
          new QuantisedNode.Linear(layer.input, layer.output, layer.weights, layer.scaling));
    }

    private record Layer(
        Tensor input, Tensor output, QuantisedWeights weights, LayerScaling scaling) {}

    private Layer layer(Node.Tensor from, Node.Tensor to, WeightTensor weight, WeightTensor bias) {
      Tensor input = tensor(from);
      boolean sigmoid = followed(to, Function.HARD_SIGMOID);
      Tensor output = saturated(to);
      int channels = weight.size(0);
      int size = weight.length() / channels;
      boolean depthwise = channels > 1 && weight.shape().length == 4 && weight.size(1) == 1;
      double slope = sigmoid ? 1.0 / 6 : 1;
      double offset = sigmoid ? 0.5 : 0;
      double inputScale = input.quantisation().scale();
      double outputScale = output.quantisation().scale();
      double layerMost = 0;
      for (int c = 0; c < channels; c++) {
        layerMost = Math.max(layerMost, slope * largest(to.name(), weight, bias, c, size));
      }
      byte[] values = new byte[weight.length()];
      float[] scales = new float[channels];
      int[] biases = new int[channels];
      double[] factors = new double[channels];
      for (int c = 0; c < channels; c++) {
        double most = slope * largest(to.name(), weight, bias, c, size);
        double real = slope * bias.value(c) + offset;
        scales[c] = scale(most, layerMost, real, inputScale);
        if (depthwise) {
          scales[c] = aligned(scales[c], inputScale / outputScale);
        }
        for (int i = c * size; i < (c + 1) * size; i++) {
          values[i] = (byte) Math.rint(slope * weight.value(i) / scales[c]);
        }
        biases[c] = (int) Math.rint(real / (inputScale * scales[c]));
        factors[c] = inputScale * scales[c] / outputScale;
      }
      return new Layer(
          input,
          output,
          new QuantisedWeights(weight.shape(), values, scales, biases),
          LayerScaling.of("layer " + to.name(), factors, output.quantisation().zeroPoint()));
    }

    /**
     * The least scale from this one on with which sums become outputs by a power of two, and
     * {@value #ABOVE} of it more, so that no sum is in the middle between two outputs. Engines that
     * round in two steps can be set right then ({@link dev.espalier.deploy.TfliteInt8Emitter}).
     *
     * @param perScale what a sum is multiplied by, over the scale
     */
    private static float aligned(float scale, double perScale) {
      double factor = scale * perScale;
      double power = Math.scalb(1.0, Math.getExponent(factor)) * (1 + ABOVE);
      return (float) (power * (power < factor ? 2 : 1) / perScale);
    }

    /**
     * The scale of a channel's weights. A channel without weights takes the layer's, so that its
     * bias is as fine as the others'; a bias that would not fit 32 bits widens the step.
     */
    private static float scale(double most, double layerMost, double bias, double inputScale) {
      double span = most > 0 ? most : layerMost > 0 ? layerMost : 1;
      return (float)
          Math.max(span / QuantisedWeights.MOST, Math.abs(bias) / (inputScale * MOST_BIAS));
    }

    private static double largest(
        String layer, WeightTensor weight, WeightTensor bias, int channel, int size) {
      double most = 0;
      boolean finite = Float.isFinite(bias.value(channel));
      for (int i = channel * size; i < (channel + 1) * size; i++) {
        finite &= Float.isFinite(weight.value(i));
        most = Math.max(most, Math.abs(weight.value(i)));
      }
      if (!finite) {
        throw new IllegalArgumentException(
            "layer %s, output channel %d: a weight or its bias is not a finite number; it cannot be quantised: check the supernet's weights and the batch norm statistics of this layer"
                .formatted(layer, channel));
      }
      return most;
    }

    @Override
    public Void elementwise(Node.Elementwise node) {
      if (tensors.containsKey(node.output())) {
        return null; // fused into what came before
      }
      Tensor input = tensor(node.input());
      Tensor output =
          node.function() == Function.HARD_SIGMOID
              ? make(node.output(), UNIT)
              : clear(node, input, calibration.range(node.output()));
      return append(
          new QuantisedNode.Table(
              input,
              output,
              node.function(),
              FunctionTable.of(node.function(), input.quantisation(), output.quantisation())));
    }

    /**
     * The output of a function, its steps up to {@value #COARSER} of 1024 parts coarser than its
     * range needs: those with which no result is near the middle between two integers, so that
     * engines whose arithmetic differs in the last bits give the same integers.
     */
    private Tensor clear(Node.Elementwise node, Tensor input, Range range) {
      Quantisation finest = Quantisation.spanning(range.least(), range.most());
      Quantisation best = finest;
      double bestDistance = -1;
      for (int i = 0; i <= COARSER; i++) {
        double wider = 1 + i / 1024.0;
        Quantisation tried = Quantisation.spanning(range.least() * wider, range.most() * wider);
        double distance = distance(node.function(), input.quantisation(), tried);
        if (distance > bestDistance) {
          best = tried;
          bestDistance = distance;
        }
      }
      Tensor made = new Tensor(node.output().name(), node.output().shape(), best);
      tensors.put(node.output(), made);
      return made;
    }

    /** The least distance of a result from the middle between two integers, in steps. */
    private static double distance(Function function, Quantisation input, Quantisation output) {
      double least = 0.5;
      for (int q = Quantisation.LEAST; q <= Quantisation.MOST; q++) {
        double steps = (double) function.apply(input.real(q)) / output.scale();
        least = Math.min(least, Math.abs(steps - Math.floor(steps) - 0.5));
      }
      return least;
    }

    @Override
    public Void add(Node.Add node) {
      Tensor left = tensor(node.left());
      Tensor right = tensor(node.right());
      Node.Tensor sum = node.output();
      // A hard sigmoid of a sum is a function of its own: only layers have weights to fold it into.
      Tensor output =
          followed(sum, Function.HARD_SIGMOID) ? make(sum, calibration.range(sum)) : saturated(sum);
      return append(
          new QuantisedNode.Add(
              left,
              right,
              output,
              SumScaling.of(
                  "sum " + output.name(),
                  left.quantisation(),
                  right.quantisation(),
                  output.quantisation())));
    }

    @Override
    public Void scale(Node.Scale node) {
      Tensor input = tensor(node.input());
      Tensor scale = tensor(node.scale());
      Tensor output = make(node.output(), calibration.range(node.output()));
      double factor =
          (double) input.quantisation().scale()
              * scale.quantisation().scale()
              / output.quantisation().scale();
      return append(new QuantisedNode.Scale(input, scale, output, oneFactor(output, factor)));
    }

    private static LayerScaling oneFactor(Tensor output, double factor) {
      return LayerScaling.of(
          "node " + output.name(), new double[] {factor}, output.quantisation().zeroPoint());
    }

    @Override
    public Void pool(Node.Pool node) {
      Tensor input = tensor(node.input());
      Tensor output = new Tensor(node.output().name(), node.output().shape(), input.quantisation());
      tensors.put(node.output(), output);
      return append(
          new QuantisedNode.Pool(input, output, node.kind(), node.kernel(), node.stride()));
    }

    @Override
    public Void globalAveragePool(Node.GlobalAveragePool node) {
      Tensor input = tensor(node.input());
      Tensor output = make(node.output(), calibration.range(node.output()));
      int positions = node.input().shape().height() * node.input().shape().width();
      double factor =
          (double) input.quantisation().scale() / output.quantisation().scale() / positions;
      return append(new QuantisedNode.GlobalAveragePool(input, output, oneFactor(output, factor)));
    }
  }
}
