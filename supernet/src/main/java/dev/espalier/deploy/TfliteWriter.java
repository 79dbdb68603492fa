package dev.espalier.deploy;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.espalier.graph.Quantisation;
import dev.espalier.operator.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts one TFLite model together: tensors, operators, and the flat buffer around them.
 *
 * <p>Field numbers are those of TensorFlow Lite's schema, version 3 ({@code
 * tensorflow/lite/schema/schema.fbs}, Apache-2.0). The batch is 1 and can be resized: shapes state
 * it as -1 in their signature.
 */
final class TfliteWriter {
  private static final int SCHEMA = 3;

  /** Runtimes map buffers into memory; their kernels read whole vectors. */
  private static final int ALIGNMENT = 16;

  /** Element types, as the schema numbers them. */
  enum Type {
    FLOAT32(0),
    INT32(2),
    INT8(9);

    private final int code;

    Type(int code) {
      this.code = code;
    }
  }

  /** Operators, as the schema numbers them. */
  enum Operator {
    ADD(0, 1, 2),
    AVERAGE_POOL_2D(1, 1, 2),
    CONV_2D(3, 1, 3),
    DEPTHWISE_CONV_2D(4, 1, 3),
    MAX_POOL_2D(17, 1, 2),
    MUL(18, 1, 2),
    RELU(19, 1, 2),
    RELU6(21, 1, 2),
    RESHAPE(22, 1, 1),
    PAD(34, 1, 2),
    MEAN(40, 1, 2),
    PADV2(60, 1, 2),
    HARD_SWISH(117, 1, 1);

    private final int code;
    private final int floatVersion;
    private final int integerVersion;

    Operator(int code, int floatVersion, int integerVersion) {
      this.code = code;
      this.floatVersion = floatVersion;
      this.integerVersion = integerVersion;
    }
  }

  /** An activation that an operator applies to what it makes, as the schema numbers them. */
  enum Fused {
    NONE(0),
    RELU(1),
    RELU6(3);

    private final int code;

    Fused(int code) {
      this.code = code;
    }
  }

  /**
   * Options of an operator: a table of scalars.
   *
   * @param union the number of the table in the schema's union
   * @param bytes fields of one byte, by number
   * @param ints fields of four bytes, by number
   */
  record Options(int union, SortedMap<Integer, Byte> bytes, SortedMap<Integer, Integer> ints) {
    /** No table. */
    static final Options NONE = of(0);

    static Options of(int union) {
      return new Options(union, new TreeMap<>(), new TreeMap<>());
    }

    Options withByte(int field, int value) {
      SortedMap<Integer, Byte> more = new TreeMap<>(bytes);
      more.put(field, (byte) value);
      return new Options(union, more, ints);
    }

    Options withInt(int field, int value) {
      SortedMap<Integer, Integer> more = new TreeMap<>(ints);
      more.put(field, value);
      return new Options(union, bytes, more);
    }

    /** Of a convolution. */
    static Options convolution(boolean same, int stride, Fused fused) {
      return of(1)
          .withByte(0, same ? 0 : 1)
          .withInt(1, stride)
          .withInt(2, stride)
          .withByte(3, fused.code)
          .withInt(4, 1)
          .withInt(5, 1);
    }

    /** Of a depthwise convolution, one output a channel. */
    static Options depthwise(boolean same, int stride, Fused fused) {
      return of(2)
          .withByte(0, same ? 0 : 1)
          .withInt(1, stride)
          .withInt(2, stride)
          .withInt(3, 1)
          .withByte(4, fused.code)
          .withInt(5, 1)
          .withInt(6, 1);
    }

    /** Of a pool. */
    static Options pool(boolean same, int stride, int kernel) {
      return of(5)
          .withByte(0, same ? 0 : 1)
          .withInt(1, stride)
          .withInt(2, stride)
          .withInt(3, kernel)
          .withInt(4, kernel);
    }

    /** Of a sum. */
    static Options add(Fused fused) {
      return of(11).withByte(0, fused.code);
    }

    /** Of a product. */
    static Options multiply() {
      return of(21);
    }

    /** Of a mean that keeps its dimensions. */
    static Options mean() {
      return of(27).withByte(0, 1);
    }
  }

  private record TensorEntry(
      String name,
      Type type,
      int[] shape,
      boolean batched,
      int buffer,
      float[] scales,
      long[] zeros,
      int dimension) {}

  private record OperatorEntry(Operator operator, int[] inputs, int output, Options options) {}

  private final Type activations;
  private final List<TensorEntry> tensors = new ArrayList<>();
  private final List<byte[]> buffers = new ArrayList<>();
  private final List<OperatorEntry> operators = new ArrayList<>();

