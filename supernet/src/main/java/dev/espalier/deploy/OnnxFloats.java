package dev.espalier.deploy;

import ai.onnxruntime.platform.Fp16Conversions;
import dev.espalier.deploy.onnx.Onnx.AttributeProto;
import dev.espalier.deploy.onnx.Onnx.TensorProto.DataType;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.network.WeightTensor;
import dev.espalier.operator.Precision;
import java.util.List;

/**
 * Writes one float graph as ONNX, in float32 or float16. Input and output are float32 in both; in
 * float16, casts stand at either end.
 */
final class OnnxFloats implements Node.Visitor<Void> {
  /** The largest finite float16. */
  private static final float MOST_HALF = 65504;

  private final String format;
  private final Graph graph;
  private final Precision precision;
  private final OnnxWriter writer = new OnnxWriter();

  private OnnxFloats(String format, Graph graph, Precision precision) {
    this.format = format;
    this.graph = graph;
    this.precision = precision;
  }

  static byte[] write(String format, Graph graph, Precision precision) {
    OnnxFloats floats = new OnnxFloats(format, graph, precision);
    OnnxWriter writer = floats.writer;
    boolean half = precision == Precision.FLOAT16;
    if (half) {
      writer.node("Cast", floats.name(graph.input()), List.of(Graph.INPUT), to(DataType.FLOAT16));
    }
    graph.nodes().forEach(node -> node.accept(floats));
    if (half) {
      writer.node("Cast", Graph.OUTPUT, List.of(floats.name(graph.output())), to(DataType.FLOAT));
    }
    writer.input(Graph.INPUT, graph.input().shape());
    writer.output(
        Graph.OUTPUT,
        graph.output().shape(),
        graph.nodes().get(graph.nodes().size() - 1) instanceof Node.Linear);
    return writer.finish(graph.name(), graph.metadata());
  }

  private static AttributeProto.Builder to(DataType type) {
    return OnnxWriter.integer("to", type.getNumber());
  }

  @Override
  public Void convolution(Node.Convolution node) {
    return append(
        "Conv",
        node.output(),
        List.of(
            name(node.input()),
            weight(node.output(), "weight", node.weight()),
            weight(node.output(), "bias", node.bias())),
        OnnxWriter.convolution(node.kernel(), node.stride(), node.groups()));
  }

  @Override
  public Void elementwise(Node.Elementwise node) {
    List<String> inputs = List.of(name(node.input()));
    return switch (node.function()) {
      case RELU -> append("Relu", node.output(), inputs);
      case RELU6 ->
          append(
              "Clip",
              node.output(),
              List.of(
                  name(node.input()),
                  weight(node.output(), "least", scalar(0)),
                  weight(node.output(), "most", scalar(6))));
      case HARD_SWISH -> append("HardSwish", node.output(), inputs);
      case HARD_SIGMOID ->
          append(
              "HardSigmoid",
              node.output(),
              inputs,
              // ONNX's own slope is 0.2
              OnnxWriter.decimal("alpha", 1f / 6f),
              OnnxWriter.decimal("beta", 0.5f));
    };
  }

  @Override
  public Void add(Node.Add node) {
    return append("Add", node.output(), List.of(name(node.left()), name(node.right())));
  }

  @Override
  public Void scale(Node.Scale node) {
    return append("Mul", node.output(), List.of(name(node.input()), name(node.scale())));
  }

  @Override
  public Void pool(Node.Pool node) {
    boolean average = node.kind() == Node.Pool.Kind.AVERAGE;
    return append(
        average ? "AveragePool" : "MaxPool",
        node.output(),
        List.of(name(node.input())),
        OnnxWriter.pool(average, node.kernel(), node.stride(), node.padding()));
  }

  @Override
  public Void globalAveragePool(Node.GlobalAveragePool node) {
    return append("GlobalAveragePool", node.output(), List.of(name(node.input())));
  }

  @Override
  public Void linear(Node.Linear node) {
    String flat = node.output().name() + ".flat";
    writer.node("Flatten", flat, List.of(name(node.input())), OnnxWriter.integer("axis", 1));
    return append(
        "Gemm",
        node.output(),
        List.of(
            flat,
            weight(node.output(), "weight", node.weight()),
            weight(node.output(), "bias", node.bias())),
        OnnxWriter.integer("transB", 1));
  }

  private static WeightTensor scalar(float value) {
    return new WeightTensor(new int[0], new float[] {value});
  }

  /** The name a tensor has in the file. */
  private String name(Tensor tensor) {
    if (precision == Precision.FLOAT16) {
      // The casts make and take what has the names of the graph's ends.
      return tensor.equals(graph.input()) ? tensor.name() + ".half" : tensor.name();
    }
    return tensor.equals(graph.output()) ? Graph.OUTPUT : tensor.name();
  }

  private Void append(
      String type, Tensor output, List<String> inputs, AttributeProto.Builder... attributes) {
    writer.node(type, name(output), inputs, attributes);
    return null;
  }

  private String weight(Tensor output, String part, WeightTensor tensor) {
    String name = output.name() + "." + part;
    if (precision == Precision.FLOAT16) {
      short[] halves = new short[tensor.length()];
      for (int i = 0; i < halves.length; i++) {
        if (!(Math.abs(tensor.value(i)) <= MOST_HALF)) {
          throw new InexpressibleException(
              format,
              output.name(),
              "its %s holds %s, beyond %s, the largest number of float16"
                  .formatted(part, tensor.value(i), MOST_HALF));
        }
        halves[i] = Fp16Conversions.floatToFp16(tensor.value(i));
      }
      return writer.initializer(name, DataType.FLOAT16, tensor.shape(), OnnxWriter.bytes(halves));
    }
    return writer.initializer(
        name, DataType.FLOAT, tensor.shape(), OnnxWriter.bytes(tensor.values()));
  }
}
