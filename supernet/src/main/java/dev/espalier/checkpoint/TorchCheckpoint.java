package dev.espalier.checkpoint;

import dev.espalier.artefact.ArtefactException;
import dev.espalier.network.WeightTensor;
import dev.espalier.network.Weights;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;

/**
 * What {@code torch.save} wrote, in its zip format or the legacy one before PyTorch 1.6, read
 * without running the pickle within: tensors, storages, ordered dictionaries and plain containers
 * are allowed, anything else is refused by its name.
 *
 * <pre>
 * zip     ROOT/data.pkl      a pickle; a persistent id ('storage', TYPE, KEY, device, length) stands
 *         ROOT/data/KEY      for each storage, whose values lie in an entry of their own
 *         ROOT/byteorder     little or big; absent before PyTorch 2.1, which wrote little
 * legacy  five pickles: a magic number, 1001, a description of the system, the object, and the list
 *         of its storages' keys; then for each key the length (8 bytes, little endian) and the values
 * </pre>
 *
 * <p>Names of nested dictionaries are joined by dots. Of a dictionary with one of the usual keys of
 * weights ({@code state_dict}, {@code model_state_dict}, {@code model}) only what is under that key
 * is read, so that optimiser states stay out. Floating-point tensors become float32; values that do
 * not fit (float64) are rounded.
 *
 * @param weights every floating-point tensor by name
 * @param others names of the tensors of whole numbers or truth values, which are not weights
 */
public record TorchCheckpoint(Weights weights, SortedSet<String> others) {
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long LEGACY_PROTOCOL = 1001;
  private static final List<String> WEIGHT_KEYS =
      List.of("state_dict", "model_state_dict", "model");
  private static final int DEEPEST = 32;
  private static final String REMEDY = "fetch or make the file again";

  public TorchCheckpoint {
    others = Collections.unmodifiableSortedSet(new TreeSet<>(others));
  }

  /** Types of storages by the names that pickles give them. */
  private enum Type {
    FloatStorage(4),
    DoubleStorage(8),
    HalfStorage(2),
    BFloat16Storage(2),
    LongStorage(8),
    IntStorage(4),
    ShortStorage(2),
    CharStorage(1),
    ByteStorage(1),
    BoolStorage(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    boolean floating() {
      return this == FloatStorage
          || this == DoubleStorage
          || this == HalfStorage
          || this == BFloat16Storage;
    }

    static Type named(String name) {
      return Arrays.stream(values()).filter(t -> t.name().equals(name)).findFirst().orElse(null);
    }
  }

  /** Values whose place in the file is found after the pickle is read. */
  private record Storage(Type type, String key, long length) {}

  private record Tensor(Storage storage, long offset, List<Long> size, List<Long> stride) {}

  /**
   * Reads a file.
   *
   * @param source what to call it in a message, such as its path
   * @throws ArtefactException if it is of another format, truncated, inconsistent, or its pickle
   *     names what is not allowed
   */
  public static TorchCheckpoint read(byte[] file, String source) {
    boolean zip = file.length > 4 && file[0] == 'P' && file[1] == 'K' && file[2] == 3;
    return new Reader(file, source).read(zip);
  }

  /** The globals that checkpoints need; keeps the storages that were referred to. */
  private static final class TorchGlobals implements Pickle.Globals {
    private static final String TENSOR = "torch._utils._rebuild_tensor";
    private static final String TENSOR_V2 = "torch._utils._rebuild_tensor_v2";
    private static final String PARAMETER = "torch._utils._rebuild_parameter";
    private static final String DICTIONARY = "collections.OrderedDict";
    private static final String SIZE = "torch.Size";
    private static final Set<String> CALLED =
        Set.of(TENSOR, TENSOR_V2, PARAMETER, DICTIONARY, SIZE);

    private final Map<String, Storage> storages = new LinkedHashMap<>();

    @Override
    public boolean allows(Pickle.Global global) {
      return CALLED.contains(global.toString()) || type(global) != null;
    }

    private static Type type(Pickle.Global global) {
      return global.module().equals("torch") ? Type.named(global.name()) : null;
    }