  /**
   * A writer.
   *
   * @param activations of feature maps: float32, or int8
   */
  TfliteWriter(Type activations) {
    this.activations = activations;
    buffers.add(new byte[0]); // by the schema, buffer 0 is empty, for tensors without values
  }

  private int tensor(TensorEntry entry) {
    tensors.add(entry);
    return tensors.size() - 1;
  }

  /** A feature map of one image, {@code (1, h, w, c)}. */
  int map(String name, TensorShape shape) {
    return map(name, new int[] {1, shape.height(), shape.width(), shape.channels()}, null);
  }

  /** A feature map of integers. */
  int map(String name, TensorShape shape, Quantisation quantisation) {
    return map(name, new int[] {1, shape.height(), shape.width(), shape.channels()}, quantisation);
  }

  /** A vector of one image, {@code (1, c)}. */
  int vector(String name, int length, Quantisation quantisation) {
    return map(name, new int[] {1, length}, quantisation);
  }

  private int map(String name, int[] shape, Quantisation quantisation) {
    return tensor(
        new TensorEntry(
            name,
            activations,
            shape,
            true,
            0,
            quantisation == null ? null : new float[] {quantisation.scale()},
            quantisation == null ? null : new long[] {quantisation.zeroPoint()},
            0));
  }

  private int constant(
      String name, Type type, int[] shape, byte[] bytes, float[] scales, int dimension) {
    buffers.add(bytes);
    return tensor(
        new TensorEntry(
            name,
            type,
            shape,
            false,
            buffers.size() - 1,
            scales,
            scales == null ? null : new long[scales.length],
            dimension));
  }

  int floats(String name, int[] shape, float[] values) {
    return constant(name, Type.FLOAT32, shape, OnnxWriter.bytes(values), null, 0);
  }

  int ints(String name, int[] shape, int[] values) {
    return constant(name, Type.INT32, shape, OnnxWriter.bytes(values), null, 0);
  }

  /** Symmetric integers with a scale for each index of a dimension. */
  int weights(String name, int[] shape, byte[] values, float[] scales, int dimension) {
    return constant(name, Type.INT8, shape, values, scales, dimension);
  }

  /** One 8-bit integer with a quantisation. */
  int constantMap(String name, byte value, Quantisation quantisation) {
    buffers.add(new byte[] {value});
    return tensor(
        new TensorEntry(
            name,
            Type.INT8,
            new int[] {1},
            false,
            buffers.size() - 1,
            new float[] {quantisation.scale()},
            new long[] {quantisation.zeroPoint()},
            0));
  }

  /** Symmetric integers with a scale each. */
  int biases(String name, int[] values, float[] scales) {
    return constant(
        name, Type.INT32, new int[] {values.length}, OnnxWriter.bytes(values), scales, 0);
  }

  /** Appends an operator. */
  void operator(Operator operator, int output, Options options, int... inputs) {
    operators.add(new OperatorEntry(operator, inputs, output, options));
  }

  /** The bytes of the model. */
  byte[] finish(String name, int input, int output, SortedMap<String, String> metadata) {
    FlatBufferBuilder builder = new FlatBufferBuilder(1024);
    SortedMap<String, Integer> described = new TreeMap<>();
    metadata.forEach(
        (key, value) -> {
          described.put(key, buffers.size());
          buffers.add(value.getBytes(StandardCharsets.UTF_8));
        });
    Map<Operator, Integer> codes = new LinkedHashMap<>();
    operators.stream()
        .map(OperatorEntry::operator)
        .distinct()
        .sorted(Comparator.comparingInt(o -> o.code))
        .forEach(o -> codes.put(o, codes.size()));
    int operatorCodes =
        offsets(builder, codes.keySet().stream().mapToInt(o -> code(builder, o)).toArray());
    int tensorTables =
        offsets(builder, tensors.stream().mapToInt(t -> table(builder, t)).toArray());
    int operatorTables =
        offsets(builder, operators.stream().mapToInt(o -> table(builder, o, codes)).toArray());
    int inputs = ints(builder, input);
    int outputs = ints(builder, output);
    int graphName = builder.createString(name);
    builder.startTable(5);
    builder.addOffset(0, tensorTables, 0);
    builder.addOffset(1, inputs, 0);
    builder.addOffset(2, outputs, 0);
    builder.addOffset(3, operatorTables, 0);
    builder.addOffset(4, graphName, 0);
    int subgraphs = offsets(builder, builder.endTable());
    int bufferTables =
        offsets(builder, buffers.stream().mapToInt(b -> buffer(builder, b)).toArray());
    int metadataTables =
        offsets(
            builder,
            described.entrySet().stream()
                .mapToInt(e -> metadata(builder, e.getKey(), e.getValue()))
                .toArray());
    int description = builder.createString("espalier");
    builder.startTable(7);
    builder.addInt(0, SCHEMA, 0);
    builder.addOffset(1, operatorCodes, 0);
    builder.addOffset(2, subgraphs, 0);
    builder.addOffset(3, description, 0);
    builder.addOffset(4, bufferTables, 0);
    builder.addOffset(6, metadataTables, 0);
    builder.finish(builder.endTable(), "TFL3");
    return builder.sizedByteArray();
  }

