package dev.espalier.deploy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.espalier.deploy.onnx.Onnx;
import dev.espalier.deploy.onnx.Onnx.AttributeProto;
import dev.espalier.deploy.onnx.Onnx.AttributeProto.AttributeType;
import dev.espalier.deploy.onnx.Onnx.GraphProto;
import dev.espalier.deploy.onnx.Onnx.ModelProto;
import dev.espalier.deploy.onnx.Onnx.NodeProto;
import dev.espalier.deploy.onnx.Onnx.TensorProto.DataType;
import dev.espalier.deploy.onnx.Onnx.TensorShapeProto.Dimension;
import dev.espalier.operator.TensorShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;

/** Puts one ONNX model together: nodes, initializers, and the model around them. */
final class OnnxWriter {
  /** Version of the default operator set: the first after hard swish came (14), read everywhere. */
  static final int OPSET = 17;

  /** Version of the file format that ONNX pairs with that operator set. */
  static final int IR_VERSION = 8;

  static final String VERSION = "opset " + OPSET + ", IR " + IR_VERSION;

  private static final String BATCH = "n";

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /** Appends a node with one output, which is its name as well. */
  void node(String type, String output, List<String> inputs, AttributeProto.Builder... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(output);
    Arrays.stream(attributes).forEach(node::addAttribute);
    graph.addNode(node);
  }

  /**
   * Appends an initializer.
   *
   * @param shape empty for a scalar
   * @param bytes little-endian
   * @return its name
   */
  String initializer(String name, DataType type, int[] shape, byte[] bytes) {
    Onnx.TensorProto.Builder initializer =
        Onnx.TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    Arrays.stream(shape).forEach(initializer::addDims);
    graph.addInitializer(initializer);
    return name;
  }

  static byte[] bytes(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static byte[] bytes(int... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  static byte[] bytes(short... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Short.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(values);
    return bytes.array();
  }

  /** States the model's input. */
  void input(String name, TensorShape shape) {
    graph.addInput(value(name, shape, false));
  }

  /**
   * States the model's output.
   *
   * @param flat whether it has two dimensions
   */
  void output(String name, TensorShape shape, boolean flat) {
    graph.addOutput(value(name, shape, flat));
  }

  private static Onnx.ValueInfoProto.Builder value(String name, TensorShape shape, boolean flat) {
    List<Dimension.Builder> dimensions = new ArrayList<>();
    dimensions.add(Dimension.newBuilder().setDimParam(BATCH));
    dimensions.add(Dimension.newBuilder().setDimValue(shape.channels()));
    if (!flat) {
      dimensions.add(Dimension.newBuilder().setDimValue(shape.height()));
      dimensions.add(Dimension.newBuilder().setDimValue(shape.width()));
    }
    Onnx.TensorShapeProto.Builder proto = Onnx.TensorShapeProto.newBuilder();
    dimensions.forEach(proto::addDim);
    return Onnx.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            Onnx.TypeProto.newBuilder()
                .setTensorType(
                    Onnx.TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT.getNumber())
                        .setShape(proto)));
  }

  /** The bytes of the model. */
  byte[] finish(String name, SortedMap<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("espalier")
            .addOpsetImport(Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(graph.setName(name));
    metadata.forEach(
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

  static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value);
  }

  static AttributeProto.Builder integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute;
  }

  static AttributeProto.Builder decimal(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT).setF(value);
  }

  /** Of a convolution padded by half its kernel. */
  static AttributeProto.Builder[] convolution(int kernel, int stride, int groups) {
    long padding = kernel / 2;
    return new AttributeProto.Builder[] {
      integers("dilations", 1, 1),
      integer("group", groups),
      integers("kernel_shape", kernel, kernel),
      integers("pads", padding, padding, padding, padding),
      integers("strides", stride, stride)
    };
  }

  /** Of a pool. */
  static AttributeProto.Builder[] pool(boolean average, int kernel, int stride, int padding) {
    List<AttributeProto.Builder> attributes = new ArrayList<>();
    if (average && padding > 0) {
      attributes.add(integer("count_include_pad", 0));
    }
    // Windows that the border cuts are there in the average, which counts what is inside.
    attributes.add(integer("ceil_mode", average && padding == 0 ? 1 : 0));
    attributes.add(integers("kernel_shape", kernel, kernel));
    attributes.add(integers("pads", padding, padding, padding, padding));
    attributes.add(integers("strides", stride, stride));
    return attributes.toArray(AttributeProto.Builder[]::new);
  }
}
