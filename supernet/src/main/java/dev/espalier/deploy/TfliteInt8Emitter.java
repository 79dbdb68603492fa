package dev.espalier.deploy;

import dev.espalier.deploy.TfliteWriter.Fused;
import dev.espalier.deploy.TfliteWriter.Operator;
import dev.espalier.deploy.TfliteWriter.Options;
import dev.espalier.deploy.TfliteWriter.Type;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.Quantisation;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.graph.QuantisedWeights;
import dev.espalier.operator.TensorShape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes TensorFlow Lite models of 8-bit integers throughout, input and output included, of
 * operators that TFLite 2.6 has; shapes are those of {@link TfliteEmitter}. A linear layer is a
 * convolution of one position, since TFLite 2.6 has no scale an output in its own.
 */
public final class TfliteInt8Emitter implements IntegerEmitter {
  /** The name of this format. */
  public static final String FORMAT = "tflite-int8";

  private static final String FILE = "model.int8.tflite";

  /**
   * What depthwise convolutions' sums are lessened by. TFLite rounds them twice, first {@code sum ·
   * m} to whole numbers, m being the factor's significand from 1/2 to 1, then those to a multiple
   * of a power of two, halves away from zero: positive sums just below a middle reach it by the
   * first rounding and pass it by the second. {@link dev.espalier.quantisation.Quantiser} makes m
   * 1/2 in depthwise convolutions; one less in the sum takes back the half of the first rounding.
   * Negative sums are lowered by as much more, of which a ReLU leaves nothing and a hard swish
   * little. An engine that rounds once is off by one unit of the sum, a small part of a step.
   */
  private static final int ROUNDED_TWICE = 1;

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public String version() {
    return TfliteEmitter.VERSION;
  }

  @Override
  public List<String> fileNames() {
    return List.of(FILE);
  }

  @Override
  public List<EmittedFile> files(QuantisedGraph graph) {
    Writer writer = new Writer(graph);
    graph.nodes().forEach(node -> node.accept(writer));
    byte[] model =
        writer.tflite.finish(
            graph.name(), writer.map(graph.input()), writer.map(graph.output()), graph.metadata());
    return List.of(new EmittedFile(FILE, model));
  }

  @Override
  public RunnableModel load(List<EmittedFile> files, int threads) {
    return TfliteModel.load(files.get(0).content(), threads);
  }

  private static final class Writer implements QuantisedNode.Visitor<Void> {
    private final QuantisedGraph graph;
    private final TfliteWriter tflite = new TfliteWriter(Type.INT8);
    private final Map<Tensor, Integer> maps = new HashMap<>();

    Writer(QuantisedGraph graph) {
      this.graph = graph;
      Tensor input = graph.input();
      maps.put(input, tflite.map(Graph.INPUT, input.shape(), input.quantisation()));
    }

    int map(Tensor tensor) {
      return maps.get(tensor);
    }

    private int make(Tensor tensor) {
      String name = tensor.equals(graph.output()) ? Graph.OUTPUT : tensor.name();
      int made = tflite.map(name, tensor.shape(), tensor.quantisation());
      maps.put(tensor, made);
      return made;
    }

    private int weights(Tensor output, QuantisedWeights weights, boolean depthwise, int[] shape) {
      byte[] values = new byte[weights.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            weights.value(
                depthwise
                    ? TfliteEmitter.depthwiseFirst(shape, i)
                    : TfliteEmitter.channelsFirst(shape, i));
      }
      return tflite.weights(
          output.name() + ".weight",
          depthwise
              ? new int[] {1, shape[2], shape[3], shape[0]}
              : TfliteEmitter.channelsLast(shape),
          values,
          weights.scales(),
          depthwise ? 3 : 0);
    }

    private int biases(Tensor input, Tensor output, QuantisedWeights weights, int less) {
      float[] scales = weights.scales();
      for (int c = 0; c < scales.length; c++) {
        scales[c] *= input.quantisation().scale();
      }
      int[] biases = weights.biases();
      for (int c = 0; c < biases.length; c++) {
        biases[c] -= less;
      }
      return tflite.biases(output.name() + ".bias", biases, scales);
    }

    @Override
    public Void convolution(QuantisedNode.Convolution node) {
      String name = node.output().name();
      boolean depthwise =
          TfliteEmitter.depthwise(
              FORMAT,
              name,
              node.groups(),
              node.input().shape().channels(),
              node.output().shape().channels());
      TflitePadding padding =
          TflitePadding.of(
              node.input().shape(),
              node.output().shape(),
              node.kernel(),
              node.stride(),
              node.kernel() / 2);
      int input = map(node.input());
      if (!padding.own()) {
        int padded =
            tflite.map(
                name + ".padded",
                padding.padded(node.input().shape()),
                node.input().quantisation());
        int amounts = tflite.ints(name + ".padding", new int[] {4, 2}, padding.amounts());
        tflite.operator(Operator.PAD, padded, Options.of(22), input, amounts);
        input = padded;
      }
      int weights = weights(node.output(), node.weights(), depthwise, node.weights().shape());
      int biases =
          biases(node.input(), node.output(), node.weights(), depthwise ? ROUNDED_TWICE : 0);
      tflite.operator(
          depthwise ? Operator.DEPTHWISE_CONV_2D : Operator.CONV_2D,
          make(node.output()),
          depthwise
              ? Options.depthwise(padding.own(), node.stride(), Fused.NONE)
              : Options.convolution(padding.own(), node.stride(), Fused.NONE),
          input,
          weights,
          biases);
      return null;
    }

