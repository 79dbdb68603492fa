package dev.espalier.deploy;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The classes that a model gives images: the index of the largest logit, the first of equal ones.
 * Immutable.
 */
public final class Predictions {
  /** Images of one run of a model. */
  public static final int BATCH = 250;

  private final int[] classes;

  private Predictions(int[] classes) {
    this.classes = classes;
  }

  /** Runs images. */
  @FunctionalInterface
  public interface Classifier {
    /**
     * The logits.
     *
     * @param images {@code (count, c, h, w)} flat
     * @return {@code (count, classes)} flat
     */
    float[] logits(float[] images, int count);
  }

  /**
   * Classifies all images of a set, {@value #BATCH} at a time, in order.
   *
   * @param side that the classifier takes
   */
  public static Predictions of(
      Classifier classifier, Preprocessing preprocessing, ImageSet images, int side) {
    int[] classes = new int[images.count()];
    for (int from = 0; from < classes.length; from += BATCH) {
      classify(classifier, preprocessing, images, side, from, classes);
    }
    return new Predictions(classes);
  }

  /** As {@link #of}, of a classifier that is thread-safe, on all threads of the common pool. */
  public static Predictions ofThreadSafe(
      Classifier classifier, Preprocessing preprocessing, ImageSet images, int side) {
    int[] classes = new int[images.count()];
    IntStream.range(0, (classes.length + BATCH - 1) / BATCH)
        .parallel()
        .forEach(b -> classify(classifier, preprocessing, images, side, b * BATCH, classes));
    return new Predictions(classes);
  }

  private static void classify(
      Classifier classifier,
      Preprocessing preprocessing,
      ImageSet images,
      int side,
      int from,
      int[] classes) {
    ImageSet part = images.slice(from, Math.min(images.count(), from + BATCH));
    float[] logits = classifier.logits(preprocessing.images(part, side), part.count());
    int width = logits.length / part.count();
    for (int n = 0; n < part.count(); n++) {
      int best = 0;
      for (int c = 1; c < width; c++) {
        if (logits[n * width + c] > logits[n * width + best]) {
          best = c;
        }
      }
      classes[from + n] = best;
    }
  }

  /** Images classified. */
  public int count() {
    return classes.length;
  }

  /** The share of images given their own class, 0 to 1. */
  public double accuracy(ImageSet images) {
    int right = 0;
    for (int n = 0; n < classes.length; n++) {
      right += classes[n] == images.label(n) ? 1 : 0;
    }
    return (double) right / classes.length;
  }

  /** The share of images given the same class as by others, 0 to 1. */
  public double agreement(Predictions other) {
    int same = 0;
    for (int n = 0; n < classes.length; n++) {
      same += classes[n] == other.classes[n] ? 1 : 0;
    }
    return (double) same / classes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Predictions p && Arrays.equals(classes, p.classes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(classes);
  }
}
