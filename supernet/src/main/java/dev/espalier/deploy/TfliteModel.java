package dev.espalier.deploy;

import dev.espalier.graph.Quantisation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.tensorflow.lite.DataType;
import org.tensorflow.lite.Interpreter;
import org.tensorflow.lite.Tensor;
import org.tensorflow.lite.TensorFlowLite;

/**
 * An emitted TFLite model in the TensorFlow Lite runtime on the CPU, without delegates. Images are
 * turned to channels last, and to integers where the model takes those, when they are fed. Not
 * thread-safe: one model a thread.
 */
public final class TfliteModel implements RunnableModel {
  private static final String LIBRARY = "/native/lib/libtensorflowlite_jni.so";

  private final ByteBuffer model;
  private final Interpreter interpreter;
  private final int[] imageShape;
  private final int logitsLength;
  private int count;
  private ByteBuffer images;
  private ByteBuffer logits;

  private TfliteModel(ByteBuffer model, Interpreter interpreter) {
    this.model = model;
    this.interpreter = interpreter;
    this.imageShape = interpreter.getInputTensor(0).shape();
    this.logitsLength = length(interpreter.getOutputTensor(0).shape());
  }

  /** Loads the runtime once for the JVM. */
  private static final class Native {
    static final String VERSION = load();

    private static String load() {
      try (InputStream in = TfliteModel.class.getResourceAsStream(LIBRARY)) {
        if (in == null) {
          throw new UnsatisfiedLinkError(LIBRARY + " is not on the class path");
        }
        Path library = Files.createTempFile("tensorflowlite", ".so");
        try {
          Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
          System.load(library.toString());
        } finally {
          Files.delete(library); // the mapping stays
        }
      } catch (IOException e) {
        throw new UncheckedIOException("TensorFlow Lite's library cannot be unpacked", e);
      }
      return TensorFlowLite.runtimeVersion();
    }
  }

  /**
   * Loads a model that one of the TFLite emitters wrote.
   *
   * @param threads that work on one run, at least 1
   * @throws DeploymentException if TensorFlow Lite refuses it
   */
  public static TfliteModel load(byte[] model, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + ": at least 1 is needed");
    }
    String version = version();
    ByteBuffer bytes = ByteBuffer.allocateDirect(model.length).order(ByteOrder.nativeOrder());
    bytes.put(model).rewind();
    try {
      Interpreter interpreter =
          new Interpreter(bytes, new Interpreter.Options().setNumThreads(threads));
      return new TfliteModel(bytes, interpreter);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new DeploymentException(
          "TensorFlow Lite %s refuses a model of %d bytes: %s"
              .formatted(version, model.length, e.getMessage()),
          e);
    }
  }

  /** The version of the runtime, as in {@code 2.6.2}. */
  public static String version() {
    return Native.VERSION;
  }

  @Override
  public DeploymentCard.Runner runner() {
    return new DeploymentCard.Runner("tensorflow-lite", version());
  }

  private static int length(int[] shape) {
    int length = 1;
    for (int d = 1; d < shape.length; d++) {
      length *= shape[d];
    }
    return length;
  }

  @Override
  public int imageLength() {
    return length(imageShape);
  }

  @Override
  public int logitsLength() {
    return logitsLength;
  }

  @Override
  public void feed(float[] values, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count " + count + ": at least 1 image is needed");
    }
    requireLength("images", values, count, imageLength());
    if (count != this.count) {
      allocate(count);
    }
    Tensor input = interpreter.getInputTensor(0);
    boolean integers = input.dataType() == DataType.INT8;
    Quantisation quantisation = integers ? quantisation(input) : null;
    int plane = imageShape[1] * imageShape[2];
    int channels = imageShape[3];
    images.rewind();
    for (int n = 0; n < count; n++) {
      for (int p = 0; p < plane; p++) {
        for (int c = 0; c < channels; c++) {
          float value = values[(n * channels + c) * plane + p];
          if (integers) {
            images.put(quantisation.quantised(value));
          } else {
            images.putFloat(value);
          }
        }
      }
    }
  }

  private static Quantisation quantisation(Tensor tensor) {
    return new Quantisation(
        tensor.quantizationParams().getScale(), tensor.quantizationParams().getZeroPoint());
  }

  private void allocate(int count) {
    try {
      interpreter.resizeInput(0, new int[] {count, imageShape[1], imageShape[2], imageShape[3]});
      interpreter.allocateTensors();
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new DeploymentException(
          "TensorFlow Lite %s has no room for %d images: %s"
              .formatted(version(), count, e.getMessage()),
          e);
    }
    images = buffer(interpreter.getInputTensor(0).numBytes());
    logits = buffer(interpreter.getOutputTensor(0).numBytes());
    this.count = count;
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public void execute() {
    if (count == 0) {
      throw new IllegalStateException("nothing was fed");
    }
    images.rewind();
    logits.rewind();
    try {
      interpreter.run(images, logits);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new DeploymentException(
          "TensorFlow Lite %s fails on %d images: %s".formatted(version(), count, e.getMessage()),
          e);
    }
  }

  @Override
  public void fetch(float[] values) {
    requireLength("logits", values, count, logitsLength);
    Tensor output = interpreter.getOutputTensor(0);
    int[] shape = output.shape();
    boolean integers = output.dataType() == DataType.INT8;
    Quantisation quantisation = integers ? quantisation(output) : null;
    int channels = shape[shape.length - 1];
    int plane = logitsLength / channels;
    logits.rewind();
    for (int n = 0; n < count; n++) {
      for (int p = 0; p < plane; p++) {
        for (int c = 0; c < channels; c++) {
          values[(n * channels + c) * plane + p] =
              integers ? quantisation.real(logits.get()) : logits.getFloat();
        }
      }
    }
  }

  private static void requireLength(String what, float[] values, int count, int length) {
    if (values.length < count * length) {
      throw new IllegalArgumentException(
          "%s: %d values for %d images of %d each".formatted(what, values.length, count, length));
    }
  }

  @Override
  public void close() {
    interpreter.close();
    assert model.isDirect(); // the interpreter reads it until it is closed
  }
}