    @Override
    public Void table(QuantisedNode.Table node) {
      Operator operator =
          switch (node.function()) {
            case RELU -> Operator.RELU;
            case RELU6 -> Operator.RELU6;
            case HARD_SWISH -> Operator.HARD_SWISH;
            case HARD_SIGMOID ->
                throw new InexpressibleException(
                    FORMAT,
                    node.output().name(),
                    "a hard sigmoid that no convolution or linear layer stands before; TensorFlow Lite has no such operator");
          };
      int input = map(node.input());
      tflite.operator(operator, make(node.output()), Options.NONE, input);
      return null;
    }

    @Override
    public Void add(QuantisedNode.Add node) {
      int left = map(node.left());
      int right = map(node.right());
      tflite.operator(Operator.ADD, make(node.output()), Options.add(Fused.NONE), left, right);
      return null;
    }

    @Override
    public Void scale(QuantisedNode.Scale node) {
      int input = map(node.input());
      int scale = map(node.scale());
      tflite.operator(Operator.MUL, make(node.output()), Options.multiply(), input, scale);
      return null;
    }

    @Override
    public Void pool(QuantisedNode.Pool node) {
      String name = node.output().name();
      Quantisation quantisation = node.input().quantisation();
      TflitePadding padding =
          TflitePadding.of(
              node.input().shape(),
              node.output().shape(),
              node.kernel(),
              node.stride(),
              node.padding());
      boolean average = node.kind() == Node.Pool.Kind.AVERAGE;
      int input = map(node.input());
      if (!padding.own()) {
        if (average) {
          throw new InexpressibleException(
              FORMAT, name, TfliteEmitter.uneven(node.kernel(), node.stride()));
        }
        int amounts = tflite.ints(name + ".padding", new int[] {4, 2}, padding.amounts());
        int least = tflite.constantMap(name + ".least", (byte) Quantisation.LEAST, quantisation);
        int padded =
            tflite.map(name + ".padded", padding.padded(node.input().shape()), quantisation);
        tflite.operator(Operator.PADV2, padded, Options.NONE, input, amounts, least);
        input = padded;
      }
      tflite.operator(
          average ? Operator.AVERAGE_POOL_2D : Operator.MAX_POOL_2D,
          make(node.output()),
          Options.pool(padding.own(), node.stride(), node.kernel()),
          input);
      return null;
    }

    /**
     * A depthwise convolution over the whole map, all weights the largest: TFLite's own mean rounds
     * twice, the first time to whole numbers that it divides then, which moves a result in one of
     * 32 where 16 positions are averaged. A convolution's first rounding is so fine here that it
     * moves one in thousands.
     */
    @Override
    public Void globalAveragePool(QuantisedNode.GlobalAveragePool node) {
      String name = node.output().name();
      TensorShape from = node.input().shape();
      int positions = from.height() * from.width();
      byte[] ones = new byte[Math.toIntExact(from.elements())];
      Arrays.fill(ones, (byte) QuantisedWeights.MOST);
      float[] scales = new float[from.channels()];
      Arrays.fill(scales, 1f / QuantisedWeights.MOST / positions);
      int input = map(node.input());
      int weights =
          tflite.weights(
              name + ".weight",
              new int[] {1, from.height(), from.width(), from.channels()},
              ones,
              scales.clone(),
              3);
      for (int c = 0; c < scales.length; c++) {
        scales[c] *= node.input().quantisation().scale();
      }
      int biases = tflite.biases(name + ".bias", new int[from.channels()], scales);
      tflite.operator(
          Operator.DEPTHWISE_CONV_2D,
          make(node.output()),
          Options.depthwise(false, 1, Fused.NONE),
          input,
          weights,
          biases);
      return null;
    }

    @Override
    public Void linear(QuantisedNode.Linear node) {
      String name = node.output().name();
      QuantisedWeights layer = node.weights();
      int[] shape = {layer.size(0), layer.size(1), 1, 1};
      int input = map(node.input());
      int weights = weights(node.output(), layer, false, shape);
      int biases = biases(node.input(), node.output(), layer, 0);
      boolean last = node.output().equals(graph.output());
      int sums =
          last
              ? tflite.map(name + ".map", node.output().shape(), node.output().quantisation())
              : make(node.output());
      tflite.operator(
          Operator.CONV_2D,
          sums,
          Options.convolution(false, 1, Fused.NONE),
          input,
          weights,
          biases);
      if (last) {
        int flat = tflite.ints(name + ".shape", new int[] {2}, new int[] {-1, layer.size(0)});
        int output = tflite.vector(Graph.OUTPUT, layer.size(0), node.output().quantisation());
        maps.put(node.output(), output);
        tflite.operator(Operator.RESHAPE, output, Options.NONE, sums, flat);
      }
      return null;
    }
  }
}