    @Override
    public Object call(Pickle.Global global, List<?> arguments) {
      return switch (global.toString()) {
        case TENSOR, TENSOR_V2 ->
            new Tensor(
                (Storage) arguments.get(0),
                (Long) arguments.get(1),
                longs(arguments.get(2)),
                longs(arguments.get(3)));
        case PARAMETER -> (Tensor) arguments.get(0);
        case DICTIONARY -> dictionary(arguments);
        case SIZE -> longs(arguments.get(0));
        default -> throw new IllegalArgumentException(global + " is called, but is no function");
      };
    }

    private static List<Long> longs(Object values) {
      return ((List<?>) values).stream().map(v -> (Long) v).toList();
    }

    private static Map<Object, Object> dictionary(List<?> arguments) {
      Map<Object, Object> dictionary = new LinkedHashMap<>();
      if (!arguments.isEmpty()) {
        for (Object pair : (List<?>) arguments.get(0)) {
          List<?> both = (List<?>) pair;
          dictionary.put((String) both.get(0), both.get(1));
        }
      }
      return dictionary;
    }

    @Override
    public Object persistent(Object id) {
      List<?> parts = (List<?>) id;
      if (!"storage".equals(parts.get(0))) {
        throw new IllegalArgumentException(
            "a persistent id stands for '%s': only storages are read".formatted(parts.get(0)));
      }
      if (parts.size() > 5 && parts.get(5) != Pickle.NONE) {
        throw new IllegalArgumentException(
            "a storage is a view of another (PyTorch before 0.4): save the file with a newer one");
      }
      Type type = type((Pickle.Global) parts.get(1));
      String key = String.valueOf(parts.get(2));
      Storage storage =
          new Storage(
              Objects.requireNonNull(type, "a storage without a type"), key, (Long) parts.get(4));
      Storage known = storages.putIfAbsent(key, storage);
      if (known != null && !known.equals(storage)) {
        throw new IllegalArgumentException(
            "storage '%s' is described twice: %s and %s".formatted(key, known, storage));
      }
      return storage;
    }
  }

  /** Reads one file. */
  private static final class Reader {
    private final byte[] file;
    private final String source;
    private final TorchGlobals globals = new TorchGlobals();
    private final Map<String, ByteBuffer> values = new HashMap<>();
    private final SortedMap<String, WeightTensor> weights = new TreeMap<>();
    private final SortedSet<String> others = new TreeSet<>();
    private long elements;

    Reader(byte[] file, String source) {
      this.file = file;
      this.source = source;
    }

    TorchCheckpoint read(boolean zip) {
      Object root = zip ? zip() : legacy();
      if (root instanceof Map<?, ?> top) {
        for (String key : WEIGHT_KEYS) {
          if (top.get(key) instanceof Map<?, ?> inner) {
            root = inner;
            break;
          }
        }
      }
      collect("", root, 0, Collections.newSetFromMap(new IdentityHashMap<>()));
      if (weights.isEmpty()) {
        throw wrong("no floating-point tensor in it: save a model's state_dict()", null);
      }
      return new TorchCheckpoint(new Weights(weights), others);
    }

    private Object legacy() {
      ByteBuffer bytes = ByteBuffer.wrap(file);
      if (file.length < 2
          || file[0] != (byte) 0x80
          || !LEGACY_MAGIC.equals(Pickle.read(bytes, globals, source))) {
        throw new ArtefactException(
            source + ": not a file that torch.save wrote, neither as zip nor in the legacy format");
      }
      Object protocol = Pickle.read(bytes, globals, source);
      if (!Long.valueOf(LEGACY_PROTOCOL).equals(protocol)) {
        throw wrong("legacy protocol " + protocol + ", not " + LEGACY_PROTOCOL, null);
      }
      if (!(Pickle.read(bytes, globals, source) instanceof Map<?, ?> system)
          || !Boolean.TRUE.equals(system.get("little_endian"))) {
        throw wrong("it does not say that its values are little endian", null);
      }
      Object root = Pickle.read(bytes, globals, source);
      if (!(Pickle.read(bytes, globals, source) instanceof List<?> keys)) {
        throw wrong("the list of storages is missing", null);
      }
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      Set<Object> seen = new HashSet<>();
      for (Object key : keys) {
        Storage storage = globals.storages.get(String.valueOf(key));
        if (storage == null || !seen.add(key)) {
          throw wrong("storage '" + key + "' belongs to no tensor, or is listed twice", null);
        }
        if (bytes.remaining() < Long.BYTES) {
          throw truncated(storage, bytes.remaining());
        }
        long length = bytes.getLong();
        if (length != storage.length) {
          throw wrong(
              "storage '%s' has %d values, %d were announced"
                  .formatted(key, length, storage.length),
              null);
        }
        values.put(storage.key, slice(bytes, storage));
      }
      return root;
    }

