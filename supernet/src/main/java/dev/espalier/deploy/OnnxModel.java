package dev.espalier.deploy;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.espalier.graph.Graph;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * An emitted ONNX model in ONNX Runtime on the CPU.
 *
 * <p>Threads do not spin while they wait, so that models on several threads do not steal each
 * other's time. Images and logits pass through direct buffers that are made once for each count.
 * Not thread-safe: one model a thread.
 */
public final class OnnxModel implements RunnableModel {
  private final OrtEnvironment environment;
  private final SessionOptions options;
  private final OrtSession session;
  private final long[] imageShape;
  private final long[] logitsShape;

  private int count;
  private FloatBuffer images;
  private FloatBuffer logits;
  private OnnxTensor imagesTensor;
  private OnnxTensor logitsTensor;

  private OnnxModel(OrtEnvironment environment, SessionOptions options, OrtSession session)
      throws OrtException {
    this.environment = environment;
    this.options = options;
    this.session = session;
    this.imageShape = shape(session.getInputInfo(), Graph.INPUT);
    this.logitsShape = shape(session.getOutputInfo(), Graph.OUTPUT);
  }

  private static long[] shape(Map<String, NodeInfo> tensors, String name) throws OrtException {
    NodeInfo node = tensors.get(name);
    if (tensors.size() != 1 || node == null || !(node.getInfo() instanceof TensorInfo info)) {
      throw new OrtException(
          "the model has " + tensors.keySet() + " where one tensor '" + name + "' is needed");
    }
    return info.getShape();
  }

  /**
   * Loads a model that one of the ONNX emitters wrote.
   *
   * @param threads that work on one run, at least 1
   * @throws DeploymentException if ONNX Runtime refuses it
   */
  public static OnnxModel load(byte[] model, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads " + threads + ": at least 1 is needed");
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    SessionOptions options = new SessionOptions();
    OrtSession session = null;
    try {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      // Without VNNI instructions, the fastest integer kernels saturate sums of 16 bits.
      options.addConfigEntry("session.x64quantprecision", "1");
      session = environment.createSession(model, options);
      return new OnnxModel(environment, options, session);
    } catch (OrtException e) {
      close(session, options);
      throw new DeploymentException(
          "ONNX Runtime %s refuses a model of %d bytes: %s"
              .formatted(version(), model.length, e.getMessage()),
          e);
    }
  }

  /** The version of ONNX Runtime, as in {@code 1.29.0}. */
  public static String version() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public DeploymentCard.Runner runner() {
    return new DeploymentCard.Runner("onnxruntime", version());
  }

  @Override
  public int imageLength() {
    return length(imageShape);
  }

  @Override
  public int logitsLength() {
    return length(logitsShape);
  }

  private static int length(long[] shape) {
    long length = 1;
    for (int d = 1; d < shape.length; d++) {
      length *= shape[d];
    }
    return Math.toIntExact(length);
  }

  @Override
  public void feed(float[] images, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count " + count + ": at least 1 image is needed");
    }
    requireLength("images", images, count, imageLength());
    if (count != this.count) {
      allocate(count);
    }
    this.images.put(0, images, 0, count * imageLength());
  }

  @Override
  public void execute() {
    if (count == 0) {
      throw new IllegalStateException("nothing was fed");
    }
    // The result does not own the pinned output; closing it leaves the buffer alone.
    try (OrtSession.Result result =
        session.run(Map.of(Graph.INPUT, imagesTensor), Map.of(Graph.OUTPUT, logitsTensor))) {
      assert result.size() == 1;
    } catch (OrtException e) {
      throw new DeploymentException(
          "ONNX Runtime %s fails on %d images: %s".formatted(version(), count, e.getMessage()), e);
    }
  }

  @Override
  public void fetch(float[] logits) {
    requireLength("logits", logits, count, logitsLength());
    this.logits.get(0, logits, 0, count * logitsLength());
  }

  private static void requireLength(String what, float[] values, int count, int length) {
    if (values.length < count * length) {
      throw new IllegalArgumentException(
          "%s: %d values for %d images of %d each".formatted(what, values.length, count, length));
    }
  }

  private void allocate(int count) {
    closeTensors();
    try {
      images = buffer(count * imageLength());
      logits = buffer(count * logitsLength());
      imagesTensor = OnnxTensor.createTensor(environment, images, shape(imageShape, count));
      logitsTensor = OnnxTensor.createTensor(environment, logits, shape(logitsShape, count));
    } catch (OrtException e) {
      throw new DeploymentException(
          "ONNX Runtime %s has no room for %d images: %s"
              .formatted(version(), count, e.getMessage()),
          e);
    }
    this.count = count;
  }

  private static long[] shape(long[] free, int count) {
    long[] shape = free.clone();
    shape[0] = count;
    return shape;
  }

  private static FloatBuffer buffer(int length) {
    return ByteBuffer.allocateDirect(Float.BYTES * length)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  private void closeTensors() {
    count = 0;
    if (imagesTensor != null) {
      imagesTensor.close();
      imagesTensor = null;
    }
    if (logitsTensor != null) {
      logitsTensor.close();
      logitsTensor = null;
    }
  }

  @Override
  public void close() {
    closeTensors();
    close(session, options);
  }

  private static void close(OrtSession session, SessionOptions options) {
    try (options) {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      throw new DeploymentException("ONNX Runtime does not close: " + e.getMessage(), e);
    }
  }
}
