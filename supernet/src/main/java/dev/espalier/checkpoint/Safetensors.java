package dev.espalier.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.espalier.artefact.ArtefactException;
import dev.espalier.artefact.Json;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads and writes weights as safetensors, float32 only.
 *
 * <pre>
 * offset  size  content
 * 0       8     N, little endian, unsigned: length of the header
 * 8       N     JSON, UTF-8, padded with spaces so that the data start on a multiple of 8:
 *               {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...,
 *                "__metadata__": {"KEY": "TEXT", ...}}     (metadata are optional, and ignored)
 * 8 + N   ...   the tensors, little endian, row major; offsets count from here; together they cover
 *               every byte exactly once
 * </pre>
 *
 * <p>Written bytes depend on the weights alone: tensors lie in the order of their names. Files are
 * limited to 2 GiB, the length of a Java array.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format's specification</a>
 */
public final class Safetensors {
  private static final String METADATA = "__metadata__";
  private static final String DTYPE = "F32";
  private static final int ALIGNMENT = 8;
  private static final String REMEDY = "fetch or make the file again";

  private Safetensors() {}

  /**
   * The bytes of weights.
   *
   * @throws IllegalArgumentException if they are more than a Java array holds
   */
  public static byte[] write(Weights weights) {
    StringBuilder header = new StringBuilder("{");
    long offset = 0;
    for (Map.Entry<String, WeightTensor> entry : weights.tensors().entrySet()) {
      WeightTensor tensor = entry.getValue();
      long end = offset + (long) Float.BYTES * tensor.length();
      header
          .append(header.length() == 1 ? "" : ",")
          .append(Json.tree(entry.getKey())) // quotes and escapes
          .append(":{\"dtype\":\"" + DTYPE + "\",\"shape\":")
          .append(Json.tree(tensor.shape()))
          .append(",\"data_offsets\":[")
          .append(offset)
          .append(',')
          .append(end)
          .append("]}");
      offset = end;
    }
    header.append('}');
    byte[] json = header.toString().getBytes(UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    long size = Long.BYTES + padded + offset;
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "weights of " + size + " bytes: one safetensors file holds at most 2 GiB here");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(padded).put(json);
    while (bytes.position() < Long.BYTES + padded) {
      bytes.put((byte) ' ');
    }
    for (WeightTensor tensor : weights.tensors().values()) {
      bytes.asFloatBuffer().put(tensor.values());
      bytes.position(bytes.position() + Float.BYTES * tensor.length());
    }
    return bytes.array();
  }

  private record Entry(String name, int[] shape, long begin, long end) {}

  /**
   * Reads a file's content.
   *
   * @param file is viewed, not copied: nobody may write it afterwards
   * @param source what to call it in a message, such as its path
   * @throws ArtefactException if it is truncated, has parts that overlap or belong to no tensor,
   *     sizes that contradict their shapes, or a data type other than F32
   */
  public static Weights read(byte[] file, String source) {
    return read(ByteBuffer.wrap(file), source);
  }

  /**
   * Maps a file into memory: its pages are read when they are needed, and do not burden the heap.
   * The mapping lasts as long as the weights; the file's name is not needed any more.
   *
   * @throws IOException if it cannot be mapped
   * @throws ArtefactException as {@link #read(byte[], String)} does
   */
  public static Weights map(Path file, String source) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), source);
    }
  }

  private static Weights read(ByteBuffer file, String source) {
    ByteBuffer bytes = file.order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.capacity();
    long headerLength = length < Long.BYTES ? -1 : bytes.getLong(0);
    if (headerLength < 0 || headerLength > length - Long.BYTES) {
      throw wrong(
          source,
          length < Long.BYTES
              ? "only " + length + " bytes, a safetensors file starts with 8 of header length"
              : "truncated, or not a safetensors file: a header of "
                  + Long.toUnsignedString(headerLength)
                  + " bytes does not fit into "
                  + length);
    }
    int data = Long.BYTES + (int) headerLength;
    byte[] json = new byte[(int) headerLength];
    bytes.get(Long.BYTES, json);
    List<Entry> entries = entries(Json.read(json, JsonNode.class, source + ", header"), source);
    long expected = 0;
    for (Entry entry : entries) {
      if (entry.begin != expected) {
        throw wrong(
            source,
            "tensor '%s' begins at %d, not at %d: parts overlap or belong to no tensor"
                .formatted(entry.name, entry.begin, expected));
      }
      expected = entry.end;
    }
    if (expected != length - data) {
      throw wrong(
          source,
          "%d bytes of tensors where the header states %d: truncated or altered"
              .formatted(length - data, expected));
    }
    SortedMap<String, WeightTensor> tensors = new TreeMap<>();
    for (Entry entry : entries) {
      ByteBuffer part = bytes.slice(data + (int) entry.begin, (int) (entry.end - entry.begin));
      tensors.put(
          entry.name,
          WeightTensor.viewing(entry.shape, part.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()));
    }
    return new Weights(tensors);
  }

  /** The tensors that a header lists, by place. */
  private static List<Entry> entries(JsonNode header, String source) {
    if (!header.isObject()) {
      throw wrong(source, "the header is not a JSON object");
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> property : header.properties()) {
      if (!property.getKey().equals(METADATA)) {
        entries.add(entry(property.getKey(), property.getValue(), source));
      }
    }
    entries.sort(
        Comparator.comparingLong(Entry::begin)
            .thenComparingLong(Entry::end)
            .thenComparing(Entry::name));
    return entries;
  }

  private static Entry entry(String name, JsonNode node, String source) {
    String dtype = node.path("dtype").asText();
    if (!dtype.equals(DTYPE)) {
      throw new ArtefactException(
          "%s: tensor '%s' has data type '%s'; only F32 is read: convert it"
              .formatted(source, name, dtype));
    }
    int[] shape = new int[node.path("shape").size()];
    long size = Float.BYTES;
    for (int i = 0; i < shape.length; i++) {
      JsonNode dimension = node.path("shape").get(i);
      if (!dimension.canConvertToInt() || dimension.intValue() < 0) {
        throw wrong(source, "tensor '" + name + "' has shape " + node.path("shape"));
      }
      shape[i] = dimension.intValue();
      size = Math.min(size * shape[i], Integer.MAX_VALUE); // no file is larger
    }
    JsonNode offsets = node.path("data_offsets");
    if (!node.path("shape").isArray()
        || offsets.size() != 2
        || !offsets.get(0).canConvertToLong()
        || !offsets.get(1).canConvertToLong()) {
      throw wrong(source, "tensor '" + name + "' lacks a shape or its two data_offsets");
    }
    long begin = offsets.get(0).longValue();
    long end = offsets.get(1).longValue();
    if (end - begin != size) {
      throw wrong(
          source,
          "tensor '%s' of shape %s needs %d bytes, its offsets %s hold %d"
              .formatted(name, node.path("shape"), size, offsets, end - begin));
    }
    return new Entry(name, shape, begin, end);
  }

  private static ArtefactException wrong(String source, String what) {
    return new ArtefactException(source + ": " + what + "; " + REMEDY);
  }
}
