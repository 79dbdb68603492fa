package dev.espalier.dataset;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Square labelled images of 8-bit channels, {@code (n, channels, side, side)}. Immutable. */
public final class ImageSet {
  private final int channels;
  private final int side;
  private final byte[] pixels;
  private final byte[] labels;

  /**
   * Takes images; the arrays are copied.
   *
   * @param pixels {@code (labels.length, channels, side, side)} flat, unsigned
   * @param labels class of each image, from 0
   */
  public ImageSet(int channels, int side, byte[] pixels, byte[] labels) {
    this(channels, side, pixels.clone(), labels.clone(), Ownership.TAKEN);
  }

  private enum Ownership {
    TAKEN
  }

  private ImageSet(int channels, int side, byte[] pixels, byte[] labels, Ownership taken) {
    if ((long) labels.length * channels * side * side != pixels.length) {
      throw new IllegalArgumentException(
          "%d images of %d channels and side %d need %d bytes, not %d"
              .formatted(
                  labels.length,
                  channels,
                  side,
                  (long) labels.length * channels * side * side,
                  pixels.length));
    }
    this.channels = channels;
    this.side = side;
    this.pixels = pixels;
    this.labels = labels;
  }

  /** Number of images. */
  public int count() {
    return labels.length;
  }

  /** Channels of an image. */
  public int channels() {
    return channels;
  }

  /** Rows and columns of an image. */
  public int side() {
    return side;
  }

  /** The class of an image. */
  public int label(int image) {
    return labels[image];
  }

  /** One value, 0 to 255, by flat index into {@code (n, channels, side, side)}. */
  public int pixel(int index) {
    return pixels[index] & 0xff;
  }

  /** Images {@code from} (inclusive) to {@code to} (exclusive). */
  public ImageSet slice(int from, int to) {
    int size = channels * side * side;
    return new ImageSet(
        channels,
        side,
        Arrays.copyOfRange(pixels, from * size, to * size),
        Arrays.copyOfRange(labels, from, to),
        Ownership.TAKEN);
  }

  /** SHA-256 over dimensions, pixels and labels, in hexadecimal. */
  public String digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((labels.length + "x" + channels + "x" + side + "x" + side).getBytes(US_ASCII));
      sha.update(pixels);
      sha.update(labels);
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * How many images have their largest logit at their label; the first of equal logits counts.
   *
   * @param logits {@code (n, classes)} flat
   */
  public int countRight(float[] logits, int classes) {
    int right = 0;
    for (int n = 0; n < labels.length; n++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        if (logits[n * classes + c] > logits[n * classes + best]) {
          best = c;
        }
      }
      right += best == labels[n] ? 1 : 0;
    }
    return right;
  }

  /** A copy of the pixels. */
  public byte[] pixels() {
    return pixels.clone();
  }

  /** A copy of the labels. */
  public byte[] labels() {
    return labels.clone();
  }
}
