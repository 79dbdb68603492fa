package dev.espalier.dataset;

import java.util.random.RandomGenerator;

/**
 * What a network sees: pixels of 0 to 255 become {@code (pixel / 255 - mean) / deviation},
 * resampled to the side the subnet takes.
 *
 * @param mean of pixels scaled to 0..1, over the training images
 * @param deviation of the same, positive
 */
public record Preprocessing(double mean, double deviation) {
  public Preprocessing {
    if (!(deviation > 0) || !Double.isFinite(mean)) {
      throw new IllegalArgumentException(
          "mean " + mean + ", deviation " + deviation + ": the deviation must be positive");
    }
  }

  /**
   * Random changes to training images.
   *
   * @param flipShare probability of a horizontal flip, 0 to 1
   * @param maxShift pixels that an image is shifted by at most, each way, at least 0; what comes in
   *     at the border is black
   */
  public record Augmentation(double flipShare, int maxShift) {
    /** Images as they are. */
    public static final Augmentation NONE = new Augmentation(0, 0);

    public Augmentation {
      if (!(flipShare >= 0 && flipShare <= 1) || maxShift < 0) {
        throw new IllegalArgumentException(
            "augmentation: flipShare is %s, allowed: 0 to 1; maxShift is %d, allowed: not negative"
                .formatted(flipShare, maxShift));
      }
    }
  }

  /** Mean and deviation over all pixels of a set. */
  public static Preprocessing fittedOn(ImageSet set) {
    long sum = 0;
    long squares = 0;
    int size = set.count() * set.channels() * set.side() * set.side();
    for (int i = 0; i < size; i++) {
      long v = set.pixel(i);
      sum += v;
      squares += v * v;
    }
    double mean = (double) sum / size;
    double variance = (double) squares / size - mean * mean;
    return new Preprocessing(mean / 255, Math.sqrt(variance) / 255);
  }

  /**
   * All images of a set, without augmentation.
   *
   * @return {@code (n, channels, side, side)} flat
   */
  public float[] images(ImageSet set, int side) {
    int[] all = new int[set.count()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    return images(set, all, side, Augmentation.NONE, null);
  }

  /**
   * Chosen images of a set.
   *
   * @param indices which
   * @param random draws augmentations; not used, and may be null, for {@link Augmentation#NONE}
   * @return {@code (indices.length, channels, side, side)} flat
   */
  public float[] images(
      ImageSet set, int[] indices, int side, Augmentation augmentation, RandomGenerator random) {
    int from = set.side();
    int channels = set.channels();
    Resampling resampling = new Resampling(from, side);
    float[] values = new float[256];
    for (int v = 0; v < 256; v++) {
      values[v] = (float) ((v / 255.0 - mean) / deviation);
    }
    float[] plane = new float[from * from];
    float[] scratch = new float[from * side];
    float[] out = new float[indices.length * channels * side * side];
    for (int n = 0; n < indices.length; n++) {
      boolean flip = augmentation.flipShare > 0 && random.nextDouble() < augmentation.flipShare;
      int reach = augmentation.maxShift;
      int dx = reach == 0 ? 0 : random.nextInt(2 * reach + 1) - reach;
      int dy = reach == 0 ? 0 : random.nextInt(2 * reach + 1) - reach;
      for (int c = 0; c < channels; c++) {
        int base = (indices[n] * channels + c) * from * from;
        for (int y = 0; y < from; y++) {
          int sy = y + dy;
          for (int x = 0; x < from; x++) {
            int sx = (flip ? from - 1 - x : x) + dx;
            boolean inside = sx >= 0 && sx < from && sy >= 0 && sy < from;
            plane[y * from + x] = values[inside ? set.pixel(base + sy * from + sx) : 0];
          }
        }
        resampling.apply(plane, 0, out, (n * channels + c) * side * side, scratch);
      }
    }
    return out;
  }
}
