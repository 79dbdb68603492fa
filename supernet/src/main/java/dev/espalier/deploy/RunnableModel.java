package dev.espalier.deploy;

/**
 * An emitted model in an engine of this machine. Images and logits are floats whatever the model
 * computes in: integer models round them as the file says. Not thread-safe: one model a thread.
 */
public interface RunnableModel extends AutoCloseable {
  /** The engine. */
  DeploymentCard.Runner runner();

  /** Values of one image. */
  int imageLength();

  /** Values of one image's output. */
  int logitsLength();

  /**
   * Runs images: {@link #feed}, {@link #execute}, {@link #fetch}.
   *
   * @param images {@code (count, c, h, w)} flat, in the first elements
   * @param logits receives {@code (count, classes)} flat
   */
  default void run(float[] images, int count, float[] logits) {
    feed(images, count);
    execute();
    fetch(logits);
  }

  /**
   * Runs images.
   *
   * @param images {@code (count, c, h, w)} flat, in the first elements
   * @return {@code (count, classes)} flat
   */
  default float[] logits(float[] images, int count) {
    float[] logits = new float[count * logitsLength()];
    run(images, count, logits);
    return logits;
  }

  /**
   * Copies images into the input buffer.
   *
   * @param images {@code (count, c, h, w)} flat, in the first elements
   */
  void feed(float[] images, int count);

  /**
   * Runs what was fed last, and as little else as the engine allows: this is what to time.
   *
   * @throws IllegalStateException if nothing was fed
   * @throws DeploymentException if the engine fails
   */
  void execute();

  /**
   * Copies the logits of the last execution.
   *
   * @param logits receives {@code (count, classes)} flat
   */
  void fetch(float[] logits);

  @Override
  void close();
}
