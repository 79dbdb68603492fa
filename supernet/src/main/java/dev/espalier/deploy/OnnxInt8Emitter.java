package dev.espalier.deploy;

import dev.espalier.deploy.onnx.Onnx.AttributeProto;
import dev.espalier.deploy.onnx.Onnx.TensorProto.DataType;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.QuantisedGraph;
import dev.espalier.graph.QuantisedNode;
import dev.espalier.graph.QuantisedNode.Tensor;
import dev.espalier.graph.QuantisedWeights;
import java.util.List;

/**
 * Writes ONNX with 8-bit integers in QDQ form: every feature map passes a {@code QuantizeLinear}
 * and a {@code DequantizeLinear}, weights and biases are integers behind a {@code
 * DequantizeLinear}. Engines join these with the operator between them into an integer kernel; what
 * takes this form are the tools of ONNX Runtime, NVIDIA, Qualcomm and AMD. Input and output are
 * float32. ReLU is the saturation of the {@code QuantizeLinear} behind it.
 */
public final class OnnxInt8Emitter implements IntegerEmitter {
  /** The name of this format. */
  public static final String FORMAT = "onnx-int8";

  private static final String FILE = "model.int8.onnx";

  @Override
  public String format() {
    return FORMAT;
  }

  @Override
  public String version() {
    return OnnxWriter.VERSION + ", QDQ";
  }

  @Override
  public List<String> fileNames() {
    return List.of(FILE);
  }

  @Override
  public List<EmittedFile> files(QuantisedGraph graph) {
    Writer writer = new Writer(graph);
    writer.quantise(Graph.INPUT, graph.input());
    graph.nodes().forEach(node -> node.accept(writer));
    writer.onnx.input(Graph.INPUT, graph.input().shape());
    writer.onnx.output(
        Graph.OUTPUT,
        graph.output().shape(),
        graph.nodes().get(graph.nodes().size() - 1) instanceof QuantisedNode.Linear);
    return List.of(new EmittedFile(FILE, writer.onnx.finish(graph.name(), graph.metadata())));
  }

  @Override
  public RunnableModel load(List<EmittedFile> files, int threads) {
    return OnnxModel.load(files.get(0).content(), threads);
  }

  /**
   * Appends one graph's nodes. A feature map {@code x} has three names: {@code x.real} as its
   * operator makes it, {@code x.int8}, and {@code x} as others read it.
   */
  private static final class Writer implements QuantisedNode.Visitor<Void> {
    private final QuantisedGraph graph;
    private final OnnxWriter onnx = new OnnxWriter();

    Writer(QuantisedGraph graph) {
      this.graph = graph;
    }

    /** The name under which a feature map is read. */
    private String name(Tensor tensor) {
      if (tensor.equals(graph.output())) {
        return Graph.OUTPUT;
      }
      return tensor.equals(graph.input()) ? tensor.name() + ".dequantised" : tensor.name();
    }

    private static String integers(Tensor tensor) {
      return tensor.name() + ".int8";
    }

    /** Rounds what an operator made, and makes it readable again. */
    void quantise(String made, Tensor tensor) {
      String scale =
          onnx.initializer(
              tensor.name() + ".scale",
              DataType.FLOAT,
              new int[0],
              OnnxWriter.bytes(tensor.quantisation().scale()));
      String zero =
          onnx.initializer(
              tensor.name() + ".zero",
              DataType.INT8,
              new int[0],
              new byte[] {(byte) tensor.quantisation().zeroPoint()});
      onnx.node("QuantizeLinear", integers(tensor), List.of(made, scale, zero));
      onnx.node("DequantizeLinear", name(tensor), List.of(integers(tensor), scale, zero));
    }

    private Void append(
        String type, Tensor output, List<String> inputs, AttributeProto.Builder... attributes) {
      String made = output.name() + ".real";
      onnx.node(type, made, inputs, attributes);
      quantise(made, output);
      return null;
    }

