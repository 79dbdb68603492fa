package dev.espalier.deploy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.espalier.deploy.onnx.Onnx;
import dev.espalier.deploy.onnx.Onnx.AttributeProto;
import dev.espalier.deploy.onnx.Onnx.AttributeProto.AttributeType;
import dev.espalier.deploy.onnx.Onnx.GraphProto;
import dev.espalier.deploy.onnx.Onnx.ModelProto;
import dev.espalier.deploy.onnx.Onnx.NodeProto;
import dev.espalier.deploy.onnx.Onnx.TensorProto;
import dev.espalier.deploy.onnx.Onnx.TensorShapeProto.Dimension;
import dev.espalier.graph.Graph;
import dev.espalier.graph.Node;
import dev.espalier.graph.Node.Tensor;
import dev.espalier.network.WeightTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes ONNX: IR version {@value #IR_VERSION}, default operators of opset {@value #OPSET},
 * float32.
 *
 * <p>Input {@code image} has shape {@code (n, c, h, w)} and output {@code logits} {@code (n,
 * classes)}, with {@code n} free; a graph that does not end in a linear layer keeps its four
 * dimensions.
 */
public final class OnnxEmitter implements Emitter {
  /** Version of the default operator set: the first after hard swish came (14), read everywhere. */
  public static final int OPSET = 17;

  /** Version of the file format that ONNX pairs with that operator set. */
  public static final int IR_VERSION = 8;

  private static final String BATCH = "n";

  @Override
  public String format() {
    return "onnx";
  }

  @Override
  public String version() {
    return "opset " + OPSET + ", IR " + IR_VERSION;
  }

  @Override
  public String fileName() {
    return "model.onnx";
  }

  @Override
  public byte[] emit(Graph graph) {
    Writer writer = new Writer(graph);
    graph.nodes().forEach(node -> node.accept(writer));
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("espalier")
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(
                writer
                    .proto
                    .setName(graph.name())
                    .addInput(writer.value(graph.input()))
                    .addOutput(writer.value(graph.output())));
    graph
        .metadata()
        .forEach(
            (key, value) ->
                model.addMetadataProps(
                    Onnx.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return bytes(model.build());
  }

  private static byte[] bytes(ModelProto model) {
    byte[] bytes = new byte[model.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      model.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the array has the size that was asked for
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  /** Appends one graph's nodes. */
  private static final class Writer implements Node.Visitor<Void> {
    private final Graph graph;
    private final GraphProto.Builder proto = GraphProto.newBuilder();

    Writer(Graph graph) {
      this.graph = graph;
    }

    @Override
    public Void convolution(Node.Convolution node) {
      long kernel = node.kernel();
      long padding = kernel / 2;
      return append(
          "Conv",
          node.output(),
          List.of(
              name(node.input()),
              weight(node.output(), "weight", node.weight()),
              weight(node.output(), "bias", node.bias())),
          integers("dilations", 1, 1),
          integer("group", node.groups()),
          integers("kernel_shape", kernel, kernel),
          integers("pads", padding, padding, padding, padding),
          integers("strides", node.stride(), node.stride()));
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
                decimal("alpha", 1f / 6f),
                decimal("beta", 0.5f));
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
      long padding = node.padding();
      List<AttributeProto.Builder> attributes = new ArrayList<>();
      if (average && padding > 0) {
        attributes.add(integer("count_include_pad", 0));
      }
      // Windows that the border cuts are there in the average, which counts what is inside.
      attributes.add(integer("ceil_mode", average && padding == 0 ? 1 : 0));
      attributes.add(integers("kernel_shape", node.kernel(), node.kernel()));
      attributes.add(integers("pads", padding, padding, padding, padding));
      attributes.add(integers("strides", node.stride(), node.stride()));
      return append(
          average ? "AveragePool" : "MaxPool",
          node.output(),
          List.of(name(node.input())),
          attributes.toArray(AttributeProto.Builder[]::new));
    }

    @Override
    public Void globalAveragePool(Node.GlobalAveragePool node) {
      return append("GlobalAveragePool", node.output(), List.of(name(node.input())));
    }

    @Override
    public Void linear(Node.Linear node) {
      String flat = node.output().name() + ".flat";
      append("Flatten", flat, List.of(name(node.input())), integer("axis", 1));
      return append(
          "Gemm",
          node.output(),
          List.of(
              flat,
              weight(node.output(), "weight", node.weight()),
              weight(node.output(), "bias", node.bias())),
          integer("transB", 1));
    }

    private static WeightTensor scalar(float value) {
      return new WeightTensor(new int[0], new float[] {value});
    }

    /** The name a tensor has in the file. */
    private String name(Tensor tensor) {
      return tensor.equals(graph.output()) ? Graph.OUTPUT : tensor.name();
    }

    private Void append(
        String type, Tensor output, List<String> inputs, AttributeProto.Builder... attributes) {
      return append(type, name(output), inputs, attributes);
    }

    private Void append(
        String type, String output, List<String> inputs, AttributeProto.Builder... attributes) {
      NodeProto.Builder node =
          NodeProto.newBuilder()
              .setName(output)
              .setOpType(type)
              .addAllInput(inputs)
              .addOutput(output);
      Arrays.stream(attributes).forEach(node::addAttribute);
      proto.addNode(node);
      return null;
    }

    private String weight(Tensor output, String part, WeightTensor tensor) {
      ByteBuffer bytes =
          ByteBuffer.allocate(Float.BYTES * tensor.length()).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(tensor.values());
      String name = output.name() + "." + part;
      TensorProto.Builder initializer =
          TensorProto.newBuilder()
              .setName(name)
              .setDataType(TensorProto.DataType.FLOAT_VALUE)
              .setRawData(ByteString.copyFrom(bytes.array()));
      Arrays.stream(tensor.shape()).forEach(initializer::addDims);
      proto.addInitializer(initializer);
      return name;
    }

    private Onnx.ValueInfoProto.Builder value(Tensor tensor) {
      List<Dimension.Builder> dimensions = new ArrayList<>();
      dimensions.add(Dimension.newBuilder().setDimParam(BATCH));
      dimensions.add(dimension(tensor.shape().channels()));
      if (!vector(tensor)) {
        dimensions.add(dimension(tensor.shape().height()));
        dimensions.add(dimension(tensor.shape().width()));
      }
      Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
      dimensions.forEach(shape::addDim);
      return Onnx.ValueInfoProto.newBuilder()
          .setName(name(tensor))
          .setType(
              Onnx.TypeProto.newBuilder()
                  .setTensorType(
                      Onnx.TypeProto.Tensor.newBuilder()
                          .setElemType(TensorProto.DataType.FLOAT_VALUE)
                          .setShape(shape)));
    }

    /** Whether a linear layer makes it: it has two dimensions in the file. */
    private boolean vector(Tensor tensor) {
      return graph.nodes().stream()
          .anyMatch(n -> n instanceof Node.Linear && n.output().equals(tensor));
    }

    private static Dimension.Builder dimension(int size) {
      return Dimension.newBuilder().setDimValue(size);
    }

    private static AttributeProto.Builder integer(String name, long value) {
      return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value);
    }

    private static AttributeProto.Builder integers(String name, long... values) {
      AttributeProto.Builder attribute =
          AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
      Arrays.stream(values).forEach(attribute::addInts);
      return attribute;
    }

    private static AttributeProto.Builder decimal(String name, float value) {
      return AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT).setF(value);
    }
  }
}
