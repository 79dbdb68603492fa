package dev.espalier.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.espalier.checkpoint.PickleWriter.Call;
import dev.espalier.checkpoint.PickleWriter.Name;
import dev.espalier.checkpoint.PickleWriter.Persistent;
import dev.espalier.network.WeightTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes files as {@code torch.save} does. */
final class TorchFiles {
  private static final byte[] MAGIC = {
    0x6c, (byte) 0xfc, (byte) 0x9c, 0x46, (byte) 0xf9, 0x20, 0x6a, (byte) 0xa8, 0x50, 0x19
  };

  private TorchFiles() {}

  /** Of old and of new PyTorch. */
  enum Format {
    LEGACY,
    ZIP
  }

  static Persistent storage(String type, String key, int length) {
    return new Persistent(
        Arrays.asList("storage", new Name("torch", type), key, "cpu", length, null));
  }

  static Call tensor(Persistent storage, int offset, List<?> size, List<?> stride) {
    return new Call(
        "torch._utils",
        "_rebuild_tensor_v2",
        List.of(
            storage,
            offset,
            size,
            stride,
            false,
            new Call("collections", "OrderedDict", List.of())));
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static byte[] file(Format format, Object root, Map<String, byte[]> storages, int width) {
    byte[] pickle = new PickleWriter().value(root).stop();
    return format == Format.LEGACY
        ? legacy(pickle, storages, width)
        : zip(pickle, storages, ZipEntry.STORED);
  }

  private static byte[] legacy(byte[] pickle, Map<String, byte[]> storages, int width) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new PickleWriter().value(MAGIC).stop());
    out.writeBytes(new PickleWriter().value(1001).stop());
    out.writeBytes(new PickleWriter().value(Map.of("little_endian", true)).stop());
    out.writeBytes(pickle);
    out.writeBytes(new PickleWriter().value(storages.keySet().toArray()).stop());
    for (byte[] values : storages.values()) {
      out.writeBytes(
          ByteBuffer.allocate(8)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(values.length / width)
              .array());
      out.writeBytes(values);
    }
    return out.toByteArray();
  }

  static byte[] zip(byte[] pickle, Map<String, byte[]> storages, int method) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("net/data.pkl", pickle);
    entries.put("net/byteorder", "little".getBytes(US_ASCII));
    storages.forEach((key, values) -> entries.put("net/data/" + key, values));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(e.getKey());
        CRC32 sum = new CRC32();
        sum.update(e.getValue());
        entry.setMethod(method);
        entry.setSize(e.getValue().length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(e.getValue());
        zip.closeEntry();
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A state dict, each of whose tensors has a storage of its own. */
  static byte[] stateDict(Format format, SortedMap<String, WeightTensor> tensors) {
    Map<String, Object> dictionary = new LinkedHashMap<>();
    Map<String, byte[]> storages = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          String key = String.valueOf(storages.size());
          storages.put(key, floats(tensor.values()));
          Integer[] strides = new Integer[tensor.shape().length];
          int stride = 1;
          for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= tensor.shape()[i];
          }
          dictionary.put(
              name,
              tensor(
                  storage("FloatStorage", key, tensor.length()),
                  0,
                  Arrays.stream(tensor.shape()).boxed().toList(),
                  List.of(strides)));
        });
    return file(format, Map.of("state_dict", dictionary), storages, Float.BYTES);
  }

  /** A copy of a file with one to three changed bytes, half of the times all near its ends. */
  static byte[] mutated(byte[] file, RandomGenerator random) {
    byte[] mutated = file.clone();
    boolean ends = random.nextBoolean(); // where the structure is
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(ends ? Math.min(file.length, 1024) : file.length);
      mutated[ends && random.nextBoolean() ? file.length - 1 - at : at] =
          (byte) random.nextInt(256);
    }
    return mutated;
  }
}
