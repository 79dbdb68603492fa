package dev.espalier.training;

import dev.espalier.dataset.ImageSet;
import dev.espalier.dataset.Preprocessing;
import dev.espalier.network.BatchNormStatistics;
import dev.espalier.network.ElasticNetwork;
import dev.espalier.network.TorchNetwork;
import dev.espalier.network.Weights;
import dev.espalier.space.Architecture;
import java.util.stream.IntStream;

/**
 * The full network, re-calibrated, whose outputs subnets are distilled from. Not thread-safe.
 *
 * <p>Its outputs are computed once for each training image and kept, since running it in every step
 * costs as much as training the subnet. They are means over a few augmented views, because
 * augmentation moves images by pixels and leaves their class alone.
 */
final class Teacher implements AutoCloseable {
  /** Images of one pass. */
  static final int BATCH = 250;

  /** Augmented views of each image that the soft targets are the mean of. */
  static final int VIEWS = 2;

  private final ElasticNetwork network;
  private final ImageSet images;
  private final Preprocessing preprocessing;
  private final Preprocessing.Augmentation augmentation;
  private final Architecture full;
  private final TorchNetwork torch;
  private final BatchNormStatistics statistics;

  /**
   * Re-calibrates the largest subnet of some weights.
   *
   * @param images that train
   * @param config says how they are augmented, and how many re-calibrate batch norms
   */
  Teacher(
      ElasticNetwork network,
      Weights weights,
      ImageSet images,
      Preprocessing preprocessing,
      TrainingConfig config) {
    this.network = network;
    this.images = images;
    this.preprocessing = preprocessing;
    this.augmentation = config.augmentation();
    this.full = network.space().largest();
    this.torch = new TorchNetwork(network, weights);
    int n = Math.min(config.calibrationImages(), images.count());
    this.statistics =
        torch.calibrate(
            full, preprocessing.images(images.slice(0, n), network.input(full).side()), n, BATCH);
  }

  /**
   * Writes the soft targets of the images from {@code from} to below {@code to}.
   *
   * @param random draws the views of each image
   * @param softTargets class probabilities {@code (n, classes)} flat, of all images
   */
  void teach(int from, int to, TrainingRandom random, float[] softTargets) {
    int classes = network.classes();
    for (int start = from; start < to; start += BATCH) {
      int[] indices = IntStream.range(start, Math.min(to, start + BATCH)).toArray();
      for (int view = 0; view < VIEWS; view++) {
        float[] logits =
            torch.logits(
                full,
                statistics,
                preprocessing.images(
                    images,
                    indices,
                    network.input(full).side(),
                    augmentation,
                    random.of(TrainingRandom.Stream.TEACHER, (long) start * VIEWS + view)),
                indices.length);
        for (int i = 0; i < indices.length; i++) {
          addProbabilities(logits, i * classes, softTargets, indices[i] * classes, classes);
        }
      }
    }
  }

  private static void addProbabilities(
      float[] logits, int from, float[] softTargets, int to, int classes) {
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = Math.max(max, logits[from + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[from + c] - max);
    }
    for (int c = 0; c < classes; c++) {
      softTargets[to + c] += (float) (Math.exp(logits[from + c] - max) / sum / VIEWS);
    }
  }

  @Override
  public void close() {
    torch.close();
  }
}
