package dev.espalier.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Writes pickles of protocol 2 as {@code torch.save} does. */
final class PickleWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A global, called with arguments if there are any. */
  record Call(String module, String name, List<?> arguments) {}

  /** A global that is only named. */
  record Name(String module, String name) {}

  /** A persistent id. */
  record Persistent(List<?> id) {}

  PickleWriter() {
    out.write(0x80);
    out.write(2);
  }

  PickleWriter value(Object value) {
    if (value == null) {
      out.write('N');
    } else if (value instanceof Boolean truth) {
      out.write(truth ? 0x88 : 0x89);
    } else if (value instanceof byte[] little) {
      out.write(0x8a);
      out.write(little.length);
      out.writeBytes(little);
    } else if (value instanceof Number number) {
      out.write('J');
      out.writeBytes(little(number.intValue()));
    } else if (value instanceof String text) {
      byte[] utf8 = text.getBytes(UTF_8);
      out.write('X');
      out.writeBytes(little(utf8.length));
      out.writeBytes(utf8);
    } else if (value instanceof List<?> tuple) {
      out.write('(');
      tuple.forEach(this::value);
      out.write('t');
    } else if (value instanceof Object[] list) {
      out.write(']');
      out.write('(');
      for (Object element : list) {
        value(element);
      }
      out.write('e');
    } else if (value instanceof Map<?, ?> map) {
      out.write('}');
      items(map);
    } else if (value instanceof Name name) {
      name(name);
    } else if (value instanceof Call call) {
      name(new Name(call.module, call.name));
      value(call.arguments);
      out.write('R');
    } else if (value instanceof Persistent persistent) {
      value(persistent.id);
      out.write('Q');
    } else {
      throw new IllegalArgumentException("" + value);
    }
    return this;
  }

  /** Sets items of what is on the stack. */
  PickleWriter items(Map<?, ?> map) {
    out.write('(');
    map.forEach(
        (key, value) -> {
          value(key);
          value(value);
        });
    out.write('u');
    return this;
  }

  PickleWriter raw(int... opcodes) {
    for (int opcode : opcodes) {
      out.write(opcode);
    }
    return this;
  }

  private void name(Name name) {
    out.write('c');
    out.writeBytes((name.module + "\n" + name.name + "\n").getBytes(UTF_8));
  }

  private static byte[] little(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  byte[] stop() {
    out.write('.');
    return out.toByteArray();
  }
}
