package dev.espalier.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/**
 * Writes a record component by component and reads it through its canonical constructor, so that
 * what the constructor checks holds for what was read. Spark's Kryo 4 knows nothing of records.
 */
final class RecordSerializer<T extends Record> extends Serializer<T> {
  private final RecordComponent[] components;
  private final Constructor<T> constructor;

  RecordSerializer(Class<T> type) {
    components = type.getRecordComponents();
    try {
      constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has its canonical constructor: " + type, e);
    }
    constructor.setAccessible(true);
    for (RecordComponent component : components) {
      component.getAccessor().setAccessible(true);
    }
    setImmutable(true);
  }

  @Override
  public void write(Kryo kryo, Output output, T record) {
    try {
      for (RecordComponent component : components) {
        kryo.writeClassAndObject(output, component.getAccessor().invoke(record));
      }
    } catch (ReflectiveOperationException e) {
      throw new KryoException("writing " + record.getClass().getName(), e);
    }
  }

  @Override
  public T read(Kryo kryo, Input input, Class<T> type) {
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = kryo.readClassAndObject(input);
    }
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new KryoException("reading " + type.getName(), e);
    }
  }
}