  private static int offsets(FlatBufferBuilder builder, int... offsets) {
    builder.startVector(Integer.BYTES, offsets.length, Integer.BYTES);
    for (int i = offsets.length - 1; i >= 0; i--) {
      builder.addOffset(offsets[i]);
    }
    return builder.endVector();
  }

  private static int ints(FlatBufferBuilder builder, int... values) {
    builder.startVector(Integer.BYTES, values.length, Integer.BYTES);
    for (int i = values.length - 1; i >= 0; i--) {
      builder.addInt(values[i]);
    }
    return builder.endVector();
  }

  private int code(FlatBufferBuilder builder, Operator operator) {
    builder.startTable(4);
    builder.addByte(0, (byte) Math.min(operator.code, 127), 0);
    builder.addInt(
        2, activations == Type.INT8 ? operator.integerVersion : operator.floatVersion, 1);
    builder.addInt(3, operator.code, 0);
    return builder.endTable();
  }

  private static int buffer(FlatBufferBuilder builder, byte[] bytes) {
    int data = 0;
    if (bytes.length > 0) {
      ByteBuffer room = builder.createUnintializedVector(1, bytes.length, ALIGNMENT);
      room.order(ByteOrder.LITTLE_ENDIAN).put(bytes);
      data = builder.endVector();
    }
    builder.startTable(1);
    builder.addOffset(0, data, 0);
    return builder.endTable();
  }

  private static int metadata(FlatBufferBuilder builder, String key, int buffer) {
    int name = builder.createString(key);
    builder.startTable(2);
    builder.addOffset(0, name, 0);
    builder.addInt(1, buffer, 0);
    return builder.endTable();
  }

  private static int table(FlatBufferBuilder builder, TensorEntry tensor) {
    int name = builder.createString(tensor.name());
    int shape = ints(builder, tensor.shape());
    int signature = 0;
    if (tensor.batched()) {
      int[] free = tensor.shape().clone();
      free[0] = -1;
      signature = ints(builder, free);
    }
    int quantisation = tensor.scales() == null ? 0 : quantisation(builder, tensor);
    builder.startTable(8);
    builder.addOffset(0, shape, 0);
    builder.addByte(1, (byte) tensor.type().code, 0);
    builder.addInt(2, tensor.buffer(), 0);
    builder.addOffset(3, name, 0);
    builder.addOffset(4, quantisation, 0);
    builder.addOffset(7, signature, 0);
    return builder.endTable();
  }

  private static int quantisation(FlatBufferBuilder builder, TensorEntry tensor) {
    float[] scales = tensor.scales();
    builder.startVector(Float.BYTES, scales.length, Float.BYTES);
    for (int i = scales.length - 1; i >= 0; i--) {
      builder.addFloat(scales[i]);
    }
    int scaleVector = builder.endVector();
    builder.startVector(Long.BYTES, scales.length, Long.BYTES);
    for (int i = scales.length - 1; i >= 0; i--) {
      builder.addLong(tensor.zeros()[i]);
    }
    int zeroVector = builder.endVector();
    builder.startTable(7);
    builder.addOffset(2, scaleVector, 0);
    builder.addOffset(3, zeroVector, 0);
    builder.addInt(6, tensor.dimension(), 0);
    return builder.endTable();
  }

  private static int table(
      FlatBufferBuilder builder, OperatorEntry entry, Map<Operator, Integer> codes) {
    int inputs = ints(builder, entry.inputs());
    int outputs = ints(builder, entry.output());
    Options options = entry.options();
    int optionTable = 0;
    if (options.union() > 0) {
      builder.startTable(7);
      options.ints().forEach((field, value) -> builder.addInt(field, value, 0));
      options.bytes().forEach((field, value) -> builder.addByte(field, value, 0));
      optionTable = builder.endTable();
    }
    builder.startTable(5);
    builder.addInt(0, codes.get(entry.operator()), 0);
    builder.addOffset(1, inputs, 0);
    builder.addOffset(2, outputs, 0);
    builder.addByte(3, (byte) options.union(), 0);
    builder.addOffset(4, optionTable, 0);
    return builder.endTable();
  }
}