    private ByteBuffer slice(ByteBuffer bytes, Storage storage) {
      if (storage.length < 0 || storage.length > bytes.remaining() / storage.type.bytes) {
        throw truncated(storage, bytes.remaining());
      }
      int length = Math.toIntExact(storage.length * storage.type.bytes);
      ByteBuffer part = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.position(bytes.position() + length);
      return part;
    }

    private Object zip() {
      try (ZipFile zip =
          ZipFile.builder()
              .setSeekableByteChannel(new SeekableInMemoryByteChannel(file))
              .setIgnoreLocalFileHeader(false)
              .get()) {
        ZipArchiveEntry pickle = null;
        for (Enumeration<ZipArchiveEntry> entries = zip.getEntries(); entries.hasMoreElements(); ) {
          ZipArchiveEntry entry = entries.nextElement();
          if (entry.getName().endsWith("/data.pkl") || entry.getName().equals("data.pkl")) {
            pickle = entry;
          }
        }
        if (pickle == null) {
          throw wrong("a zip archive without data.pkl: torch.save did not write it", null);
        }
        String root =
            pickle.getName().substring(0, pickle.getName().length() - "data.pkl".length());
        ZipArchiveEntry order = zip.getEntry(root + "byteorder");
        if (order != null
            && !new String(content(zip, order), java.nio.charset.StandardCharsets.US_ASCII)
                .strip()
                .equals("little")) {
          throw wrong("its values are not little endian: save it on another machine", null);
        }
        Object object = Pickle.read(ByteBuffer.wrap(content(zip, pickle)), globals, source);
        for (Storage storage : globals.storages.values()) {
          ZipArchiveEntry entry = zip.getEntry(root + "data/" + storage.key);
          if (entry == null) {
            throw wrong("storage '" + storage.key + "' has no entry in the archive", null);
          }
          values.put(storage.key, slice(ByteBuffer.wrap(content(zip, entry)), storage));
        }
        return object;
      } catch (IOException | IllegalArgumentException e) {
        throw wrong("the zip archive is truncated or damaged (" + e.getMessage() + ")", e);
      }
    }

    private byte[] content(ZipFile zip, ZipArchiveEntry entry) throws IOException {
      // torch.save stores without compression, so that nothing can be larger than the file.
      if (entry.getMethod() != ZipArchiveEntry.STORED || entry.getSize() > file.length) {
        throw wrong(
            "entry " + entry.getName() + " is compressed: torch.save did not write it", null);
      }
      byte[] content;
      try (var in = zip.getInputStream(entry)) {
        content = in.readNBytes((int) entry.getSize());
      }
      java.util.zip.CRC32 sum = new java.util.zip.CRC32();
      sum.update(content);
      if (content.length != entry.getSize() || sum.getValue() != entry.getCrc()) {
        throw wrong("entry " + entry.getName() + " is truncated or altered (checksum)", null);
      }
      return content;
    }

    /** Walks dictionaries only: weights lie nowhere else. */
    private void collect(String name, Object value, int depth, Set<Object> seen) {
      if (value instanceof Tensor tensor) {
        add(name, tensor);
      } else if (value instanceof Map<?, ?> map) {
        if (depth > DEEPEST || !seen.add(map)) {
          throw wrong("a dictionary within itself, twice, or too deep, at '" + name + "'", null);
        }
        map.forEach(
            (key, inner) ->
                collect(name.isEmpty() ? "" + key : name + "." + key, inner, depth + 1, seen));
      }
    }

