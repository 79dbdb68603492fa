package dev.espalier.deploy;

import dev.espalier.deploy.TfliteWriter.Fused;
import dev.espalier.deploy.TfliteWriter.Operator;
import dev.espalier.deploy.TfliteWriter.Options;
import dev.espalier.deploy.TfliteWriter.Type;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.Node.Elementwise.Function;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.Precision;
import dev.espalier.operator.TensorShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes TensorFlow Lite models in float32, of operators that TFLite 2.6 has. Input {@code image}
 * is {@code (n, h, w, c)}, output {@code logits} {@code (n, classes)}, with {@code n} 1 until it is
 * resized. ReLU and ReLU6 are fused where nothing else uses what they take; a hard sigmoid is a sum
 * with fused ReLU6 and a product.
 */
public final class TfliteEmitter implements FloatEmitter {
  private static final String FORMAT = "tflite";
  private static final String FILE = "model.tflite";

  /** What files are written to. */
  static final String VERSION = "schema 3, operators of TensorFlow Lite 2.6";

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public List<String> fileNames() {
    return List.of(FILE);
  }

  @Override
  public Precision precision() {
    return Precision.FLOAT32;
  }

  @Override
  public List<EmittedFile> files(Graph graph) {
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

  /** {@code (out, in, k, k)} as {@code (out, k, k, in)}. */
  static int[] channelsLast(int[] shape) {
    return new int[] {shape[0], shape[2], shape[3], shape[1]};
  }

  /** Where the element of a channels-last weight lies in a channels-first one. */
  static int channelsFirst(int[] shape, int index) {
    int channels = shape[1];
    int area = shape[2] * shape[3];
    int out = index / (channels * area);
    int rest = index % (channels * area);
    return (out * channels + rest % channels) * area + rest / channels;
  }

  /** Where the element of {@code (1, k, k, c)} lies in {@code (c, 1, k, k)}. */
  static int depthwiseFirst(int[] shape, int index) {
    return index % shape[0] * shape[2] * shape[3] + index / shape[0];
  }

  /** Refuses groups other than all channels or one. */
  static boolean depthwise(String format, String node, int groups, int inputs, int outputs) {
    if (groups == 1) {
      return false;
    }
    if (groups != inputs || groups != outputs) {
      throw new InexpressibleException(
          format,
          node,
          "a convolution in %d groups of %d channels; TensorFlow Lite has them with 1 group, or with one group and output a channel"
              .formatted(groups, inputs / groups));
    }
    return true;
  }

  private static final class Writer implements Node.Visitor<Void> {
    private final Graph graph;
    private final TfliteWriter tflite = new TfliteWriter(Type.FLOAT32);
    private final Map<Tensor, Integer> maps = new HashMap<>();

    Writer(Graph graph) {
      this.graph = graph;
      maps.put(graph.input(), tflite.map(Graph.INPUT, graph.input().shape()));
    }

    int map(Tensor tensor) {
      return maps.get(tensor);
    }

    private int make(Tensor tensor) {
      String name = tensor.equals(graph.output()) ? Graph.OUTPUT : tensor.name();
      int made = tflite.map(name, tensor.shape());
      maps.put(tensor, made);
      return made;
    }

    private Fused fused(Tensor tensor) {
      return graph
          .onlyUser(tensor)
          .map(
              user ->
                  user.function() == Function.RELU
                      ? Fused.RELU
                      : user.function() == Function.RELU6 ? Fused.RELU6 : Fused.NONE)
          .orElse(Fused.NONE);
    }

    /** What an operator makes, with the function fused into it. */
    private int makeFused(Tensor tensor) {
      return make(fused(tensor) == Fused.NONE ? tensor : graph.onlyUser(tensor).get().output());
    }

    @Override
    public Void convolution(Node.Convolution node) {
      int channels = node.input().shape().channels();
      String name = node.output().name();
      boolean depthwise =
          depthwise(FORMAT, name, node.groups(), channels, node.output().shape().channels());
      TflitePadding padding =
          TflitePadding.of(
              node.input().shape(),
              node.output().shape(),
              node.kernel(),
              node.stride(),
              node.kernel() / 2);
      int input = padded(node.input(), padding, name);
      int[] shape = node.weight().shape();
      float[] values = new float[node.weight().length()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            node.weight().value(depthwise ? depthwiseFirst(shape, i) : channelsFirst(shape, i));
      }
      int weight =
          tflite.floats(
              name + ".weight",
              depthwise ? new int[] {1, shape[2], shape[3], shape[0]} : channelsLast(shape),
              values);
      int bias = bias(name, node.bias());
      Fused fused = fused(node.output());
      int output = makeFused(node.output());
      tflite.operator(
          depthwise ? Operator.DEPTHWISE_CONV_2D : Operator.CONV_2D,
          output,
          depthwise
              ? Options.depthwise(padding.own(), node.stride(), fused)
              : Options.convolution(padding.own(), node.stride(), fused),
          input,
          weight,
          bias);
      return null;
    }

    private int padded(Tensor input, TflitePadding padding, String node) {
      if (padding.own()) {
        return map(input);
      }
      int output = tflite.map(node + ".padded", padding.padded(input.shape()));
      int amounts = tflite.ints(node + ".padding", new int[] {4, 2}, padding.amounts());
      tflite.operator(Operator.PAD, output, Options.of(22), map(input), amounts);
      return output;
    }

    private int bias(String name, WeightTensor bias) {
      return tflite.floats(name + ".bias", bias.shape(), bias.values());
    }

    @Override
    public Void elementwise(Node.Elementwise node) {
      if (maps.containsKey(node.output())) {
        return null; // fused into what came before
      }
      int input = map(node.input());
      switch (node.function()) {
        case RELU -> tflite.operator(Operator.RELU, make(node.output()), Options.NONE, input);
        case RELU6 -> tflite.operator(Operator.RELU6, make(node.output()), Options.NONE, input);
        case HARD_SWISH ->
            tflite.operator(Operator.HARD_SWISH, make(node.output()), Options.NONE, input);
        case HARD_SIGMOID -> {
          String name = node.output().name();
          int three = tflite.floats(name + ".three", new int[0], new float[] {3});
          int sixth = tflite.floats(name + ".sixth", new int[0], new float[] {1f / 6});
          int six = tflite.map(name + ".six", node.output().shape());
          tflite.operator(Operator.ADD, six, Options.add(Fused.RELU6), input, three);
          tflite.operator(Operator.MUL, make(node.output()), Options.multiply(), six, sixth);
        }
      }
      return null;
    }

    @Override
    public Void add(Node.Add node) {
      Fused fused = fused(node.output());
      int left = map(node.left());
      int right = map(node.right());
      tflite.operator(Operator.ADD, makeFused(node.output()), Options.add(fused), left, right);
      return null;
    }

    @Override
    public Void scale(Node.Scale node) {
      int input = map(node.input());
      int scale = map(node.scale());
      tflite.operator(Operator.MUL, make(node.output()), Options.multiply(), input, scale);
      return null;
    }

    @Override
    public Void pool(Node.Pool node) {
      TflitePadding padding =
          TflitePadding.of(
              node.input().shape(),
              node.output().shape(),
              node.kernel(),
              node.stride(),
              node.padding());
      String name = node.output().name();
      int input = map(node.input());
      boolean average = node.kind() == Node.Pool.Kind.AVERAGE;
      if (!padding.own()) {
        if (average) {
          throw new InexpressibleException(FORMAT, name, uneven(node.kernel(), node.stride()));
        }
        TensorShape shape = padding.padded(node.input().shape());
        int amounts = tflite.ints(name + ".padding", new int[] {4, 2}, padding.amounts());
        int least = tflite.floats(name + ".least", new int[] {1}, new float[] {-Float.MAX_VALUE});
        int padded = tflite.map(name + ".padded", shape);
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

    @Override
    public Void globalAveragePool(Node.GlobalAveragePool node) {
      int input = map(node.input());
      int axes = tflite.ints(node.output().name() + ".axes", new int[] {2}, new int[] {1, 2});
      tflite.operator(Operator.MEAN, make(node.output()), Options.mean(), input, axes);
      return null;
    }

    @Override
    public Void linear(Node.Linear node) {
      String name = node.output().name();
      int outputs = node.weight().size(0);
      int input = map(node.input());
      int weight =
          tflite.floats(
              name + ".weight",
              new int[] {outputs, 1, 1, node.weight().size(1)},
              node.weight().values());
      Fused fused = fused(node.output());
      Tensor made =
          fused == Fused.NONE ? node.output() : graph.onlyUser(node.output()).get().output();
      if (!made.equals(graph.output())) {
        int output = make(made);
        tflite.operator(
            Operator.CONV_2D,
            output,
            Options.convolution(false, 1, fused),
            input,
            weight,
            bias(name, node.bias()));
        return null;
      }
      int sums = tflite.map(name + ".map", node.output().shape());
      tflite.operator(
          Operator.CONV_2D,
          sums,
          Options.convolution(false, 1, fused),
          input,
          weight,
          bias(name, node.bias()));
      int shape = tflite.ints(name + ".shape", new int[] {2}, new int[] {-1, outputs});
      int output = tflite.vector(Graph.OUTPUT, outputs, null);
      maps.put(made, output);
      tflite.operator(Operator.RESHAPE, output, Options.NONE, sums, shape);
      return null;
    }
  }

  /** Why an average that is padded unevenly is refused. */
  static String uneven(int kernel, int stride) {
    return "an average over windows of %d with stride %d, padded by other widths than TensorFlow Lite's; it has those whose padding is even, or at most one row and column behind"
        .formatted(kernel, stride);
  }
}
