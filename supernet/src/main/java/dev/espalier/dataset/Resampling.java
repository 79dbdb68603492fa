package dev.espalier.dataset;

/**
 * Resamples square images by a separable triangle filter that widens when shrinking (bilinear with
 * antialiasing, half-pixel centres), so that resolutions are an honest loss of detail and not an
 * alias.
 *
 * <p>Immutable and thread-safe.
 */
public final class Resampling {
  private final int from;
  private final int to;
  private final int[] start;
  private final float[][] weights;

  /** From one side to another, both at least 1. */
  public Resampling(int from, int to) {
    this.from = from;
    this.to = to;
    this.start = new int[to];
    this.weights = new float[to][];
    double scale = (double) from / to;
    double support = Math.max(1.0, scale);
    for (int o = 0; o < to; o++) {
      double centre = (o + 0.5) * scale;
      int first = Math.max(0, (int) Math.floor(centre - support + 0.5));
      int last = Math.min(from, (int) Math.floor(centre + support + 0.5));
      double[] w = new double[Math.max(1, last - first)];
      double sum = 0;
      for (int i = 0; i < w.length; i++) {
        w[i] = Math.max(0, 1 - Math.abs((first + i + 0.5 - centre) / support));
        sum += w[i];
      }
      start[o] = Math.min(first, from - w.length);
      weights[o] = new float[w.length];
      for (int i = 0; i < w.length; i++) {
        weights[o][i] = (float) (w[i] / sum);
      }
    }
  }

  /**
   * Resamples one channel.
   *
   * @param source {@code (from, from)} at {@code sourceOffset}
   * @param target receives {@code (to, to)} at {@code targetOffset}
   * @param scratch at least {@code from * to} values, overwritten
   */
  void apply(float[] source, int sourceOffset, float[] target, int targetOffset, float[] scratch) {
    if (from == to) {
      System.arraycopy(source, sourceOffset, target, targetOffset, from * from);
      return;
    }
    for (int y = 0; y < from; y++) {
      for (int x = 0; x < to; x++) {
        float[] w = weights[x];
        int at = sourceOffset + y * from + start[x];
        float sum = 0;
        for (int i = 0; i < w.length; i++) {
          sum += w[i] * source[at + i];
        }
        scratch[y * to + x] = sum;
      }
    }
    for (int y = 0; y < to; y++) {
      float[] w = weights[y];
      for (int x = 0; x < to; x++) {
        float sum = 0;
        for (int i = 0; i < w.length; i++) {
          sum += w[i] * scratch[(start[y] + i) * to + x];
        }
        target[targetOffset + y * to + x] = sum;
      }
    }
  }
}