    private void add(String name, Tensor tensor) {
      Storage storage = tensor.storage;
      int rank = tensor.size.size();
      if (tensor.stride.size() != rank) {
        throw wrong("tensor '" + name + "' has " + rank + " sizes and other strides", null);
      }
      int[] shape = new int[rank];
      long count = 1;
      long last = tensor.offset;
      for (int d = 0; d < rank; d++) {
        long size = tensor.size.get(d);
        long stride = tensor.stride.get(d);
        if (size < 0 || size > Integer.MAX_VALUE || stride < 0 || stride > Integer.MAX_VALUE) {
          throw wrong("tensor '%s' of size %s".formatted(name, tensor.size), null);
        }
        shape[d] = (int) size;
        count = Math.min(count * size, Integer.MAX_VALUE); // larger than any storage
        last = Math.min(last + Math.max(0, size - 1) * stride, Long.MAX_VALUE / 4);
      }
      if (tensor.offset < 0 || count > storage.length || (count > 0 && last >= storage.length)) {
        throw wrong(
            "tensor '%s' of size %s, stride %s and offset %d does not lie within its storage of %d values"
                .formatted(name, tensor.size, tensor.stride, tensor.offset, storage.length),
            null);
      }
      elements += count;
      if (elements > file.length) {
        throw wrong("its tensors share storages so often that they exceed the file", null);
      }
      if (!values.containsKey(storage.key)) {
        throw wrong("the values of tensor '" + name + "' are missing", null);
      }
      if (storage.type.floating()) {
        weights.put(name, new WeightTensor(shape, floats(tensor, shape, (int) count)));
      } else {
        others.add(name);
      }
    }

    private float[] floats(Tensor tensor, int[] shape, int count) {
      ByteBuffer bytes = values.get(tensor.storage.key);
      float[] floats = new float[count];
      int[] index = new int[shape.length];
      long at = tensor.offset;
      for (int i = 0; i < count; i++) {
        floats[i] = value(bytes, tensor.storage.type, (int) at);
        for (int d = shape.length - 1; d >= 0; d--) {
          at += tensor.stride.get(d);
          if (++index[d] < shape[d]) {
            break;
          }
          at -= tensor.stride.get(d) * shape[d];
          index[d] = 0;
        }
      }
      return floats;
    }

    private static float value(ByteBuffer bytes, Type type, int index) {
      return switch (type) {
        case FloatStorage -> bytes.getFloat(index * Float.BYTES);
        case DoubleStorage -> (float) bytes.getDouble(index * Double.BYTES);
        case BFloat16Storage ->
            Float.intBitsToFloat(bytes.getShort(index * Short.BYTES) << Short.SIZE);
        case HalfStorage -> half(Short.toUnsignedInt(bytes.getShort(index * Short.BYTES)));
        default -> throw new IllegalArgumentException(type + " holds no floating-point values");
      };
    }

    /** IEEE 754 binary16; JDK 20 has {@code Float.float16ToFloat}. */
    private static float half(int bits) {
      int exponent = bits >> 10 & 0x1f;
      int mantissa = bits & 0x3ff;
      float magnitude =
          switch (exponent) {
            case 0 -> mantissa * 0x1p-24f;
            case 0x1f -> mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Math.scalb(1 + mantissa * 0x1p-10f, exponent - 15);
          };
      return bits >> 15 == 0 ? magnitude : -magnitude;
    }

    private ArtefactException truncated(Storage storage, int left) {
      return wrong(
          "truncated: storage '%s' of %d values of %d bytes does not fit into the %d bytes left"
              .formatted(storage.key, storage.length, storage.type.bytes, left),
          null);
    }

    private ArtefactException wrong(String what, Exception cause) {
      return new ArtefactException(source + ": " + what + "; " + REMEDY, cause);
    }
  }
}