    private String weights(Tensor output, QuantisedWeights weights) {
      String name = output.name() + ".weight";
      int channels = weights.channels();
      return dequantised(
          name,
          onnx.initializer(name + ".int8", DataType.INT8, weights.shape(), weights.values()),
          onnx.initializer(
              name + ".scale",
              DataType.FLOAT,
              new int[] {channels},
              OnnxWriter.bytes(weights.scales())),
          onnx.initializer(
              name + ".zero", DataType.INT8, new int[] {channels}, new byte[channels]));
    }

    private String biases(Tensor input, Tensor output, QuantisedWeights weights) {
      String name = output.name() + ".bias";
      int[] shape = {weights.channels()};
      float[] scales = weights.scales();
      for (int c = 0; c < scales.length; c++) {
        scales[c] *= input.quantisation().scale();
      }
      return dequantised(
          name,
          onnx.initializer(
              name + ".int32", DataType.INT32, shape, OnnxWriter.bytes(weights.biases())),
          onnx.initializer(name + ".scale", DataType.FLOAT, shape, OnnxWriter.bytes(scales)),
          onnx.initializer(
              name + ".zero", DataType.INT32, shape, OnnxWriter.bytes(new int[shape[0]])));
    }

    private String dequantised(String name, String values, String scales, String zeros) {
      onnx.node(
          "DequantizeLinear", name, List.of(values, scales, zeros), OnnxWriter.integer("axis", 0));
      return name;
    }

    @Override
    public Void convolution(QuantisedNode.Convolution node) {
      return append(
          "Conv",
          node.output(),
          List.of(
              name(node.input()),
              weights(node.output(), node.weights()),
              biases(node.input(), node.output(), node.weights())),
          OnnxWriter.convolution(node.kernel(), node.stride(), node.groups()));
    }

    @Override
    public Void table(QuantisedNode.Table node) {
      List<String> inputs = List.of(name(node.input()));
      return switch (node.function()) {
        // The range of the output begins at zero and ends at most at six.
        case RELU, RELU6 -> append("Relu", node.output(), inputs);
        case HARD_SWISH -> append("HardSwish", node.output(), inputs);
        case HARD_SIGMOID ->
            append(
                "HardSigmoid",
                node.output(),
                inputs,
                OnnxWriter.decimal("alpha", 1f / 6f),
                OnnxWriter.decimal("beta", 0.5f));
      };
    }

    @Override
    public Void add(QuantisedNode.Add node) {
      return append("Add", node.output(), List.of(name(node.left()), name(node.right())));
    }

    @Override
    public Void scale(QuantisedNode.Scale node) {
      return append("Mul", node.output(), List.of(name(node.input()), name(node.scale())));
    }

    @Override
    public Void pool(QuantisedNode.Pool node) {
      boolean average = node.kind() == Node.Pool.Kind.AVERAGE;
      return append(
          average ? "AveragePool" : "MaxPool",
          node.output(),
          List.of(name(node.input())),
          OnnxWriter.pool(average, node.kernel(), node.stride(), node.padding()));
    }

    @Override
    public Void globalAveragePool(QuantisedNode.GlobalAveragePool node) {
      return append("GlobalAveragePool", node.output(), List.of(name(node.input())));
    }

    @Override
    public Void linear(QuantisedNode.Linear node) {
      // On integers, so that nothing stands between the matrix product and its input's integers.
      String flat = node.output().name() + ".flat";
      onnx.node(
          "Flatten",
          flat + ".int8",
          List.of(integers(node.input())),
          OnnxWriter.integer("axis", 1));
      onnx.node(
          "DequantizeLinear",
          flat,
          List.of(flat + ".int8", node.input().name() + ".scale", node.input().name() + ".zero"));
      return append(
          "Gemm",
          node.output(),
          List.of(
              flat,
              weights(node.output(), node.weights()),
              biases(node.input(), node.output(), node.weights())),
          OnnxWriter.integer("transB", 1));
    }
  }
}
