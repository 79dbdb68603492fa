package dev.espalier.run;

import dev.espalier.artefact.Digest;
import dev.espalier.space.Architecture;
import java.io.Serializable;

/**
 * A subnet that was extracted, re-calibrated, written as a model file and run from that file. Holds
 * nothing that depends on where or how fast it ran. Immutable.
 */
public final class EmittedSubnet implements Serializable {
  private static final long serialVersionUID = 1;

  private final Architecture architecture;
  private final byte[] model;
  private final int correct;
  private final int images;
  private final double logitDifference;

  /**
   * Takes what a trial found.
   *
   * @param model the content of the model file; copied
   * @param correct images whose first choice was right, evaluated from the file
   * @param images evaluated, at least 1
   * @param logitDifference largest absolute difference between the logits of the file and those of
   *     the training framework, divided by the range of the latter; NaN if any logit is not finite
   */
  public EmittedSubnet(
      Architecture architecture, byte[] model, int correct, int images, double logitDifference) {
    if (images < 1 || correct < 0 || correct > images) {
      throw new IllegalArgumentException(
          "%d correct of %d images: at least 1 image, and correct between 0 and images"
              .formatted(correct, images));
    }
    this.architecture = architecture;
    this.model = model.clone();
    this.correct = correct;
    this.images = images;
    this.logitDifference = logitDifference;
  }

  /** What was emitted. */
  public Architecture architecture() {
    return architecture;
  }

  /** A copy of the model file's content. */
  public byte[] model() {
    return model.clone();
  }

  /** Bytes of the model file. */
  public int size() {
    return model.length;
  }

  /** SHA-256 of the model file, in hexadecimal. */
  public String digest() {
    return Digest.of(model);
  }

  /** Measured top-1 accuracy of the file, fraction of 1. */
  public double measuredAccuracy() {
    return (double) correct / images;
  }

  /** Images it was evaluated on. */
  public int images() {
    return images;
  }

  /** Relative to the logits' range; less is better. */
  public double logitDifference() {
    return logitDifference;
  }
}
