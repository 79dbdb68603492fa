package dev.espalier.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.espalier.artefact.ArtefactException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads Python pickles (protocols 0 to 5) without running anything: a pickle may build numbers,
 * texts, lists, tuples and dictionaries, and apply the {@link Globals} that its reader knows. What
 * names any other global is refused by that name.
 *
 * <p>Python's values become {@link Long} or {@link BigInteger}, {@link Double}, {@link Boolean},
 * {@link String}, {@code byte[]}, {@link List} (lists, and tuples as unmodifiable lists), {@link
 * Map} in the order of insertion, and {@link #NONE}. Time and memory are bounded by the length of
 * the pickle.
 *
 * @see <a href="https://docs.python.org/3/library/pickletools.html">the opcodes</a>
 */
final class Pickle {
  /** Python's {@code None}. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  private static final Object MARK =
      new Object() {
        @Override
        public String toString() {
          return "mark";
        }
      };

  private static final int HIGHEST_PROTOCOL = 5;
  private static final int MOST_LONG_BYTES = 64;

  /** A class or function that a pickle names. */
  record Global(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /** What a reader lets pickles name, apply and refer to. */
  interface Globals {
    /** Whether a pickle may name it. */
    boolean allows(Global global);

    /**
     * What calling a global gives.
     *
     * @throws IllegalArgumentException if it cannot be called with these
     */
    Object call(Global global, List<?> arguments);

    /**
     * What a persistent id stands for.
     *
     * @throws IllegalArgumentException if it stands for nothing known
     */
    Object persistent(Object id);
  }

  private final ByteBuffer bytes;
  private final Globals globals;
  private final String source;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private int opcodeAt;

  private Pickle(ByteBuffer bytes, Globals globals, String source) {
    this.bytes = bytes;
    this.globals = globals;
    this.source = source;
  }

  /**
   * Reads one pickle and leaves the buffer behind it.
   *
   * @param bytes from its position on; the order is set to little endian
   * @param source what to call it in a message, such as its path
   * @throws ArtefactException if it is truncated, malformed, or names a global that is not allowed
   */
  static Object read(ByteBuffer bytes, Globals globals, String source) {
    Pickle pickle = new Pickle(bytes.order(ByteOrder.LITTLE_ENDIAN), globals, source);
    try {
      return pickle.run();
    } catch (BufferUnderflowException e) {
      throw pickle.wrong("truncated: it ends within an instruction", e);
    } catch (IllegalArgumentException | ClassCastException | IndexOutOfBoundsException e) {
      throw pickle.wrong(Objects.requireNonNullElse(e.getMessage(), "malformed"), e);
    }
  }

  private ArtefactException wrong(String what, RuntimeException cause) {
    return new ArtefactException(
        "%s: pickle, byte %d: %s; fetch or make the file again".formatted(source, opcodeAt, what),
        cause);
  }

  private Object run() {
    while (true) {
      opcodeAt = bytes.position();
      int opcode = unsigned();
      if (opcode == '.') {
        return pop();
      }
      if (!constant(opcode) && !container(opcode) && !object(opcode) && !memory(opcode)) {
        throw new IllegalArgumentException(
            "unknown instruction 0x%02x: this is not a pickle, or one of a newer protocol"
                .formatted(opcode));
      }
    }
  }

  private boolean constant(int opcode) {
    switch (opcode) {
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) bytes.getInt());
      case 'K' -> push((long) unsigned());
      case 'M' -> push((long) Short.toUnsignedInt(bytes.getShort()));
      case 0x8a -> push(integer(unsigned()));
      case 0x8b -> push(integer(length(bytes.getInt())));
      case 'I' -> push(textInteger(line()));
      case 'L' -> push(textInteger(line()));
      case 'F' -> push(Double.parseDouble(line()));
      case 'G' -> {
        push(bytes.order(ByteOrder.BIG_ENDIAN).getDouble());
        bytes.order(ByteOrder.LITTLE_ENDIAN);
      }
      case 'X' -> push(text(length(bytes.getInt()), UTF_8));
      case 0x8c -> push(text(unsigned(), UTF_8));
      case 0x8d -> push(text(length(bytes.getLong()), UTF_8));
      case 'V' -> push(line());
      case 'U' -> push(text(unsigned(), ISO_8859_1));
      case 'T' -> push(text(length(bytes.getInt()), ISO_8859_1));
      case 'B' -> push(raw(length(bytes.getInt())));
      case 'C' -> push(raw(unsigned()));
      case 0x8e -> push(raw(length(bytes.getLong())));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case '(' -> push(MARK);
      case ')' -> push(List.of());
      case 't' -> push(tuple(popToMark()));
      case 0x85 -> push(tuple(pop(1)));
      case 0x86 -> push(tuple(pop(2)));
      case 0x87 -> push(tuple(pop(3)));
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(new ArrayList<>(popToMark()));
      case 'a' -> {
        Object value = pop();
        list(top()).add(value);
      }
      case 'e' -> {
        List<Object> values = popToMark();
        list(top()).addAll(values);
      }
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        putAll(map, popToMark());
        push(map);
      }
      case 's' -> {
        List<Object> pair = pop(2);
        putAll(map(top()), pair);
      }
      case 'u' -> {
        List<Object> pairs = popToMark();
        putAll(map(top()), pairs);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int opcode) {
    switch (opcode) {
      case 'c' -> push(global(line(), line()));
      case 0x93 -> {
        List<Object> names = pop(2);
        push(global((String) names.get(0), (String) names.get(1)));
      }
      case 'R', 0x81 -> {
        List<Object> call = pop(2);
        push(globals.call((Global) call.get(0), (List<?>) call.get(1)));
      }
      case 'b' -> {
        // State of an ordered dictionary: attributes such as _metadata, which hold no weights.
        pop();
        map(top());
      }
      case 'Q' -> push(globals.persistent(pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memory(int opcode) {
    switch (opcode) {
      case 0x80 -> {
        int protocol = unsigned();
        if (protocol > HIGHEST_PROTOCOL) {
          throw new IllegalArgumentException(
              "protocol " + protocol + "; up to " + HIGHEST_PROTOCOL + " are read");
        }
      }
      case 0x95 -> length(bytes.getLong());
      case 'q' -> memo.put((long) unsigned(), top());
      case 'r' -> memo.put(Integer.toUnsignedLong(bytes.getInt()), top());
      case 'p' -> memo.put(Long.parseLong(line()), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(memo((long) unsigned()));
      case 'j' -> push(memo(Integer.toUnsignedLong(bytes.getInt())));
      case 'g' -> push(memo(Long.parseLong(line())));
      case '0' -> pop();
      case '1' -> popToMark();
      case '2' -> push(top());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw new IllegalArgumentException("an instruction finds nothing to work on");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> pop(int count) {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return Arrays.asList(values);
  }

  private List<Object> popToMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw new IllegalArgumentException("an instruction finds no mark");
    }
    List<Object> tail = stack.subList(mark, stack.size());
    List<Object> values = new ArrayList<>(tail.subList(1, tail.size()));
    tail.clear();
    return values;
  }

  private static List<Object> tuple(List<Object> values) {
    return Collections.unmodifiableList(values);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    if (value instanceof ArrayList<?>) {
      return (List<Object>) value;
    }
    throw new IllegalArgumentException("an instruction adds to what is not a list");
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Object value) {
    if (value instanceof LinkedHashMap<?, ?>) {
      return (Map<Object, Object>) value;
    }
    throw new IllegalArgumentException("an instruction sets items of what is not a dictionary");
  }

  private static void putAll(Map<Object, Object> map, List<Object> pairs) {
    if (pairs.size() % 2 != 0) {
      throw new IllegalArgumentException("a key has no value");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      Object key = pairs.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw new IllegalArgumentException("a dictionary key is neither a text nor a whole number");
      }
      map.put(key, pairs.get(i + 1));
    }
  }

  private Global global(String module, String name) {
    Global global = new Global(module, name);
    if (!globals.allows(global)) {
      throw new IllegalArgumentException(
          "global '%s' is not allowed: only tensors, storages and plain containers are read, nothing is run; save the tensors alone (a state dict)"
              .formatted(global));
    }
    return global;
  }

  private Object memo(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new IllegalArgumentException("memo " + index + " is empty");
    }
    return value;
  }

  private int unsigned() {
    return Byte.toUnsignedInt(bytes.get());
  }

  private int length(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException(
          "truncated: %d bytes are announced, %d are left".formatted(length, bytes.remaining()));
    }
    return (int) length;
  }

  private byte[] raw(int length) {
    byte[] raw = new byte[length(length)];
    bytes.get(raw);
    return raw;
  }

  private String text(int length, Charset charset) {
    return new String(raw(length), charset);
  }

  /** Up to the next line feed, which is skipped. */
  private String line() {
    int from = bytes.position();
    int to = from;
    while (to < bytes.limit() && bytes.get(to) != '\n') {
      to++;
    }
    String line = text(to - from, US_ASCII);
    bytes.get();
    return line;
  }

  private Object integer(int length) {
    if (length > MOST_LONG_BYTES) {
      throw new IllegalArgumentException("a whole number of " + length + " bytes");
    }
    byte[] little = raw(length);
    byte[] big = new byte[Math.max(1, length)];
    for (int i = 0; i < length; i++) {
      big[length - 1 - i] = little[i];
    }
    return narrowed(new BigInteger(big));
  }

  private static Object textInteger(String text) {
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> {
        String digits = text.endsWith("L") ? text.substring(0, text.length() - 1) : text;
        if (digits.length() > MOST_LONG_BYTES) {
          throw new IllegalArgumentException("a whole number of " + digits.length() + " digits");
        }
        yield narrowed(new BigInteger(digits));
      }
    };
  }

  private static Object narrowed(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }
}
